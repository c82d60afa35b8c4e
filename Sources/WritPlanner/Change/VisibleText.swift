// Text from strangers, made fit for a line that people read.

enum VisibleText {
    /// Whether a character shows itself and moves nothing: no control, no line end, no mark that turns a line round.
    static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    /// In double quotes, with what does not show itself written as `\u{202E}`.
    static func literal(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            default: written += isVisible(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return written + "\""
    }

    /// The text on one line; what does not show itself is written as `\u{202E}`, line ends and tabs are spaces.
    static func line(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy(isVisible) { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            switch scalar {
            case "\n", "\t", "\r": line += " "
            default: line += isVisible(scalar) ? String(scalar) : escape(scalar)
            }
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    /// At most `limit` characters.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(max(limit - 1, 0)) + "…"
    }
}
