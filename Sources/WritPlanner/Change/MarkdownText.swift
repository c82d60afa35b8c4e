// Text from strangers inside Markdown: it becomes no markup, no link, no mention and no command.
import WritVocabulary

enum MarkdownText {
    private static let marks = Set<Unicode.Scalar>("\\`*_[]|~$!^{}".unicodeScalars)

    /// For prose on a line that begins with a word of ours: forges read commands such as `/merge` at its beginning.
    ///
    /// Forges look for `@somebody` and `#12` in what Markdown gives, after its escapes are gone; a space of no width
    /// keeps those apart, as it does addresses.
    static func prose(_ text: String) -> String {
        let line = VisibleText.line(text)
        // Between backticks of ours is a field to copy; anything less plain is no such field.
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        let isMarked = parts.count == 3 && parts[1].utf8.allSatisfy { isField($0) } && !parts[1].isEmpty
        guard isMarked else { return escaped(line) }
        return escaped(String(parts[0])) + "`\(parts[1])`" + escaped(String(parts[2]))
    }

    private static func isField(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: ":")).contains(byte)
            || byte == UInt8(ascii: " ")
    }

    private static func escaped(_ line: String) -> String {
        var escaped = ""
        for scalar in line.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "@": escaped += "@&#8203;"
            case "#": escaped += "\\#&#8203;"
            default:
                if marks.contains(scalar) { escaped += "\\" }
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped.replacing("% ", with: "\u{0}").replacing("%", with: "%&#8203;").replacing("\u{0}", with: "% ")
            .replacing("://", with: ":&#8203;//").replacing("www.", with: "www&#8203;.")
            .replacing("GH-", with: "GH&#8203;-")
    }

    /// For a line of HTML, where Markdown's escapes would be shown.
    static func html(_ text: String) -> String {
        VisibleText.line(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("@", with: "@&#8203;").replacing("#", with: "#&#8203;")
    }

    /// A code span, in a table or outside: nothing in it is looked at.
    static func code(_ text: String) -> String {
        let line = VisibleText.line(text)
        let isPlain = !line.isEmpty && line.first != " " && line.last != " " && !line.contains { "`|".contains($0) }
        return isPlain ? "`\(line)`" : "<code>\(entities(line))</code>"
    }

    /// Character references form no structure, whatever they stand for; but an address is looked for in what they give.
    private static func entities(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            let isWord =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || " ,=()-+;→…".unicodeScalars.contains(scalar)
            escaped += isWord ? String(scalar) : "&#\(scalar.value);" + (scalar == "@" ? "&#8203;" : "")
        }
    }
}
