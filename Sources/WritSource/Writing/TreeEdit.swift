// Writes changed files and the folders above them into the object database.
import CLibGit2
import WritVocabulary

/// One change of a tree, folder by folder; what no change names keeps its id.
struct TreeEdit {
    let repository: Repository
    let limits: SourceLimits

    /// The tree with the changes; nil when nothing is left in it.
    func apply(_ changes: [RepositoryPath: FileChange], to tree: ObjectID?) throws -> ObjectID? {
        guard changes.count <= limits.writtenFilesMaximum else {
            throw SourceFailure.tooLarge(
                "A commit of Writ's would change more than \(limits.writtenFilesMaximum) files.")
        }
        let steps = changes.sorted { $0.key < $1.key }.map {
            Step(rest: $0.key.components[...], path: $0.key, change: $0.value)
        }
        return try apply(steps, to: tree)
    }

    private struct Step {
        var rest: ArraySlice<Substring>
        var path: RepositoryPath
        var change: FileChange
    }

    private func apply(_ steps: [Step], to tree: ObjectID?) throws -> ObjectID? {
        let doing = "A folder cannot be written to \(repository.path)"
        let old = try tree.map { try repository.tree($0) }
        let base: OpaquePointer? =
            switch old {
            case .some(let tree): tree.pointer
            case .none: nil
            }
        let builder = try GitHandle(git_treebuilder_free, doing) {
            git_treebuilder_new(&$0, repository.pointer, base)
        }
        let byName = Dictionary(grouping: steps) { Array(($0.rest.first ?? "").utf8) }
        for (bytes, steps) in byName.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try change(String(decoding: bytes, as: UTF8.self), steps, builder.pointer)
        }
        if git_treebuilder_entrycount(builder.pointer) == 0 { return nil }
        var made = git_oid()
        try git(git_treebuilder_write(&made, builder.pointer), doing)
        repository.batch?.append(ObjectID(made))
        return ObjectID(made)
    }

    private func change(_ name: String, _ steps: [Step], _ builder: OpaquePointer) throws {
        let present = git_treebuilder_get(builder, name).map { TreeEntry($0) }
        if let file = steps.first(where: { $0.rest.count == 1 }) {
            guard steps.count == 1, present.map(\.form.isFile) ?? true else { throw clash(file.path) }
            return try change(name, file, present, builder)
        }
        guard present.map(\.isFolder) ?? true else { throw clash(steps[0].path) }
        let deeper = steps.map { Step(rest: $0.rest.dropFirst(), path: $0.path, change: $0.change) }
        guard let folder = try apply(deeper, to: present?.id) else {
            if present != nil { try git(git_treebuilder_remove(builder, name), "\(name) cannot be removed") }
            return
        }
        try insert(name, folder, GIT_FILEMODE_TREE, steps[0].path, builder)
    }

    private func change(_ name: String, _ step: Step, _ present: TreeEntry?, _ builder: OpaquePointer) throws {
        switch step.change {
        case .remove:
            if present != nil { try git(git_treebuilder_remove(builder, name), "\(step.path) cannot be removed") }
        case .write(let bytes):
            guard bytes.count <= limits.writtenFileBytesMaximum else {
                throw SourceFailure.tooLarge(
                    "\(step.path) would have \(bytes.count) bytes; Writ writes no file of more than "
                        + "\(limits.writtenFileBytesMaximum).")
            }
            let isExecutable = present?.form == .file(executable: true)
            let blob = try repository.write(bytes, as: GIT_OBJECT_BLOB)
            let mode = isExecutable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB
            try insert(name, blob, mode, step.path, builder)
        }
    }

    private func insert(
        _ name: String, _ id: ObjectID, _ mode: git_filemode_t, _ path: RepositoryPath, _ builder: OpaquePointer
    ) throws {
        var oid = id.oid
        try git(
            git_treebuilder_insert(nil, builder, name, &oid, mode),
            "\(Redaction.printable(path.text)) cannot be written to \(repository.path)")
    }

    private func clash(_ path: RepositoryPath) -> SourceFailure {
        .hostile(
            "\(Redaction.printable(path.text)) cannot be written: it is no ordinary file there, or lies below one.")
    }
}
