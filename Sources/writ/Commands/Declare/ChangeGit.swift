// The user's own `git`, for what needs the user's own credentials: a branch's tip at a remote, and a push.
import Foundation
import Glibc
import WritVocabulary

/// One branch of one remote, as the clone at `root` reaches it. Arguments only, never a shell.
struct ChangeGit {
    let root: String
    let remote: String
    let branch: String

    /// The branch's tip at the remote; nil when there is no such branch.
    func tip() async throws -> RevisionID? {
        let output = try await ProgramRun.output(
            program(), ["-C", root, "ls-remote", "--heads", "--", remote, reference])
        guard output.succeeded else {
            throw CommandFailure(
                "git could not ask \(remote) for \(branch): \(output.text.prefix(400))",
                hint: "see `git ls-remote \(remote)`", code: .unknown)
        }
        for line in output.text.split(separator: "\n") {
            let parts = line.split(separator: "\t")
            if parts.count == 2, parts[1] == reference { return RevisionID(String(parts[0])) }
        }
        return nil
    }

    /// Moves the branch to a descendant of its tip. The remote refuses when somebody was faster: nothing is forced.
    func push(_ head: RevisionID) throws {
        let arguments = [
            try program(), "-C", root, "push", "--porcelain", "--", remote, "\(head.text):\(reference)",
        ]
        let code = try run(arguments)
        guard code == 0 else {
            throw CommandFailure(
                "git push ended with \(code); \(branch) at \(remote) is as it was",
                hint: "see what git said above; when somebody was faster, plan again", code: .notSo)
        }
    }

    private var reference: String { "refs/heads/\(branch)" }

    private func program() throws -> String {
        guard let program = ProgramRun.find("git") else {
            throw CommandFailure("there is no git on the path", hint: "install it", code: .unknown)
        }
        return program
    }

    /// With the terminal of this process, so that git may ask for a password. What it prints goes to standard error.
    private func run(_ arguments: [String]) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        var copied: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for text in copied { free(text) } }
        var child = pid_t()
        let failure = posix_spawn(&child, arguments[0], &actions, nil, &copied, environ)
        guard failure == 0 else {
            throw CommandFailure("git cannot be started: \(String(cString: strerror(failure)))", code: .unknown)
        }
        var ending: Int32 = 0
        while waitpid(child, &ending, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return ending & 0x7f == 0 ? (ending >> 8) & 0xff : -(ending & 0x7f)
    }
}
