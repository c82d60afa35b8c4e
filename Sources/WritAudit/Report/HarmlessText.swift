// Text from outside, made safe to show: nothing in it is obeyed by a terminal or a browser, or reorders what is read.
import WritVocabulary

/// What may be shown of text Writ did not write itself.
public enum HarmlessText {
    /// One line, cut to what a report shows of one text.
    public static func line(_ text: String) -> String {
        VisibleText.line(text, limit: ReportLimits.textCharactersMax)
    }

    /// One line for people: times without thousandths where there are none.
    static func shown(_ text: String) -> String {
        line(text).split(separator: ".000Z", omittingEmptySubsequences: false).joined(separator: "Z")
    }

    /// Several lines, as they are but for characters that are not obeyed anywhere: those are written `\u202e`.
    static func verbatim(_ text: String) -> String {
        var kept = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || VisibleText.shows(scalar) {
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
}
