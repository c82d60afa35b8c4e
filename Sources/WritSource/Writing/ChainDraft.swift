// References that are chains of commits over a growing tree: approvals, notes, checkpoints.
import CLibGit2
import WritVocabulary

/// A commit on top of a reference, or its first one.
struct ChainDraft {
    var reference: String
    var changes: [RepositoryPath: FileChange]
    var identity: CommitIdentity
    var at: Timestamp
    var message: String
}

extension Repository {
    /// Makes the commit and moves the reference here. A change that changes nothing makes none.
    func extend(_ draft: ChainDraft, sign: CommitSigner?, limits: SourceLimits) throws -> RevisionID {
        let tip = try target(of: draft.reference)
        let old = try tip.map { try rootTree(of: $0) }
        let tree = try TreeEdit(repository: self, limits: limits).apply(draft.changes, to: old)
            ?? write([], as: GIT_OBJECT_TREE)
        if let tip, tree == old { return try tip.requiredRevision() }
        let commit = RawCommit(
            tree: tree, parents: tip.map { [$0] } ?? [], author: draft.identity, committer: draft.identity,
            at: draft.at, message: draft.message)
        let made = try write(commit, sign: sign)
        try point(draft.reference, to: made)
        return try made.requiredRevision()
    }
}
