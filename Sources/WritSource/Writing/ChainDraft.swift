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
        guard let made = try commit(draft, onto: tip, sign: sign, limits: limits) else {
            return try (tip ?? .zero).requiredRevision()
        }
        try point(draft.reference, to: made)
        return try made.requiredRevision()
    }

    /// Makes the commit; nil when it would change nothing.
    func commit(
        _ draft: ChainDraft, onto tip: ObjectID?, sign: CommitSigner?, limits: SourceLimits
    ) throws -> ObjectID? {
        guard draft.changes.count > SourceLimits.looseFilesMaximum, batch == nil else {
            return try write(draft, onto: tip, sign: sign, limits: limits)
        }
        return try inOnePack { try $0.write(draft, onto: tip, sign: sign, limits: limits) }
    }

    private func write(
        _ draft: ChainDraft, onto tip: ObjectID?, sign: CommitSigner?, limits: SourceLimits
    ) throws -> ObjectID? {
        let old = try tip.map { try rootTree(of: $0) }
        let edited = try TreeEdit(repository: self, limits: limits).apply(draft.changes, to: old)
        let tree = try edited ?? write([], as: GIT_OBJECT_TREE)
        if tree == old { return nil }
        return try write(
            RawCommit(
                tree: tree, parents: tip.map { [$0] } ?? [], author: draft.identity, committer: draft.identity,
                at: draft.at, message: draft.message), sign: sign)
    }

    /// A commit that holds the files of both; where both have one, theirs.
    func commit(
        joining ours: ObjectID, to theirs: ObjectID, identity: CommitIdentity, at: Timestamp, message: String,
        limits: SourceLimits
    ) throws -> ObjectID {
        let base = try rootTree(of: theirs)
        var absent: [RepositoryPath: FileChange] = [:]
        var comparison = TreeComparison(in: self, limits: limits)
        try comparison.compare(base, rootTree(of: ours)) { bytes, before, after in
            guard before == nil || before?.isFolder == true, let after else { return false }
            if after.isFolder { return true }
            if before == nil, after.form.isFile, let path = RepositoryPath(String(decoding: bytes, as: UTF8.self)) {
                absent[path] = .write(try withBlob(after.id) { Array($0) })
            }
            return false
        }
        let tree = try TreeEdit(repository: self, limits: limits).apply(absent, to: base) ?? base
        return try write(
            RawCommit(
                tree: tree, parents: [theirs, ours], author: identity, committer: identity, at: at, message: message),
            sign: nil)
    }
}
