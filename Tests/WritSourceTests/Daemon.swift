// A real server of the system, started for one test and ended with it.
import Foundation
import Glibc
import Subprocess
import SystemPackage

@testable import WritSource

/// Runs programs while a body runs, each in a process group that is killed afterwards.
func withDaemons<Result: Sendable>(
    _ commands: [[String]], ready: @escaping @Sendable () -> Bool, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        for command in commands {
            group.addTask {
                var options = PlatformOptions()
                options.processGroupID = 0
                options.teardownSequence = [
                    .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
                ]
                _ = try await run(
                    .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
                    environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]),
                    platformOptions: options, output: .discarded, error: .discarded)
                return nil
            }
        }
        group.addTask {
            try await until("\(commands.map { $0[0] }) to be ready", ready)
            return try await body()
        }
        defer { group.cancelAll() }
        while let result = try await group.next() { if let result { return result } }
        throw GitSandbox.SandboxError(description: "\(commands.map { $0[0] }) ended before the test did")
    }
}

/// Looks every few milliseconds whether something is so, for at most twenty seconds.
func until(_ what: String, _ condition: @Sendable () -> Bool) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while !condition() {
        guard clock.now < deadline else { throw GitSandbox.SandboxError(description: "waited too long for \(what)") }
        try await clock.sleep(for: .milliseconds(10))
    }
}

/// A loopback port that was free a moment ago.
func freePort() throws -> Int { try SilentServer().port }

func isListening(on port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
