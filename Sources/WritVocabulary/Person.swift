// Who: a person by the one name all their keys and accounts lead to, and patterns over paths.

/// A person, named as in `allowed_signers`: usually an e-mail address. However many keys somebody has, they are one
/// person and are counted once.
public struct Person: TextIdentifier, Comparable, CustomStringConvertible {
    public static let maximumBytes = 200
    public let text: String

    /// 1 to 200 bytes of visible ASCII without spaces, quotes, commas and the signs of patterns.
    public init?(_ text: String) {
        let refused = Set("\"',*?!\\".utf8)
        guard (1...Person.maximumBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) })
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    public static func < (a: Person, b: Person) -> Bool { a.text < b.text }
}

/// A pattern over repository paths: `*` and `?` stay within one folder, `**` crosses folders.
public struct PathPattern: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String

    /// Relative, without empty, `.` and `..` parts; `**` only as a whole part.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...RepositoryPath.maximumBytes).contains(text.utf8.count), !text.utf8.contains(0),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && ($0 == "**" || !$0.contains("**")) })
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    public static func < (a: PathPattern, b: PathPattern) -> Bool { a.text < b.text }

    public func matches(_ path: RepositoryPath) -> Bool {
        let pattern = text.split(separator: "/").map { Array($0.utf8) }
        return PathPattern.matches(pattern[...], path.components.map { Array($0.utf8) }[...])
    }

    /// Remembers the last `**`, so that the cost is at most pattern times path.
    private static func matches(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
        walk(pattern, path, isMany: { $0 == Array("**".utf8) }) { part, name in
            walk(part[...], name[...], isMany: { $0 == UInt8(ascii: "*") }) {
                $0 == UInt8(ascii: "?") || $0 == $1
            }
        }
    }

    private static func walk<Element>(
        _ pattern: ArraySlice<Element>, _ text: ArraySlice<Element>, isMany: (Element) -> Bool,
        _ equal: (Element, Element) -> Bool
    ) -> Bool {
        var (p, t) = (pattern.startIndex, text.startIndex)
        var retry: (p: Int, t: Int)?
        while t < text.endIndex {
            if p < pattern.endIndex, isMany(pattern[p]) {
                retry = (p, t)
                p += 1
            } else if p < pattern.endIndex, equal(pattern[p], text[t]) {
                p += 1
                t += 1
            } else if let last = retry {
                retry = (last.p, last.t + 1)
                (p, t) = (last.p + 1, last.t + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy(isMany)
    }
}
