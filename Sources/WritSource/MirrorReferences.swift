// The references that keep a mirror's commits.
import CLibGit2
import WritVocabulary

/// Under `refs/writ/`, where neither a fetch nor `git` itself writes.
enum MirrorReference {
    /// The branch as it was last seen.
    static let tip = "refs/writ/tip"
    static let accepted = "refs/writ/accepted"
    /// A commit the branch or the accepted revision has left without a descendant.
    static func kept(_ id: ObjectID) -> String { "refs/writ/kept/\(id.hex)" }
    /// A reference that was fetched by name: `refs/pull/7/head` is `refs/writ/seen/pull/7/head`.
    static func seen(_ reference: String) -> String { "refs/writ/seen/\(reference.dropFirst("refs/".count))" }
    /// A commit on its way out.
    static func outgoing(_ index: Int) -> String { "refs/writ/outgoing/\(index)" }

    static let notes = "refs/notes/writ"
    static let checkpoints = "refs/writ/checkpoints"
    /// What the repository keeps beside its branches for Writ, under the same names in the mirror.
    static let beside = [ApprovalStatement.reference, notes, checkpoints]
}

extension Repository {
    /// Moves a reference. Where that would lose commits, because the branch was rewritten, the old commit is kept under
    /// a name of its own: runs, versions and the ledger go on naming content of revisions the remote has forgotten.
    func advance(_ reference: String, to id: ObjectID) throws {
        if let old = try target(of: reference), old != id, try !isAncestor(old, of: id) {
            try point(MirrorReference.kept(old), to: old)
        }
        try point(reference, to: id)
    }

    /// Removes a reference, and keeps its commit under a name of its own. One that is not there is no error.
    func forget(_ reference: String) throws {
        guard let old = try target(of: reference) else { return }
        try point(MirrorReference.kept(old), to: old)
        try git(git_reference_remove(pointer, reference), "The reference \(reference) of \(path) cannot be removed")
    }

    func accept(_ revision: ObjectID) throws {
        _ = try commit(revision)
        try advance(MirrorReference.accepted, to: revision)
    }
}
