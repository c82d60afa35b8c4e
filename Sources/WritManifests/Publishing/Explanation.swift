// `writ explain`: the schema in words.
import WritVocabulary

/// Explains kinds and fields from the table manifests are decoded by.
public enum Explanation {
    /// Text about a kind or a field, by a path such as `Endpoint.spec.rollout`. Ends with a line end.
    ///
    /// The path leads through lists and mappings of named entries without a step of its own:
    /// `Dataset.spec.columns.type`.
    public static func explain(_ path: String) throws(ManifestFailure) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard let kind = Kind(typed: parts[0]) else { throw unknownKind(parts[0]) }
        var shape = Schema.form(of: kind).shape
        var field: FieldShape?
        var walked = kind.rawValue
        for part in parts.dropFirst() {
            guard let object = shape.object else { throw noFields(walked, shape) }
            guard let found = object.field(part) else { throw unknownField(part, in: walked, object) }
            field = found
            shape = found.shape
            walked += ".\(part)"
        }
        return text(walked, field, shape, summary: Schema.summary(of: kind))
    }

    /// Every path that can be explained, in order: for shell completion and for tests.
    public static func paths() -> [String] {
        func below(_ path: String, _ shape: Shape) -> [String] {
            [path] + (shape.object?.fields ?? []).flatMap { below("\(path).\($0.name)", $0.shape) }
        }
        return Kind.allCases.flatMap { below($0.rawValue, Schema.form(of: $0).shape) }
    }

    // MARK: Words

    private static func text(_ path: String, _ field: FieldShape?, _ shape: Shape, summary: String) -> String {
        var lines = (field.map { titled(path + ":", $0.shape.kindWords, indent: 2) } ?? [path]) + [""]
        lines += wrapped(field?.text ?? summary, indent: 2)
        if let field { lines.append("  \(field.presence)") }
        lines += (shape.object?.rules ?? []).map { "  It needs \($0.words)." }
        let fields = shape.object?.fields ?? []
        if !fields.isEmpty { lines += ["", "Fields:"] }
        let width = fields.map(\.name.count).max() ?? 0
        for field in fields {
            let name = field.name + String(repeating: " ", count: width - field.name.count)
            lines += titled("  \(name) ", field.shape.kindWords + field.note, indent: width + 4)
            lines += wrapped(field.text, indent: width + 4)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// On one line, unless that is very long: a choice among many names.
    private static func titled(_ title: String, _ words: String, indent: Int) -> [String] {
        let line = "\(title) \(words)"
        return line.count <= 180 ? [line] : [title.trimmingSuffix] + wrapped(words, indent: indent)
    }

    /// Broken at spaces so that lines fit 100 columns.
    private static func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > 100 {
                lines.append(margin + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [margin + line]
    }

    // MARK: Failures

    private static func unknownKind(_ written: String) -> ManifestFailure {
        let names = Kind.allCases.map(\.rawValue)
        let hint = Suggestion.hint(for: written, among: names).map { ": \($0)" } ?? "."
        let shown = SafeText.shown(written)
        return ManifestFailure(
            code: "unknown-kind",
            message: "“\(shown)” is not a kind of resource\(hint) Kinds are \(ObjectRule.list(names)).")
    }

    private static func unknownField(_ written: String, in path: String, _ object: ObjectShape) -> ManifestFailure {
        let names = object.fields.map(\.name)
        let hint = Suggestion.hint(for: written, among: names).map { ": \($0)" } ?? "."
        let shown = SafeText.shown(written)
        return ManifestFailure(
            code: "unknown-field",
            message: "`\(shown)` is not a field of \(path)\(hint) Its fields are \(ObjectRule.list(names)).")
    }

    private static func noFields(_ path: String, _ shape: Shape) -> ManifestFailure {
        ManifestFailure(
            code: "no-fields", message: "\(path) has no fields: it is \(shape.words). Run `writ explain \(path)`.")
    }
}

extension String {
    fileprivate var trimmingSuffix: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension FieldShape {
    fileprivate var presence: String {
        if isRequired { return "Required." }
        return fallback?.plainText.map { "Optional; `\($0)` where it is left out." } ?? "Optional."
    }

    fileprivate var note: String {
        if isRequired { return " (required)" }
        return fallback?.plainText.map { " (default `\($0)`)" } ?? ""
    }
}

extension Shape {
    /// The type in a few words, counts included.
    fileprivate var kindWords: String {
        switch self {
        case .list(let element, let count):
            "list of \(count.lowerBound) to \(count.upperBound), each \(element.kindWords)"
        case .set(let element, let count):
            "list of \(count.lowerBound) to \(count.upperBound), none twice, each \(element.kindWords)"
        case .map(_, let element, let count):
            "mapping of \(count.lowerBound) to \(count.upperBound) names, each to \(element.kindWords)"
        case .object: "mapping"
        case .text, .written, .integer, .number, .boolean, .choice, .reference, .scalar: words
        }
    }
}
