// The user's own `git`, for what needs the user's own credentials: a branch's tip at a remote, and a push.
import WritVocabulary

/// One branch of one remote, as the clone at `root` reaches it.
struct ChangeGit {
    let git: UserGit
    let remote: String
    let branch: String

    init(root: String, remote: String, branch: String) {
        git = UserGit(root: root)
        self.remote = remote
        self.branch = branch
    }

    /// The branch's tip at the remote; nil when there is no such branch.
    func tip() throws -> RevisionID? { try git.tip(of: reference, at: remote) }

    /// Moves the branch to a descendant of its tip. The remote refuses when somebody was faster: nothing is forced.
    func push(_ head: RevisionID) throws {
        guard try git.does(["push", "--porcelain", "--", remote, "\(head.text):\(reference)"]) else {
            throw CommandFailure(
                "git did not push; \(branch) at \(remote) is as it was",
                hint: "see what git said above; when somebody was faster, plan again", code: .notSo)
        }
    }

    private var reference: String { "refs/heads/\(branch)" }
}
