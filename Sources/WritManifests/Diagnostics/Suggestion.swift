// "Did you mean": the nearest of the names that would have been right.

enum Suggestion {
    /// The candidate nearest to what was written, if it is near enough; the first in order among equals.
    static func nearest(to written: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(written.lowercased().utf8)
        guard (1...64).contains(typed.count) else { return nil }
        // One slip for every three letters, but always one.
        var best = max(1, typed.count / 3) + 1
        var found: String?
        for candidate in candidates {
            let name = Array(candidate.lowercased().utf8)
            guard abs(name.count - typed.count) < best else { continue }
            let distance = distance(typed, name, below: best)
            guard distance < best else { continue }
            best = distance
            found = candidate
        }
        return found
    }

    /// The hint to print for it.
    static func hint(for written: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: written, among: candidates).map { "did you mean `\($0)`?" }
    }

    /// Optimal string alignment distance (Damerau–Levenshtein without overlapping swaps).
    ///
    /// It is `limit` once it cannot be less.
    static func distance(_ a: [UInt8], _ b: [UInt8], below limit: Int) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1]
            for j in 0..<b.count {
                var value = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { value = min(value, before[j - 1] + 1) }
                current.append(value)
            }
            if (current.min() ?? 0) >= limit { return limit }
            before = previous
            previous = current
        }
        return previous[b.count]
    }
}
