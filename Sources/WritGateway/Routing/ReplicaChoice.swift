// Which replica of a target gets the next request.

/// Least in flight; among equals in turn. Replicas already tried are out, those that just refused come last.
enum ReplicaChoice {
    struct Candidate {
        var inFlight: Int
        /// It refused a connection a moment ago.
        var avoided: Bool
        /// This request was tried there, or it has no room.
        var excluded: Bool
    }

    /// - Parameter turn: moves the starting point, so that equals are asked one after the other.
    static func pick(count: Int, turn: Int, candidate: (Int) -> Candidate) -> Int? {
        var best: (index: Int, inFlight: Int, avoided: Bool)?
        for offset in 0..<count {
            let index = (turn + offset) % count
            let found = candidate(index)
            if found.excluded { continue }
            guard let current = best else {
                best = (index, found.inFlight, found.avoided)
                continue
            }
            let isBetter = found.avoided != current.avoided ? current.avoided : found.inFlight < current.inFlight
            if isBetter { best = (index, found.inFlight, found.avoided) }
        }
        return best?.index
    }
}
