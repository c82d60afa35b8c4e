// Diagnostics as GitHub Actions reads them: workflow commands, one a line.
//
// Format: docs.github.com, "Workflow commands for GitHub Actions"; escapes as in actions/toolkit,
// packages/core/src/command.ts. A line that begins with `::` is a command, so nothing but an escape may end a line.

extension Diagnostic {
    /// `::error file=…,line=…,col=…,title=…::message`, without a line end.
    public var githubAnnotation: String {
        let properties = [
            ("file", path), ("line", "\(line)"), ("col", "\(column)"), ("title", "writ: \(code)"),
        ]
        let written = properties.map { "\($0)=\(Diagnostic.escaped($1, property: true))" }.joined(separator: ",")
        return "::error \(written)::\(Diagnostic.escaped(advice, property: false))"
    }

    /// All of them in order of place, one a line.
    public static func githubAnnotations(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.sorted().map { $0.githubAnnotation + "\n" }.joined()
    }

    /// A failure that belongs to no line, as one command with a line end.
    public static func githubFailure(_ message: String) -> String {
        "::error title=writ::\(escaped(message, property: false))\n"
    }

    /// What is wrong and, below it, what to do.
    var advice: String { hint.map { "\(message)\nhint: \($0)" } ?? message }

    private static func escaped(_ text: String, property: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where property: escaped += "%3A"
            case "," where property: escaped += "%2C"
            default: escaped.unicodeScalars.append(SafeText.clean(scalar))
            }
        }
        return escaped
    }
}
