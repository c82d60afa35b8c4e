// One open repository: its objects and references, read on one thread.
import CLibGit2
import Glibc
import WritVocabulary

/// A libgit2 repository. Not Sendable: it is used on the thread that opened it, and by one at a time.
final class Repository {
    let pointer: OpaquePointer
    let objects: OpaquePointer
    /// For messages: the folder the operator knows it by.
    let path: String
    /// What was written since this became a batch; nil where each object goes to the disk at once.
    var batch: [ObjectID]?

    private init(opening path: String, _ open: (inout OpaquePointer?) -> Int32) throws {
        try GitLibrary.start()
        var opened: OpaquePointer?
        try git(open(&opened), "The repository \(path) cannot be opened")
        var database: OpaquePointer?
        let result = git_repository_odb(&database, opened)
        guard result == 0, let opened, let database else {
            let reason = GitLibrary.lastError()
            git_repository_free(opened)
            throw SourceFailure(
                code: "git", message: "The objects of \(path) cannot be opened: \(reason).", retry: .transient)
        }
        pointer = opened
        objects = database
        self.path = path
    }

    deinit {
        git_odb_free(objects)
        git_repository_free(pointer)
    }

    /// Where packs lie: in a bare repository its own folder, in an ordinary one the folder `.git`.
    var packFolder: String { String(cString: git_repository_commondir(pointer)) + "objects/pack" }

    /// Opens exactly this folder, bare or with a work tree.
    static func open(_ path: String) throws -> Repository {
        try Repository(opening: path) {
            git_repository_open_ext(&$0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        }
    }

    /// Opens the repository that `path` lies in, as `git` does in a folder of a work tree.
    static func discover(_ path: String) throws -> Repository {
        try Repository(opening: path) { git_repository_open_ext(&$0, path, 0, nil) }
    }

    /// Opens the mirror, or makes an empty one that only its owner may enter.
    static func openMirror(_ path: String) throws -> Repository {
        try GitLibrary.start()
        if access(path + "/HEAD", F_OK) == 0 { return try open(path) }
        var options = git_repository_init_options()
        git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
        let made = try Repository(opening: path) { git_repository_init_ext(&$0, path, &options) }
        guard chmod(path, 0o700) == 0 else {
            throw SourceFailure.folder(
                "The mirror \(path) cannot be closed to others: \(String(cString: strerror(errno))).")
        }
        return made
    }

    // MARK: - Objects

    func commit(_ id: ObjectID) throws -> GitHandle {
        var oid = id.oid
        var found: OpaquePointer?
        let result = git_commit_lookup(&found, pointer, &oid)
        if result == GIT_ENOTFOUND.rawValue {
            // libgit2 says the same of an object of another type.
            if contains(id) { throw SourceFailure.hostile("\(id.hex) in \(path) is no commit.") }
            throw SourceFailure.missing("The revision \(id.hex)", in: path)
        }
        return try GitHandle(git_commit_free, "The revision \(id.hex) cannot be read from \(path)") {
            $0 = found
            return result
        }
    }

    func tree(_ id: ObjectID) throws -> GitHandle {
        var oid = id.oid
        var found: OpaquePointer?
        let result = git_tree_lookup(&found, pointer, &oid)
        if result == GIT_ENOTFOUND.rawValue {
            throw SourceFailure.missing("The folder with the id \(id.hex)", in: path)
        }
        return try GitHandle(git_tree_free, "The folder with the id \(id.hex) cannot be read from \(path)") {
            $0 = found
            return result
        }
    }

    func rootTree(of revision: ObjectID) throws -> ObjectID {
        let commit = try commit(revision)
        guard let id = git_commit_tree_id(commit.pointer) else {
            throw SourceFailure.missing("The content of \(revision.hex)", in: path)
        }
        return ObjectID(id.pointee)
    }

    /// Whether the object is here, without looking for packs that have come since.
    func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists_ext(objects, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
    }

    /// The type and size of an object, without unpacking it.
    func header(_ id: ObjectID) throws -> (type: git_object_t, size: Int64) {
        var oid = id.oid
        var size = 0
        var type = GIT_OBJECT_INVALID
        let result = git_odb_read_header(&size, &type, objects, &oid)
        if result == GIT_ENOTFOUND.rawValue { throw SourceFailure.missing("The content \(id.hex)", in: path) }
        try git(result, "The content \(id.hex) cannot be read from \(path)")
        return (type, Int64(size))
    }

    /// Gives the unpacked bytes of a blob to `body`.
    func withBlob<Result>(_ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try withObject(id, GIT_OBJECT_BLOB, body)
    }

    /// Gives the unpacked bytes of an object to `body`.
    func withObject<Result>(
        _ id: ObjectID, _ type: git_object_t, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        var oid = id.oid
        var found: OpaquePointer?
        let result = git_odb_read(&found, objects, &oid)
        if result == GIT_ENOTFOUND.rawValue { throw SourceFailure.missing("The content \(id.hex)", in: path) }
        let object = try GitHandle(git_odb_object_free, "The content \(id.hex) cannot be read from \(path)") {
            $0 = found
            return result
        }
        guard git_odb_object_type(object.pointer) == type else {
            throw SourceFailure.hostile(
                "The content \(id.hex) is not a \(type == GIT_OBJECT_BLOB ? "file" : "commit").")
        }
        return try body(
            UnsafeRawBufferPointer(
                start: git_odb_object_data(object.pointer), count: git_odb_object_size(object.pointer)))
    }

    // MARK: - References

    /// The object a reference names, nil when there is no such reference.
    func target(of reference: String) throws -> ObjectID? {
        var oid = git_oid()
        let result = git_reference_name_to_id(&oid, pointer, reference)
        if result == GIT_ENOTFOUND.rawValue { return nil }
        try git(result, "The reference \(reference) of \(path) cannot be read")
        return ObjectID(oid)
    }

    func point(_ reference: String, to id: ObjectID) throws {
        var oid = id.oid
        var made: OpaquePointer?
        let result = git_reference_create(&made, pointer, reference, &oid, 1, nil)
        git_reference_free(made)
        try git(result, "The reference \(reference) of \(path) cannot be written")
    }

    /// Whether `ancestor` is `revision` or among its ancestors.
    func isAncestor(_ ancestor: ObjectID, of revision: ObjectID) throws -> Bool {
        _ = try commit(revision)
        if ancestor == revision { return true }
        // A mirror holds everything its commits reach, so a commit it lacks is nobody's ancestor here.
        guard contains(ancestor) else { return false }
        var (old, new) = (ancestor.oid, revision.oid)
        let result = git_graph_descendant_of(pointer, &new, &old)
        return try git(result, "The history of \(revision.hex) cannot be read from \(path)") == 1
    }
}
