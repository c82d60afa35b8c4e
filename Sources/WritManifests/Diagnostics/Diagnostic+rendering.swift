// Diagnostics as people read them: the place, the line, a caret, and what to do.

extension Diagnostic {
    /// Several lines, the last without an end. Safe for a terminal.
    public var rendered: String {
        var lines = ["error: \(SafeText.shown(message, limit: 1000))"]
        let number = String(line)
        let margin = String(repeating: " ", count: number.count)
        lines.append("\(margin)--> \(SafeText.shown(path, limit: 1024)):\(line):\(column)")
        if let excerpt {
            lines.append("\(margin) |")
            lines.append("\(number) | \(excerpt.text)")
            lines.append("\(margin) | \(excerpt.underline)")
        }
        if let hint { lines.append("\(margin) = hint: \(SafeText.shown(hint, limit: 1000))") }
        return lines.joined(separator: "\n")
    }

    /// All of them in order of place, a blank line between, and a count at the end.
    public static func render(_ diagnostics: [Diagnostic]) -> String {
        guard !diagnostics.isEmpty else { return "" }
        let files = Set(diagnostics.map(\.path)).count
        let count = diagnostics.count == 1 ? "1 error" : "\(diagnostics.count) errors"
        let total = "\(count) in \(files == 1 ? "1 file" : "\(files) files")"
        return (diagnostics.sorted().map(\.rendered) + [total]).joined(separator: "\n\n") + "\n"
    }
}

extension Excerpt {
    /// Spaces and carets to print below `text`.
    var underline: String {
        let scalars = Array(text.unicodeScalars)
        let before = scalars.prefix(offset).reduce(0) { $0 + SafeText.width($1) }
        let covered = scalars.dropFirst(offset).prefix(length).reduce(0) { $0 + SafeText.width($1) }
        return String(repeating: " ", count: before) + String(repeating: "^", count: max(1, covered))
    }
}
