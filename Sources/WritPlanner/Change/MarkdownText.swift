// Text from strangers inside Markdown: it becomes no markup, no link, no mention and no command.

enum MarkdownText {
    private static let marks = Set<Unicode.Scalar>("\\`*_[]|~$!^%{}".unicodeScalars)

    /// For prose on a line that begins with a word of ours: forges read commands such as `/merge` at its beginning.
    ///
    /// Forges look for `@somebody` and `#12` in what Markdown gives, after its escapes are gone; a space of no width
    /// keeps those apart, as it does addresses.
    static func prose(_ text: String) -> String {
        let line = VisibleText.line(text)
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
        return escaped.replacing("://", with: ":&#8203;//").replacing("www.", with: "www&#8203;.")
            .replacing("GH-", with: "GH&#8203;-")
    }

    /// A code span, in a table or outside: nothing in it is looked at.
    static func code(_ text: String) -> String {
        let line = VisibleText.line(text)
        let isPlain = !line.isEmpty && line.first != " " && line.last != " " && !line.contains { "`|\\".contains($0) }
        return isPlain ? "`\(line)`" : "<code>\(entities(line))</code>"
    }

    /// Character references form no structure, whatever they stand for.
    private static func entities(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == " "
            escaped += isWord ? String(scalar) : "&#\(scalar.value);"
        }
    }
}
