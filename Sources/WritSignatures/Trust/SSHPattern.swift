// OpenSSH's patterns (ssh_config(5), PATTERNS): `*`, `?`, and lists in which `!` excludes.

enum SSHPattern {
    static func isExact(_ text: String) -> Bool { !text.utf8.contains { "*?!".utf8.contains($0) } }

    /// A list without any positive match matches nothing.
    static func list(_ list: String, matches text: String) -> Bool {
        var isMatched = false
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            if part.hasPrefix("!") {
                if one(Array(part.utf8.dropFirst()), matches: Array(text.utf8)) { return false }
            } else if one(Array(part.utf8), matches: Array(text.utf8)) {
                isMatched = true
            }
        }
        return isMatched
    }

    /// Remembers the last `*`, so that the cost is at most pattern times text.
    private static func one(_ pattern: [UInt8], matches text: [UInt8]) -> Bool {
        var (p, t) = (0, 0)
        var retry: (p: Int, t: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                retry = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = retry {
                retry = (last.p, last.t + 1)
                (p, t) = (last.p + 1, last.t + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
