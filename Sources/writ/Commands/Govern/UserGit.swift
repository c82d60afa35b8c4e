// The user's own `git` and `ssh-keygen`: their keys, their credentials, their settings. Arguments only, never a shell.
import Foundation
import Glibc

struct UserGit {
    let root: String

    /// What git says; a failure is shown in its own words.
    func ask(_ arguments: [String], hint: String? = nil) async throws -> String {
        let output = try await ProgramRun.output(UserGit.program("git"), ["-C", root] + arguments)
        guard output.succeeded else {
            throw CommandFailure(
                "git \(arguments.first ?? "") did not work: \(output.text.prefix(600))", hint: hint, code: .unknown)
        }
        return output.text
    }

    /// Whether git did it.
    func succeeds(_ arguments: [String]) async throws -> Bool {
        try await ProgramRun.output(UserGit.program("git"), ["-C", root] + arguments).succeeded
    }

    /// A setting; nil when it is not set.
    func setting(_ name: String) async throws -> String? {
        let output = try await ProgramRun.output(UserGit.program("git"), ["-C", root, "config", "--get", name])
        return output.succeeded && !output.text.isEmpty ? output.text : nil
    }

    /// With the terminal of this process, so that a passphrase can be asked for. Its output goes to standard error.
    static func interact(_ arguments: [String]) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        var copied: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for text in copied { free(text) } }
        var child = pid_t()
        let failure = posix_spawn(&child, arguments[0], &actions, nil, &copied, environ)
        guard failure == 0 else {
            throw CommandFailure(
                "\(arguments[0]) cannot be started: \(String(cString: strerror(failure)))", code: .unknown)
        }
        var ending: Int32 = 0
        while waitpid(child, &ending, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return ending & 0x7f == 0 ? (ending >> 8) & 0xff : -(ending & 0x7f)
    }

    static func program(_ name: String) throws -> String {
        guard let program = ProgramRun.find(name) else {
            throw CommandFailure("there is no \(name) on the path", hint: "install it", code: .unknown)
        }
        return program
    }
}
