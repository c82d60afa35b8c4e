// The fetching process: killed at its deadline, silent about secrets, and clear about failure.
import Foundation
import Glibc
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(.enabled(if: FetchExecutable.isPresent(), "needs the built writ executable beside the tests"))
struct FetchProcessTests {
    @Test("a local repository is fetched by a process of its own")
    func local() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = try sandbox.childSource(sandbox.upstream)
        #expect(try await source.fetch() == tip)
        #expect(try await source.changes(from: nil, to: tip).manifests.count == 1)
    }

    @Test(
        "a server that accepts and never answers costs the deadline, and leaves no process", arguments: ["http", "ssh"])
    func silentServer(scheme: String) async throws {
        let server = try SilentServer()
        let sandbox = try await GitSandbox()
        let link = sandbox.folder + "/writ-of-this-test"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: #require(FetchExecutable.path))
        let source = try sandbox.childSource(
            "\(scheme)://127.0.0.1:\(server.port)/x.git", deadline: TimeSpan(milliseconds: 1500), executable: link)
        let clock = ContinuousClock()
        let start = clock.now
        let failure = await #expect(throws: SourceFailure.self) { try await source.fetch() }
        let took = clock.now - start
        #expect(failure?.code == "fetch-deadline")
        #expect(failure?.retry == .transient)
        #expect(failure?.message.contains("gave no answer within 1500ms") == true)
        #expect(took >= .milliseconds(1400) && took < .seconds(6), "\(took)")
        #expect(try processes(naming: link).isEmpty)
    }

    @Test("a cancelled fetch ends its process at once")
    func cancelled() async throws {
        let server = try SilentServer()
        let sandbox = try await GitSandbox()
        let link = sandbox.folder + "/writ-of-this-test"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: #require(FetchExecutable.path))
        let source = try sandbox.childSource("http://127.0.0.1:\(server.port)/x.git", executable: link)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await #expect(throws: (any Error).self) { try await source.fetch() } }
            try await server.waitForConnection()
            group.cancelAll()
        }
        #expect(try processes(naming: link).isEmpty)
    }

    @Test("two fetches of one mirror do not run at once")
    func overlapping() async throws {
        let server = try SilentServer()
        let sandbox = try await GitSandbox()
        let source = try sandbox.childSource("http://127.0.0.1:\(server.port)/x.git")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await #expect(throws: (any Error).self) { try await source.fetch() } }
            try await server.waitForConnection()
            let failure = await #expect(throws: SourceFailure.self) { try await source.fetch() }
            #expect(failure?.code == "fetch-under-way")
            group.cancelAll()
        }
    }

    @Test("nobody listening is told apart from a refusal")
    func nobodyListening() async throws {
        let port = try SilentServer().port
        let sandbox = try await GitSandbox()
        for scheme in ["http", "https", "ssh"] {
            let failure = await #expect(throws: SourceFailure.self) {
                try await sandbox.childSource("\(scheme)://git@127.0.0.1:\(port)/x.git").fetch()
            }
            #expect(failure?.code == "repository-unreachable", "\(scheme): \(String(describing: failure))")
            #expect(failure?.retry == .transient)
            #expect(failure?.message.contains("git@") == false)
        }
    }

    @Test("an executable that is not there, or is not writ, is named")
    func wrongExecutable() async throws {
        let sandbox = try await GitSandbox()
        for executable in ["/nowhere/writ", "/bin/false", "/bin/echo"] {
            let failure = await #expect(throws: SourceFailure.self) {
                try await sandbox.childSource(sandbox.upstream, executable: executable).fetch()
            }
            #expect(failure?.code == "fetch-process", "\(String(describing: failure))")
        }
    }

    @Test("a branch that is not there reaches the caller as it was said")
    func failureCrosses() async throws {
        let sandbox = try await GitSandbox()
        let failure = await #expect(throws: SourceFailure.self) {
            try await sandbox.childSource(sandbox.upstream).fetch()
        }
        #expect(failure?.code == "branch-missing")
    }
}

/// Listens on a free loopback port, lets the kernel accept, and never says a word.
final class SilentServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw GitSandbox.SandboxError(description: "no free port") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Returns once somebody has connected.
    func waitForConnection() async throws {
        try await until("a connection") {
            var waiting = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&waiting, 1, 0) == 1
        }
    }
}
