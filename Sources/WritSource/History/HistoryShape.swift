// The commits between two revisions, sorted into the steps of the branch. Pure.

/// What lies between a base and a head: each commit with its parents, every one reachable from the head and not from
/// the base.
struct HistoryShape {
    let base: ObjectID
    let head: ObjectID
    /// Children before their parents.
    let order: [ObjectID]
    let parents: [ObjectID: [ObjectID]]

    /// First parents from the oldest after the base to the head, each with the commits it brought that no earlier one
    /// did. Together they are all commits there are.
    ///
    /// Where the way along first parents leaves the base's descendants (somebody merged the base into another branch),
    /// the first step is the last commit on it that still descends from the base; it brings all the rest at once.
    func steps() -> [(head: ObjectID, commits: [ObjectID])] {
        let following = descendants()
        var line: [ObjectID] = []
        var current: ObjectID? = head
        while let commit = current, commit != base, following.contains(commit) {
            line.append(commit)
            current = parents[commit]?.first
        }
        var taken: Set<ObjectID> = []
        return line.reversed().map { commit in (commit, brought(by: commit, &taken)) }
    }

    /// Commits of the range that descend from the base.
    private func descendants() -> Set<ObjectID> {
        var found: Set<ObjectID> = []
        for commit in order.reversed() {
            let follows = parents[commit, default: []].contains { $0 == base || found.contains($0) }
            if follows { found.insert(commit) }
        }
        return found
    }

    private func brought(by commit: ObjectID, _ taken: inout Set<ObjectID>) -> [ObjectID] {
        var found: [ObjectID] = []
        var pending = [commit]
        while let next = pending.popLast() {
            guard let parents = parents[next], taken.insert(next).inserted else { continue }
            found.append(next)
            pending += parents
        }
        return found
    }
}
