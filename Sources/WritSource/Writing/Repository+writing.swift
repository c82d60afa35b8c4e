// Writes objects: nothing but the object database is touched, no work tree, no hook, no setting.
import CLibGit2
import WritVocabulary

extension Repository {
    func write(_ bytes: [UInt8], as type: git_object_t) throws -> ObjectID {
        var made = git_oid()
        try git(
            git_odb_write(&made, objects, bytes, bytes.count, type), "Nothing can be written to the repository \(path)")
        return ObjectID(made)
    }

    func write(_ commit: RawCommit, sign: CommitSigner?) throws -> ObjectID {
        let payload = commit.payload
        guard let sign else { return try write(payload, as: GIT_OBJECT_COMMIT) }
        return try write(commit.bytes(signature: try sign(payload)), as: GIT_OBJECT_COMMIT)
    }

    /// The empty tree where nothing is left.
    func write(_ draft: CommitDraft, sign: CommitSigner?, limits: SourceLimits) throws -> ObjectID {
        let base = ObjectID(draft.base)
        let edited = try TreeEdit(repository: self, limits: limits).apply(draft.changes, to: rootTree(of: base))
        let tree = try edited ?? write([], as: GIT_OBJECT_TREE)
        return try write(
            RawCommit(
                tree: tree, parents: [base], author: draft.author, committer: draft.committer, at: draft.at,
                message: draft.message), sign: sign)
    }
}
