// Text from strangers, made fit for a terminal and for a sentence.

enum SafeText {
    /// The text in at most `limit` characters, with nothing that moves a cursor or turns a line round.
    static func shown(_ text: String, limit: Int = Limits.shownValueCharacters) -> String {
        var cleaned = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return String(cleaned) + "…" }
            cleaned.append(clean(scalar))
            count += 1
        }
        return String(cleaned)
    }

    /// One character for one, so that columns stay where they are.
    static func clean(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A: " "
        case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x061C, 0xFEFF,
            0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            "\u{FFFD}"
        default: scalar
        }
    }

    /// Terminal cells: 2 for East Asian wide characters and emoji, 0 for marks that sit on the character before.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
