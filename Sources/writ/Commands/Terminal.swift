// Standard output and error, and what is known of them.
import Foundation
import Glibc
import WritServer
import WritVocabulary

enum Terminal {
    /// The answer. Flushed at the end of the process.
    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    static func say(_ bytes: some Sequence<UInt8>) {
        FileHandle.standardOutput.write(Data(bytes))
    }

    /// Everything that is not the answer.
    static func complain(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Colour only on a terminal that has it, and never against `NO_COLOR` (no-color.org).
    static var style: TextStyle {
        let environment = ProcessInfo.processInfo.environment
        let refused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return TextStyle(colour: outputIsTerminal && !refused, now: .now)
    }

    /// Says what takes so long, once, after two seconds, to a person who waits at a terminal.
    static func withProgress<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard errorIsTerminal else { return try await body() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .seconds(2))
                complain("\(what) …\n")
                return nil
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw CancellationError()
        }
    }
}
