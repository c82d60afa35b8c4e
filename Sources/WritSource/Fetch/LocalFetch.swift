// Copies what is new from a repository on this machine.
import CLibGit2
import WritVocabulary

/// A fetch from a folder.
///
/// The mirror could borrow the folder's objects (Git's alternates) and copy nothing. But whoever owns that repository
/// may rewrite the branch and collect garbage, or delete it; the accepted revision, and every older one a version was
/// trained from, would be gone with it. So the objects are copied, once each: a walk from the tip that stops at
/// everything the mirror has, written as one pack. A pack appears whole or not at all, so whatever the mirror holds, it
/// holds with all it reaches, and the walk may stop there. libgit2's own file:// transport walks whole trees instead
/// and takes five times as long as http.
struct LocalFetch: FetchedRemote {
    private let connection: Connection
    private let mirror: Repository
    private let source: Repository

    init(path: String, connection: Connection, mirror: Repository) throws {
        self.connection = connection
        self.mirror = mirror
        source = try Repository.openRemote(path)
    }

    func heads(named names: Set<String>) throws -> [String: ObjectID] {
        var found: [String: ObjectID] = [:]
        for name in names { found[name] = try source.target(of: name) }
        return found
    }

    func bring(_ heads: [String: ObjectID]) throws -> (bytes: Int64, objects: Int) {
        let absent = heads.sorted { $0.key < $1.key }.map(\.value).filter { !mirror.contains($0) }
        if absent.isEmpty { return (0, 0) }
        if git_repository_is_shallow(source.pointer) == 1 {
            throw SourceFailure.fetch(
                "shallow", "\(source.path) is a shallow clone and lacks history; run `git fetch --unshallow` in it.")
        }
        let limits = connection.limits
        var missing = MissingObjects(in: source, absentFrom: mirror, maximum: limits.fetchObjectsMaximum)
        let objects = try missing.collect(from: absent, tooMany: connection.tooLarge())
        let bytes = try PackWriter(reading: source).write(
            objects, into: mirror, bytesMaximum: limits.fetchBytesMaximum
        ) {
            connection.tooLarge()
        }
        return (bytes, objects.count)
    }
}

extension Repository {
    /// Opens the operator's repository on this machine.
    static func openRemote(_ path: String) throws -> Repository {
        do {
            return try open(path)
        } catch let failure as SourceFailure {
            throw SourceFailure.fetch(
                "repository-unreachable",
                "\(failure.message) Check that the path is a Git repository this user may read.")
        }
    }
}

/// Finds what commits reach and another repository lacks.
struct MissingObjects {
    private let source: Repository
    private let mirror: Repository
    private let maximum: Int
    private var seen: Set<ObjectID> = []
    private var pending: [(id: ObjectID, kind: git_object_t)] = []

    init(in source: Repository, absentFrom mirror: Repository, maximum: Int) {
        self.source = source
        self.mirror = mirror
        self.maximum = maximum
    }

    /// Objects with the name they go by, which lets the pack keep versions of one file side by side.
    mutating func collect(from tips: [ObjectID], tooMany: SourceFailure) throws -> [(id: ObjectID, name: String)] {
        var found: [(id: ObjectID, name: String)] = []
        for tip in tips { note(tip, GIT_OBJECT_COMMIT, "", &found) }
        while let (id, kind) = pending.popLast() {
            if kind == GIT_OBJECT_COMMIT { try open(commit: id, &found) } else { try open(tree: id, &found) }
            guard found.count <= maximum else { throw tooMany }
        }
        return found
    }

    private mutating func open(commit id: ObjectID, _ found: inout [(id: ObjectID, name: String)]) throws {
        let commit = try source.commit(id)
        for index in 0..<git_commit_parentcount(commit.pointer) {
            if let parent = git_commit_parent_id(commit.pointer, index) {
                note(ObjectID(parent.pointee), GIT_OBJECT_COMMIT, "", &found)
            }
        }
        if let tree = git_commit_tree_id(commit.pointer) { note(ObjectID(tree.pointee), GIT_OBJECT_TREE, "", &found) }
    }

    private mutating func open(tree id: ObjectID, _ found: inout [(id: ObjectID, name: String)]) throws {
        let tree = try source.tree(id)
        for index in 0..<git_tree_entrycount(tree.pointer) {
            guard let entry = git_tree_entry_byindex(tree.pointer, index).map(TreeEntry.init), entry.form != .submodule
            else { continue }
            let name = String(decoding: entry.name, as: UTF8.self)
            note(entry.id, entry.isFolder ? GIT_OBJECT_TREE : GIT_OBJECT_BLOB, name, &found)
        }
    }

    private mutating func note(
        _ id: ObjectID, _ kind: git_object_t, _ name: String, _ found: inout [(id: ObjectID, name: String)]
    ) {
        guard seen.insert(id).inserted, !mirror.contains(id) else { return }
        found.append((id, name))
        if kind != GIT_OBJECT_BLOB { pending.append((id, kind)) }
    }
}
