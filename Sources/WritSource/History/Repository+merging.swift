// What a merge would give, in memory.
import CLibGit2
import WritVocabulary

extension Repository {
    /// The tree the base has once the head is merged into it. Refuses conflicts, naming the paths.
    func mergedTree(base: ObjectID, head: ObjectID) throws -> ObjectID {
        if try isAncestor(base, of: head) { return try rootTree(of: head) }
        let doing = "\(head.hex) cannot be merged into \(base.hex)"
        let ours = try commit(base)
        let theirs = try commit(head)
        var options = git_merge_options()
        git_merge_options_init(&options, UInt32(GIT_MERGE_OPTIONS_VERSION))
        let index = try GitHandle(git_index_free, doing) {
            git_merge_commits(&$0, pointer, ours.pointer, theirs.pointer, &options)
        }
        if git_index_has_conflicts(index.pointer) == 1 {
            throw SourceFailure(
                code: "merge-conflict",
                message: "\(head.hex) conflicts with \(base.hex) in \(try conflicts(index.pointer)). "
                    + "Merge the target branch into it and settle them.",
                retry: .terminal)
        }
        var made = git_oid()
        try git(git_index_write_tree_to(&made, index.pointer, pointer), doing)
        return ObjectID(made)
    }

    private func conflicts(_ index: OpaquePointer) throws -> String {
        let iterator = try GitHandle(git_index_conflict_iterator_free, "The conflicts cannot be listed") {
            git_index_conflict_iterator_new(&$0, index)
        }
        var names: Set<String> = []
        var ancestor: UnsafePointer<git_index_entry>?
        var ours: UnsafePointer<git_index_entry>?
        var theirs: UnsafePointer<git_index_entry>?
        while git_index_conflict_next(&ancestor, &ours, &theirs, iterator.pointer) == 0 {
            if let name = (ours ?? theirs ?? ancestor)?.pointee.path { names.insert(String(cString: name)) }
        }
        let listed = names.sorted().prefix(10).map { Redaction.printable($0) }.joined(separator: ", ")
        return names.count > 10 ? "\(listed) and \(names.count - 10) more" : listed
    }

    /// All nearest common ancestors; several where branches merged each other.
    func mergeBases(_ a: ObjectID, _ b: ObjectID) throws -> [ObjectID] {
        var (one, two, found) = (a.oid, b.oid, git_oidarray())
        let result = git_merge_bases(&found, pointer, &one, &two)
        if result == GIT_ENOTFOUND.rawValue { return [] }
        defer { git_oidarray_dispose(&found) }
        try git(result, "The history of \(a.hex) and \(b.hex) cannot be read from \(path)")
        return UnsafeBufferPointer(start: found.ids, count: found.count).map { ObjectID($0) }
    }

    func mergeBase(_ a: ObjectID, _ b: ObjectID) throws -> ObjectID? {
        var (one, two, base) = (a.oid, b.oid, git_oid())
        let result = git_merge_base(&base, pointer, &one, &two)
        if result == GIT_ENOTFOUND.rawValue { return nil }
        try git(result, "The history of \(a.hex) and \(b.hex) cannot be read from \(path)")
        return ObjectID(base)
    }
}
