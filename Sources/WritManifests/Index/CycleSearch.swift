// Resources that wait for one another in a ring.
import WritVocabulary

enum CycleSearch {
    /// The rings that can be reached from the given resources, each once, beginning with its smallest member.
    ///
    /// Visits only what the starts reach. Iterative: a chain may be as long as the repository.
    static func cycles(from starts: some Sequence<ResourceID>, references: (ResourceID) -> [ResourceID])
        -> [[ResourceID]]
    {
        var done: Set<ResourceID> = []
        var found: Set<[ResourceID]> = []
        for start in starts where !done.contains(start) {
            var path = [start]
            var place: [ResourceID: Int] = [start: 0]
            var pending = [references(start)[...]]
            while let current = path.last {
                guard let next = pending[pending.count - 1].popFirst() else {
                    done.insert(current)
                    place[current] = nil
                    path.removeLast()
                    pending.removeLast()
                    continue
                }
                if let from = place[next] {
                    found.insert(rotated(Array(path[from...])))
                } else if !done.contains(next) {
                    place[next] = path.count
                    path.append(next)
                    pending.append(references(next)[...])
                }
            }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func rotated(_ ring: [ResourceID]) -> [ResourceID] {
        guard let smallest = ring.min(), let index = ring.firstIndex(of: smallest) else { return ring }
        return Array(ring[index...] + ring[..<index])
    }
}
