// Writes objects: nothing but the object database is touched, no work tree, no hook, no setting.
import CLibGit2
import WritVocabulary

extension Repository {
    func write(_ bytes: [UInt8], as type: git_object_t) throws -> ObjectID {
        var made = git_oid()
        try git(
            git_odb_write(&made, objects, bytes, bytes.count, type), "Nothing can be written to the repository \(path)")
        batch?.append(ObjectID(made))
        return ObjectID(made)
    }

    /// Lets `body` write to memory, and then everything to the disk as one pack. One by one, each object costs a file
    /// and a wait for the disk.
    func inOnePack<Result>(_ body: (Repository) throws -> Result) throws -> Result {
        let scratch = try Repository.discover(String(cString: git_repository_commondir(pointer)))
        var memory: UnsafeMutablePointer<git_odb_backend>?
        try git(git_mempack_new(&memory), "Nothing can be written to the repository \(path)")
        // Above the backends of files and packs; the database frees it.
        try git(git_odb_add_backend(scratch.objects, memory, 1000), "Nothing can be written to the repository \(path)")
        scratch.batch = []
        let result = try body(scratch)
        let objects = Set(scratch.batch ?? []).filter { !contains($0) }.sorted { $0.hex < $1.hex }
        guard !objects.isEmpty else { return result }
        try PackWriter(reading: scratch).write(objects.map { ($0, "") }, into: self, bytesMaximum: .max) {
            .configuration("unreachable without a bound")
        }
        return result
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
