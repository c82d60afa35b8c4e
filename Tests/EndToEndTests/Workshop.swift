// A hermetic folder with a repository, a data directory and the built program: what every end-to-end test starts from.
import Foundation
import Testing

/// One repository and one data directory in a temporary folder. Ends every process it started when it goes.
final class Workshop {
    let folder: URL
    let port: Int
    private var controller: Process?

    struct Output {
        var code: Int32
        var text: String
        var errors: String
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "writ-e2e-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "repository"), withIntermediateDirectories: true)
        port = try Workshop.freePort()
        try git("init", "-q", "-b", "main")
        try git("config", "user.name", "Test")
        try git("config", "user.email", "test@example.org")
        try write(
            "../writ.yaml",
            """
            repository:
              url: \(folder.path)/repository
              branch: main
              manifests: manifests
              poll: 500ms
            data: \(folder.path)/data
            ledger: {origin: test.writ.example/e2e}
            gateway: {listen: "127.0.0.1:\(port)"}

            """)
    }

    deinit {
        if let controller, controller.isRunning { kill(controller.processIdentifier, SIGKILL) }
        _ = try? writ("stop")
        try? FileManager.default.removeItem(at: folder)
    }

    /// The program the test run has built.
    static let program: String = {
        let tests = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appending(path: "writ").path
    }()

    // MARK: - Repository

    func write(_ path: String, _ text: String) throws {
        let file = folder.appending(path: "repository/\(path)").standardizedFileURL
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func edit(_ path: String, _ old: String, _ new: String) throws {
        let file = folder.appending(path: "repository/\(path)")
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old), "\(path) does not hold \(old)")
        try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: file)
    }

    @discardableResult
    func commit(_ message: String) throws -> String {
        try git("add", "-A")
        try git("commit", "-qm", message)
        return try git("rev-parse", "HEAD").text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    func git(_ arguments: String...) throws -> Output {
        let output = try run("/usr/bin/git", ["-C", folder.appending(path: "repository").path] + arguments)
        try #require(output.code == 0, "git \(arguments): \(output.errors)")
        return output
    }

    // MARK: - The program

    /// Runs a command of writ on this workshop's data directory.
    func writ(_ arguments: String...) throws -> Output { try run(Workshop.program, arguments) }

    /// Starts `writ serve`; a controller that was started before is forgotten.
    func serve() throws {
        let process = Process()
        process.executableURL = URL(filePath: Workshop.program)
        process.arguments = ["serve", "--config", folder.appending(path: "writ.yaml").path]
        process.environment = environment
        let log = folder.appending(path: "controller.log")
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        controller = process
    }

    /// Ends the controller at once, as a power cut would end it, and waits until it is gone.
    func killController() throws {
        let process = try #require(controller)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        controller = nil
    }

    var controllerLog: String {
        (try? String(contentsOf: folder.appending(path: "controller.log"), encoding: .utf8)) ?? ""
    }

    private var environment: [String: String] {
        var kept = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LD_LIBRARY_PATH", "LANG"].contains($0.key)
        }
        kept["WRIT_DATA"] = folder.appending(path: "data").path
        kept["GIT_CONFIG_GLOBAL"] = "/dev/null"
        kept["GIT_CONFIG_SYSTEM"] = "/dev/null"
        return kept
    }

    func run(_ program: String, _ arguments: [String]) throws -> Output {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        // Files, because a pipe nobody reads while the other is read can fill.
        let (output, errors) = (folder.appending(path: ".out"), folder.appending(path: ".err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Output(
            code: process.terminationStatus, text: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    // MARK: - Waiting and asking

    /// Waits until something is so; fails with what Writ says when it is not within the time.
    func wait(_ seconds: Int = 120, for what: String, _ isSo: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while clock.now < end {
            if try isSo() { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        let standing = try writ("get").text + writ("get", "source").text
        Issue.record("waited \(seconds) s in vain for \(what)\n\(standing)\n\(controllerLog.suffix(4000))")
        throw Gone()
    }

    struct Gone: Error {}

    func condition(_ kind: String, _ name: String) throws -> String? {
        let output = try writ("get", kind, name, "--format", "json")
        guard output.code == 0 else { return nil }
        return output.text.firstMatch(of: /"condition"\s*:\s*"([A-Za-z]+)"/).map { String($0.1) }
    }

    /// One request through the gateway: code, version header and body.
    func ask(_ path: String) throws -> (code: Int, version: String, body: String) {
        let output = try run("/usr/bin/curl", ["-s", "-m", "5", "-i", "http://127.0.0.1:\(port)\(path)"])
        let parts = output.text.components(separatedBy: "\r\n\r\n")
        let head = parts[0].components(separatedBy: "\r\n")
        let code = Int(head[0].split(separator: " ").dropFirst().first ?? "0") ?? 0
        let version =
            head.first { $0.lowercased().hasPrefix("x-writ-version:") }?.split(separator: " ").last.map(String.init)
            ?? ""
        return (code, version, parts.dropFirst().joined(separator: "\r\n\r\n"))
    }

    static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
