// libyaml's complaints in words that say what to do.

struct SyntaxError {
    var message: String
    var hint: String?

    /// `problem` and `context` are libyaml's own; lines count from 1.
    init(problem: String, line: Int, context: String, contextLine: Int) {
        let known = SyntaxError.known.first { problem.contains($0.problem) }
        let reason = known?.message ?? (problem.isEmpty ? "it ends unexpectedly" : problem)
        let around = SyntaxError.surroundings.first { context.contains($0.context) }?.words
        let place = contextLine == line ? nil : around.map { "; \($0) begins on line \(contextLine)" }
        message = "this is not YAML: \(reason)\(place ?? "")"
        hint = known?.hint
    }

    private static let surroundings: [(context: String, words: String)] = [
        ("flow mapping", "the mapping"), ("block mapping", "the mapping"), ("flow sequence", "the list"),
        ("block collection", "the list"), ("quoted scalar", "the quoted text"), ("block scalar", "the text"),
        ("plain scalar", "the text"), ("simple key", "the key"),
    ]

    private static let known: [(problem: String, message: String, hint: String)] = [
        (
            "mapping values are not allowed in this context", "a `key: value` cannot stand here",
            "indent it like its neighbours, or put quotes around text that contains `: `"
        ),
        (
            "could not find expected ':'", "a `:` is missing after a key",
            "write `key: value`; text over several lines needs `|` or quotes"
        ),
        (
            "did not find expected key", "a key was expected here",
            "check the indentation, and close quotes and brackets opened above"
        ),
        (
            "did not find expected '-' indicator", "a list entry was expected here",
            "begin it with `- `, indented like the others"
        ),
        ("did not find expected ',' or ']'", "the list is not closed", "separate entries by `,` and end with `]`"),
        ("did not find expected ',' or '}'", "the mapping is not closed", "separate entries by `,` and end with `}`"),
        (
            "found character that cannot start any token", "this character cannot begin a value",
            "indent with spaces, not tabs, and put quotes around text that begins with a tab, `@`, `` ` `` or `%`"
        ),
        ("found unexpected end of stream", "the file ends inside a quoted text", "close the quote"),
        ("found unexpected ':'", "a `:` stands inside a value", "put a space after `:`, or quotes around the value"),
        ("incompatible YAML document", "this version of YAML is unknown", "remove the %YAML line"),
        (
            "found unknown escape character", "this escape is unknown",
            "write `\\\\` for a backslash, or use single quotes"
        ),
        (
            "block sequence entries are not allowed", "a list entry cannot stand here",
            "put the list on the lines below its key"
        ),
        ("found undefined tag handle", "the tag is unknown", "remove the `!…`"),
        (
            "did not find expected <document start>", "a new document must begin with `---`",
            "put `---` on a line of its own"
        ),
        ("exceeded maximum", "it is nested too deeply", "flatten the manifest"),
    ]
}
