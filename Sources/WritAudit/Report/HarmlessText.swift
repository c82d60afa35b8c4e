// Text from outside, made safe to show: nothing in it is obeyed by a terminal or a browser, or reorders what is read.

/// What may be shown of text Writ did not write itself.
public enum HarmlessText {
    /// One line: line ends and tabs become spaces; control, format and bidirectional characters are dropped.
    public static func line(_ text: String) -> String {
        let cut = cut(text)
        if cut.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return cut }
        var kept = String.UnicodeScalarView()
        for scalar in cut.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": kept.append(" ")
            case _ where isUnsafe(scalar): continue
            case _: kept.append(scalar)
            }
        }
        return String(kept)
    }

    /// One line for people: times without thousandths where there are none.
    static func shown(_ text: String) -> String {
        line(text).split(separator: ".000Z", omittingEmptySubsequences: false).joined(separator: "Z")
    }

    private static func cut(_ text: String) -> String {
        // Counted in bytes first: counting characters of a hostile text costs more than showing it.
        guard text.utf8.count > ReportLimits.textCharactersMax else { return text }
        return text.unicodeScalars.prefix(ReportLimits.textCharactersMax).reduce(into: "") {
            $0.unicodeScalars.append($1)
        } + "…"
    }

    /// Several lines, as they are but for characters that are not obeyed anywhere: those are written `\u202e`.
    static func verbatim(_ text: String) -> String {
        var kept = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || !isUnsafe(scalar) {
                kept.unicodeScalars.append(scalar)
            } else {
                let hex = String(scalar.value, radix: 16)
                kept += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
            }
        }
        return kept
    }

    /// For an element's text or a quoted attribute of a page.
    static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case _: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Columns of one line; two for East Asian wide characters and emoji, none for combining marks.
    static func width(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        case _: false
        }
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
