// The `Name: value` lines that end a commit's message.

extension CommitObject {
    /// By lower-case name, the last of a name counts. Only the last paragraph is read, and never the first one, which
    /// is the subject. A name whose last value is too long is left out; of too many lines the last ones are read.
    public var trailers: [String: String] {
        var found: [String: String] = [:]
        for (name, value) in lastParagraph.suffix(SignatureLimits.trailersMaximum).compactMap(CommitObject.trailer) {
            found[name] = value.utf8.count <= SignatureLimits.trailerValueBytesMaximum ? value : nil
        }
        return found
    }

    /// By bytes: a message may have a megabyte.
    private var lastParagraph: [Substring.UTF8View] {
        let lines = message.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isBlank = { (line: Substring.UTF8View) in line.allSatisfy(Armor.isSpace) }
        guard let last = lines.lastIndex(where: { !isBlank($0) }),
            let before = lines[...last].lastIndex(where: isBlank), lines[..<before].contains(where: { !isBlank($0) })
        else { return [] }
        return Array(lines[(before + 1)...last])
    }

    private static func trailer(_ line: Substring.UTF8View) -> (name: String, value: String)? {
        let name = line.prefix { $0 == UInt8(ascii: "-") || isLetterOrDigit($0) }
        guard (1...SignatureLimits.trailerNameBytesMaximum).contains(name.count),
            line.dropFirst(name.count).first == UInt8(ascii: ":")
        else { return nil }
        let value = line.dropFirst(name.count + 1).drop(while: Armor.isSpace)
        let ended = value.reversed().drop(while: Armor.isSpace).reversed()
        return (
            String(decoding: name, as: UTF8.self).lowercased(), String(decoding: Array(ended), as: UTF8.self)
        )
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
