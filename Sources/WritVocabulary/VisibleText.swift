// Text from outside, as people may see it: nothing in it is obeyed by a terminal, hides, or turns a line around.

/// What is shown of text Writ did not write itself: names, reasons, paths, what programs said.
public enum VisibleText {
    /// Whether a character shows itself and moves nothing: no control, no line end, no mark of direction, nothing
    /// without width or meaning.
    public static func shows(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }

    /// One line: line ends and tabs become spaces, and what does not show itself is left out.
    ///
    /// - Parameter limit: how many characters at the most; what is cut ends with `…`.
    public static func line(_ text: String, limit: Int = .max) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var kept: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            guard let shown = inLine(scalar) else { continue }
            guard kept.count < limit else {
                kept[max(0, limit - 1)...] = ["…"]
                break
            }
            kept.append(shown)
        }
        return String(String.UnicodeScalarView(kept))
    }

    private static func inLine(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": " "
        case _: shows(scalar) ? scalar : nil
        }
    }

    /// Several lines: line feeds and tabs stay, everything else as in ``line(_:limit:)``.
    public static func lines(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || shows($0) }))
    }

    /// One line in which what does not show itself is written out: `\u{202E}`. For what must be told apart exactly.
    ///
    /// - Parameter count: how many characters of the text; where there are more, `…` follows.
    public static func spelled(_ text: String, first count: Int = .max) -> String {
        var spelled = ""
        for (place, scalar) in text.unicodeScalars.enumerated() {
            if place == count { return spelled + "…" }
            if shows(scalar) {
                spelled.unicodeScalars.append(scalar)
            } else {
                spelled += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return spelled
    }

    /// Columns a terminal uses for one line: two for East Asian wide characters and emoji, none for combining marks.
    public static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        let category = scalar.properties.generalCategory
        if category == .nonspacingMark || category == .enclosingMark { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Unicode Standard Annex 11, East Asian Width W and F, in blocks.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]
}
