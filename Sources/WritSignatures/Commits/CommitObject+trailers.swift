// The `Name: value` lines that end a commit's message.

extension CommitObject {
    /// By lower-case name, the last of a name counts. Only the last paragraph is read, and never the first one, which
    /// is the subject. A name whose last value is too long is left out; above the limit of lines the last ones are read.
    public var trailers: [String: String] {
        var found: [String: String] = [:]
        for (name, value) in lastParagraph.suffix(SignatureLimits.trailersMaximum).compactMap(CommitObject.trailer) {
            found[name] = value.utf8.count <= SignatureLimits.trailerValueBytesMaximum ? value : nil
        }
        return found
    }

    private var lastParagraph: [Substring] {
        let lines = message.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let isBlank = { (line: Substring) in line.utf8.allSatisfy(Armor.isSpace) }
        guard let last = lines.lastIndex(where: { !isBlank($0) }),
            let before = lines[...last].lastIndex(where: isBlank), lines[..<before].contains(where: { !isBlank($0) })
        else { return [] }
        return Array(lines[(before + 1)...last])
    }

    private static func trailer(_ line: Substring) -> (name: String, value: String)? {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = line[..<colon]
        guard (1...SignatureLimits.trailerNameBytesMaximum).contains(name.utf8.count),
            name.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isLetterOrDigit($0) })
        else { return nil }
        let value = line[line.utf8.index(after: colon)...].utf8.drop(while: Armor.isSpace)
        let ended = value.reversed().drop(while: Armor.isSpace).reversed()
        return (name.lowercased(), String(decoding: Array(ended), as: UTF8.self))
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
