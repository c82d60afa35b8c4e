// A folder and a launcher for tests that run real supervised processes.
import Foundation
import WritVocabulary

@testable import WritDrivers

struct ProcessWorld {
    let folder: DataFolder
    let launcher: ProcessLauncher
    let process: ProcessFolder

    init(environment: [String: String] = ["PATH": "/usr/bin:/bin"]) throws {
        folder = try DataFolder()
        launcher = ProcessLauncher(
            supervisor: try ProcessWorld.program,
            environment: ProcessWorld.libraries.merging(environment) { _, given in given })
        process = ProcessFolder("\(folder.path)/process")
    }

    /// The built `writ`, beside the test bundle.
    static var program: String {
        get throws {
            let bundle = CommandLine.arguments.first { $0.contains(".xctest") }.map {
                ($0 as NSString).deletingLastPathComponent
            }
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().path
            let found = [bundle, "\(package)/.build/debug"].compactMap { $0.map { "\($0)/writ" } }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
            guard let found else { throw ProgramMissing() }
            return found
        }
    }

    static var libraries: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key == "LD_LIBRARY_PATH" }
    }

    func spec(
        _ argv: [String], kind: Sandbox.Kind = .bubblewrap, network: Bool = false, binds: [Sandbox.Bind] = [],
        hidden: [String] = [], memory: Int64 = 128 << 20, processes: Int = 100, timeout: TimeSpan? = .seconds(60),
        grace: TimeSpan = .seconds(5), log: LogPolicy = .ends(head: 1 << 20, tail: 1 << 16)
    ) -> ProcessSpec {
        ProcessSpec(
            argv: argv, environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/",
            sandbox: Sandbox(kind: kind, network: network, binds: binds, hidden: hidden),
            limits: ProcessLimits(memory: ByteCount(bytes: memory), cpuMillis: 1000, processes: processes),
            timeout: timeout,
            grace: grace, log: log)
    }

    func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

    /// Runs a process to its end.
    func run(_ spec: ProcessSpec) async throws -> ProcessEnding {
        try launcher.start(spec, in: process)
        return try await ending()
    }

    func ending() async throws -> ProcessEnding {
        try await eventually {
            if case .ended(let ending) = try process.observe() { ending } else { nil }
        }
    }

    /// Waits until the program has said something.
    func said(_ text: String) async throws {
        _ = try await eventually { try log().contains(text) ? true : nil }
    }

    func log() throws -> String { String(decoding: try process.readLog(from: 0, limit: 8 << 20), as: UTF8.self) }
}

struct ProgramMissing: Error {}
struct NeverHappened: Error {}

/// Waits for something real to happen; the deadline is generous because the machine may be busy.
func eventually<Value>(within deadline: Duration = .seconds(60), _ look: () async throws -> Value?) async throws
    -> Value
{
    let end = ContinuousClock.now + deadline
    while true {
        // Read before the look: a look that itself came late still counts.
        let isLast = ContinuousClock.now >= end
        if let value = try await look() { return value }
        if isLast { throw NeverHappened() }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// The pids of processes whose command line is exactly this.
func processes(_ argv: [String]) -> [Int32] {
    let line = argv.map { $0 + "\0" }.joined()
    return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }.filter {
        SystemCall.kernelText("/proc/\($0)/cmdline") == line && ProcessFacts(pid: $0)?.hasEnded == false
    }
}
