// "Did you mean": the known name closest to what was typed.

public enum NearestName {
    /// The candidate with the smallest edit distance, when that is at most a third of the typed length (and at least
    /// 1).
    public static func suggestion(for typed: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, typed.count / 3)
        return candidates.prefix(Limits.suggestionNames)
            .map { (distance(Array(typed.utf8), Array($0.utf8), limit: limit), $0) }
            .filter { $0.0 <= limit }
            .min { $0 < $1 }?.1
    }

    /// Damerau-Levenshtein distance with adjacent transpositions (optimal string alignment).
    private static func distance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
        guard abs(a.count - b.count) <= limit, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, before[j - 2] + 1) }
                row.append(best)
            }
            before = previous
            previous = row
        }
        return previous[b.count]
    }
}
