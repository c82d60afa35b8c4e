// A declaration as a tree of names and values, the way people write it in a manifest.
import WritVocabulary

/// Made from the canonical encoding, so that nothing that is declared can be missing from it.
indirect enum SpecTree: Equatable, Sendable {
    case text(String)
    /// A number or a boolean, as it is written.
    case bare(String)
    case list([SpecTree])
    case map([String: SpecTree])

    subscript(key: String) -> SpecTree? {
        get {
            guard case .map(let fields) = self else { return nil }
            return fields[key]
        }
        set {
            guard case .map(var fields) = self else { return }
            fields[key] = newValue
            self = .map(fields)
        }
    }

    /// Takes the fields of a field into this map: `{command: {argv: a}}` to `{argv: a}`.
    mutating func lift(_ key: String) {
        guard case .map(var fields) = self, case .map(let inner)? = fields.removeValue(forKey: key) else { return }
        fields.merge(inner) { outer, _ in outer }
        self = .map(fields)
    }

    mutating func rename(_ key: String, to name: String) {
        guard case .map(var fields) = self, let value = fields.removeValue(forKey: key) else { return }
        fields[name] = value
        self = .map(fields)
    }

    /// On one line, as YAML's flow style would have it, with nothing in it that turns a line round.
    var words: String {
        switch self {
        case .bare(let text): text
        case .text(let text): SpecTree.quoted(text)
        case .list(let items): "[\(items.map(\.words).joined(separator: ", "))]"
        case .map(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }.map { "\(SpecTree.quoted($0.key)): \($0.value.words)" }
                .joined(separator: ", ") + "}"
        }
    }

    /// The text, in quotes where it could be taken for something else: a number, nothing, the end of a list.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !["none", "true", "false", "null", "~"].contains(text.lowercased())
            && Double(text) == nil && text.unicodeScalars.allSatisfy(VisibleText.shows)
            && text.first != " " && text.last != " " && !text.contains(where: { "\"'[]{},→".contains($0) })
            && !text.contains(": ")
        if isPlain { return text }
        let escapes: [(String, String)] = [("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n"), ("\t", "\\t")]
        let escaped = escapes.reduce(text) { $0.replacing($1.0, with: $1.1) }
        return "\"\(VisibleText.spelled(escaped))\""
    }
}
