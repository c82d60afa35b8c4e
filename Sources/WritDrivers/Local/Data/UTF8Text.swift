// Whether bytes are text, and how hostile text is shown to people.

enum UTF8Text {
    static func isValid(_ bytes: ByteSlice) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// A value as it appears in a message: at most `limit` characters, nothing in it that moves a cursor, reorders
    /// the line or is invisible.
    static func shown(_ bytes: ByteSlice, limit: Int) -> String {
        // A character is at most four bytes; what lies behind the limit need not be decoded.
        let text = String(decoding: bytes.prefix(limit * 4 + 4), as: UTF8.self)
        return shown(text, limit: limit)
    }

    static func shown(_ text: String, limit: Int) -> String {
        var shown = ""
        for (count, scalar) in text.unicodeScalars.enumerated() {
            if count == limit { return shown + "…" }
            shown += isPlain(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
        return shown
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }
}
