// The references that keep a mirror's commits.
import WritVocabulary

/// Under `refs/writ/`, where neither a fetch nor `git` itself writes.
enum MirrorReference {
    /// The branch as it was last seen.
    static let tip = "refs/writ/tip"
    static let accepted = "refs/writ/accepted"
    /// A commit the branch or the accepted revision has left without a descendant.
    static func kept(_ id: ObjectID) -> String { "refs/writ/kept/\(id.hex)" }
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

    func accept(_ revision: ObjectID) throws {
        _ = try commit(revision)
        try advance(MirrorReference.accepted, to: revision)
    }
}
