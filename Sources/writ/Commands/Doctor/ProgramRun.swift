// Runs a program of the machine, briefly, and reads what it says.
import Foundation
import Glibc

enum ProgramRun {
    struct Output: Sendable {
        var succeeded: Bool
        /// Output and error together, trimmed.
        var text: String
    }

    static let seconds: Double = 20
    static let bytes = 64 << 10

    /// A program by its path, or the first of its name on `PATH` or another list of folders; nil when there is none.
    static func find(_ program: String, on folders: String? = nil) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = folders ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Ends the program when it takes longer than twenty seconds.
    static func output(_ program: String, _ arguments: [String]) async throws -> Output {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        let (endings, ended) = AsyncStream<Bool>.makeStream()
        process.terminationHandler = { finished in
            ended.yield(finished.terminationReason == .exit && finished.terminationStatus == 0)
            ended.finish()
        }
        try process.run()
        let pid = process.processIdentifier
        let succeeded = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await succeeded in endings { return succeeded }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                if !Task.isCancelled { kill(pid, SIGKILL) }
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        let said = try pipe.fileHandleForReading.read(upToCount: bytes) ?? Data()
        return Output(
            succeeded: succeeded,
            text: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
