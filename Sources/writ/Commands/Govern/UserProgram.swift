// Programs the user has and we call in their name: with their terminal, keys and settings. Never through a shell.
import Foundation
import Glibc

enum UserProgram {
    /// Where the program's own words go.
    enum Words {
        /// To standard error, both: standard output is for our answer.
        case shown
        /// Standard output is returned; errors are shown, and so is what a security key waits for.
        case kept
        /// Standard output is returned; errors are nobody's concern.
        case silent
    }

    struct Ending {
        /// The exit code, or the signal's number below zero.
        var code: Int32
        var text: String
    }

    /// The most that is read of an answer.
    static let bytesMaximum = 4 << 20

    static func find(_ name: String) throws -> String {
        guard let program = ProgramRun.find(name) else {
            throw CommandFailure("there is no \(name) on the path", hint: "install it", code: .unknown)
        }
        return program
    }

    /// Runs a program to its end, however long a person needs for a passphrase or a network for an answer.
    static func run(_ arguments: [String], _ words: Words) throws -> Ending {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw cannotStart(arguments, errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        switch words {
        case .shown: posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        case .kept: posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        case .silent:
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var copied: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for text in copied { free(text) } }
        var child = pid_t()
        let failure = posix_spawn(&child, arguments[0], &actions, nil, &copied, environ)
        close(ends[1])
        guard failure == 0 else { throw cannotStart(arguments, failure) }
        let said = read(ends[0])
        var ending: Int32 = 0
        while waitpid(child, &ending, 0) < 0 {
            guard errno == EINTR else { throw cannotStart(arguments, errno) }
        }
        let code = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : -(ending & 0x7F)
        return Ending(code: code, text: said)
    }

    /// All of it, so that the program never waits for a reader; only so much of it is kept.
    private static func read(_ descriptor: Int32) -> String {
        var kept: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            kept += buffer.prefix(min(count, bytesMaximum - kept.count))
        }
        return String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func cannotStart(_ arguments: [String], _ code: Int32) -> CommandFailure {
        CommandFailure("\(arguments[0]) cannot be started: \(String(cString: strerror(code)))", code: .unknown)
    }
}
