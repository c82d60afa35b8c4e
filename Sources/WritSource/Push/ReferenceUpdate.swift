// One reference a push moves, and the laws of what a push may do. Pure.
import WritVocabulary

/// Moves one reference of the repository from the value it must have to another one.
public struct ReferenceUpdate: Codable, Hashable, Sendable {
    /// `refs/heads/main`.
    public let reference: String
    /// What the reference must be now; nil when it must not exist.
    public let expected: RevisionID?
    /// nil deletes it.
    public let new: RevisionID?

    private init(_ reference: String, _ expected: RevisionID?, _ new: RevisionID?) {
        self.reference = reference
        self.expected = expected
        self.new = new
    }

    /// The branch Writ follows, forward only.
    public static func advance(_ branch: BranchName, from expected: RevisionID, to new: RevisionID) -> Self {
        ReferenceUpdate(branch.reference, expected, new)
    }

    /// One of Writ's own branches, `writ/…`: made, replaced or, with nil, deleted.
    public static func own(_ branch: BranchName, from expected: RevisionID?, to new: RevisionID?) -> Self {
        ReferenceUpdate(branch.reference, expected, new)
    }

    /// What Writ keeps beside the branches, forward only: approvals, notes, checkpoints.
    public static func kept(_ reference: String, from expected: RevisionID?, to new: RevisionID) -> Self {
        ReferenceUpdate(reference, expected, new)
    }

    /// Whether the new value need not descend from the old one.
    var isReplaceable: Bool { reference.hasPrefix(ReferenceUpdate.ownBranches) }

    /// Branches nobody but Writ writes.
    static let ownBranches = "refs/heads/writ/"

    /// Throws unless Writ may order this at all. The process that pushes asks this as well.
    func check(target: BranchName) throws {
        if expected == new { throw refused("asks for no change") }
        let isOwn = isReplaceable && reference != target.reference
        if isOwn { return }
        guard new != nil else { throw refused("would delete a reference that is not Writ's own") }
        if reference == target.reference {
            guard expected != nil else { throw refused("would make the branch Writ follows") }
            return
        }
        guard MirrorReference.beside.contains(reference) else {
            throw refused("would write a reference that is not Writ's own")
        }
    }

    private func refused(_ reason: String) -> SourceFailure {
        SourceFailure(
            code: "push-not-allowed",
            message:
                "A push of \(Redaction.printable(reference)) \(reason); Writ pushes only the branch it follows, its "
                + "own branches writ/…, approvals, notes and checkpoints.", retry: .terminal)
    }
}

/// What became of one reference.
public enum PushOutcome: Codable, Hashable, Sendable {
    /// It is what it should be, by this push or by one before.
    case done
    /// It was not what was expected: somebody was faster.
    case raced(present: RevisionID?)
    /// The server refused: a hook, a protected branch. Its own words, without secrets and bounded.
    case refused(reason: String)
}

extension PushOutcome {
    /// Throws where the reference is not what it should be.
    func check(_ reference: String, of remote: RemoteAddress) throws {
        let shown = Redaction.printable(reference)
        switch self {
        case .done: return
        case .raced(let present):
            throw SourceFailure(
                code: "push-raced",
                message: "\(shown) of \(remote) is \(present.map { "at \($0.short)" } ?? "gone") by now: somebody was "
                    + "faster. Writ starts again from there.", retry: .transient)
        case .refused(let reason):
            throw SourceFailure(
                code: "push-refused",
                message:
                    "\(remote) refused the push of \(shown): \(reason). Let Writ's user push there, or deliver by a "
                    + "pull request.", retry: .stalled)
        }
    }
}
