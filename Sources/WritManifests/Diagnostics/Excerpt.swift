// The offending line, cut to what fits on a screen, and where in it the trouble lies.
import WritVocabulary

/// One line of a file around a place. Fit to be printed: control and direction-changing characters are replaced.
public struct Excerpt: Codable, Hashable, Sendable {
    /// At most 120 characters; `…` stands where something was cut off.
    public var text: String
    /// How many characters of `text` come before the place.
    public var offset: Int
    /// How many characters of `text` the place covers; at least 1.
    public var length: Int

    /// The line that holds byte `start` of `source`.
    init(source: [UInt8], start: Int, end: Int) {
        let start = min(start, source.count)
        let lineStart = source[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lineEnd = source[start...].firstIndex(of: 0x0A) ?? source.count
        // A character is at most four bytes, so a window of bytes is enough to fill one of characters.
        let reach = Limits.excerptCharacters * 4
        let from = Excerpt.characterStart(max(lineStart, start - reach), in: source)
        let to = Excerpt.characterStart(min(lineEnd, start + reach), in: source)
        let before = Excerpt.characters(source[from..<start])
        let covered = Excerpt.characters(source[start..<max(start, min(end, to))])
        let after = Excerpt.characters(source[max(start, min(end, to))..<max(to, min(end, to))])
        self.init(before: before, covered: covered, after: after, cutLeft: from > lineStart, cutRight: to < lineEnd)
    }

    private init(
        before: [Unicode.Scalar], covered: [Unicode.Scalar], after: [Unicode.Scalar], cutLeft: Bool, cutRight: Bool
    ) {
        let line = before + covered + after
        // The place comes to stand in the left third of a line that is cut.
        let fits = !cutLeft && line.count <= Limits.excerptCharacters
        let skipped = fits ? 0 : max(0, before.count - Limits.excerptCharacters / 3)
        var shown = Array(line[skipped...].prefix(Limits.excerptCharacters))
        let isCutRight = cutRight || shown.count < line.count - skipped
        let isCutLeft = cutLeft || skipped > 0
        while !isCutRight, shown.last == " " || shown.last == "\r" { shown.removeLast() }
        var text = String.UnicodeScalarView()
        if isCutLeft { text.append("…") }
        for scalar in shown { text.append(SafeText.clean(scalar)) }
        if isCutRight { text.append("…") }
        self.text = String(text)
        offset = before.count - skipped + (isCutLeft ? 1 : 0)
        length = max(1, min(covered.count, shown.count - (before.count - skipped)))
    }

    private static func characters(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    private static func characterStart(_ offset: Int, in source: [UInt8]) -> Int {
        var offset = offset
        while offset > 0, offset < source.count, source[offset] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }
}
