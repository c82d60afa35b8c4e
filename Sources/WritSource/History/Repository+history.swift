// Reads the commits between two revisions, and what they change.
import CLibGit2
import WritVocabulary

extension Repository {
    /// A commit as Git stores it. libgit2 hashed what it read, so these are the bytes of that id.
    func rawCommit(_ id: ObjectID, limits: SourceLimits) throws -> [UInt8] {
        let (type, size) = try header(id)
        guard type == GIT_OBJECT_COMMIT else { throw SourceFailure.hostile("\(id.hex) is not a commit.") }
        guard size <= limits.commitBytesMaximum else {
            throw SourceFailure.tooLarge(
                "The commit \(id.hex) has \(size) bytes; \(limits.commitBytesMaximum) are allowed.")
        }
        return try withObject(id, GIT_OBJECT_COMMIT) { Array($0) }
    }

    func parents(of id: ObjectID) throws -> [ObjectID] {
        let commit = try commit(id)
        return (0..<git_commit_parentcount(commit.pointer)).compactMap { index in
            git_commit_parent_id(commit.pointer, index).map { ObjectID($0.pointee) }
        }
    }

    /// What lies between two revisions. Refuses a base that is no ancestor, and more commits than the limit.
    func shape(from base: ObjectID, to head: ObjectID, limits: SourceLimits) throws -> HistoryShape {
        try line(from: base, to: head, limits: limits) ?? branches(from: base, to: head, limits: limits)
    }

    /// Commits in a line without a merge, the usual case; nil when they are not. libgit2 walks by dates, and where
    /// many are equal it visits far more than it returns.
    private func line(from base: ObjectID, to head: ObjectID, limits: SourceLimits) throws -> HistoryShape? {
        var order: [ObjectID] = []
        var parents: [ObjectID: [ObjectID]] = [:]
        var current = head
        while current != base {
            let above = try self.parents(of: current)
            guard above.count == 1, order.count < limits.historyCommitsMaximum else { return nil }
            order.append(current)
            parents[current] = above
            current = above[0]
        }
        return HistoryShape(base: base, head: head, order: order, parents: parents)
    }

    private func branches(from base: ObjectID, to head: ObjectID, limits: SourceLimits) throws -> HistoryShape {
        guard try isAncestor(base, of: head) else {
            throw SourceFailure(
                code: "not-an-ancestor",
                message: "\(base.hex) is not among the ancestors of \(head.hex): the branch was rewritten.",
                retry: .terminal)
        }
        let doing = "The history of \(head.hex) cannot be read from \(path)"
        let walk = try GitHandle(git_revwalk_free, doing) { git_revwalk_new(&$0, pointer) }
        var (from, to) = (base.oid, head.oid)
        try git(git_revwalk_sorting(walk.pointer, GIT_SORT_TOPOLOGICAL.rawValue), doing)
        try git(git_revwalk_push(walk.pointer, &to), doing)
        try git(git_revwalk_hide(walk.pointer, &from), doing)
        var order: [ObjectID] = []
        var parents: [ObjectID: [ObjectID]] = [:]
        var next = git_oid()
        while git_revwalk_next(&next, walk.pointer) == 0 {
            let id = ObjectID(next)
            order.append(id)
            parents[id] = try self.parents(of: id)
            guard order.count <= limits.historyCommitsMaximum else {
                throw SourceFailure.tooLarge(
                    "There are more than \(limits.historyCommitsMaximum) commits between \(base.hex) and \(head.hex). "
                        + "Merge in smaller pieces, or raise the limit.")
            }
        }
        return HistoryShape(base: base, head: head, order: order, parents: parents)
    }

    /// The paths a commit changes: those that differ from its parent, of a first commit all, of a merge those that
    /// merging alone does not explain.
    func changedPaths(
        of commit: ObjectID, parents: [ObjectID], limits: SourceLimits
    ) throws -> [RepositoryPath] {
        let tree = try rootTree(of: commit)
        let trees = try parents.map { try rootTree(of: $0) }
        let first = try changedPaths(from: trees.first, to: tree, limits: limits)
        guard trees.count == 2 else { return first.sorted() }
        let merge = MergedPaths(
            fromOurs: first, fromTheirs: try changedPaths(from: trees[1], to: tree, limits: limits),
            oursChanged: try changedPaths(of: trees[0], sinceMerging: parents, limits: limits),
            theirsChanged: try changedPaths(of: trees[1], sinceMerging: parents, limits: limits))
        return merge.unexplained.sorted()
    }

    /// What a side changed since the commits both sides come from; all of it when there are none.
    private func changedPaths(
        of side: ObjectID, sinceMerging parents: [ObjectID], limits: SourceLimits
    ) throws -> Set<RepositoryPath> {
        let bases = try mergeBases(parents[0], parents[1])
        if bases.isEmpty { return try changedPaths(from: nil, to: side, limits: limits) }
        return try bases.reduce(into: []) {
            $0.formUnion(try changedPaths(from: rootTree(of: $1), to: side, limits: limits))
        }
    }

    private func changedPaths(
        from old: ObjectID?, to new: ObjectID, limits: SourceLimits
    ) throws -> Set<RepositoryPath> {
        var found: Set<RepositoryPath> = []
        var comparison = TreeComparison(in: self, limits: limits)
        if old == new { return [] }
        try comparison.compare(old, new) { path, before, after in
            let isFolder = before?.isFolder == true || after?.isFolder == true
            let isAlsoFile = before.map { !$0.isFolder } ?? false || after.map { !$0.isFolder } ?? false
            if !isFolder || isAlsoFile, let shown = PathRules.shown(path) { found.insert(shown) }
            return isFolder
        }
        return found
    }
}
