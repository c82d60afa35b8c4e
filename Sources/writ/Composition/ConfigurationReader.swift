// Reads one mapping of the operator's file: each field once, with its rule; what nobody asked for is refused.
import WritManifests
import WritServer
import WritVocabulary

/// Collects everything that is wrong, so that an operator sees all of it at once.
final class ConfigurationReader {
    let text: ConfigurationText
    private(set) var diagnostics: [Diagnostic] = []

    init(_ text: ConfigurationText) { self.text = text }

    func report(_ node: ConfigurationNode, _ message: String, hint: String? = nil) {
        report(line: node.line, column: node.column, code: "invalid-value", message, hint)
    }

    fileprivate func report(line: Int, column: Int, code: String, _ message: String, _ hint: String?) {
        diagnostics.append(text.diagnostic(line: line, column: column, code: code, message, hint: hint))
    }

    func add(_ found: [Diagnostic]) { diagnostics += found }
}

/// The fields of one mapping, by name.
struct ConfigurationSection {
    let reader: ConfigurationReader
    let path: String
    private let line: Int
    private let column: Int
    private let values: [String: ConfigurationNode]

    /// `fields` is every name that may occur here.
    init(_ node: ConfigurationNode, path: String, fields: [String], _ reader: ConfigurationReader) {
        self.reader = reader
        self.path = path
        (line, column) = (node.line, node.column)
        guard case .mapping(let entries) = node.content else {
            if node.content != .empty {
                reader.report(node, "\(path.isEmpty ? "the file" : "`\(path)`") must be a mapping of fields")
            }
            values = [:]
            return
        }
        var values: [String: ConfigurationNode] = [:]
        for entry in entries where fields.contains(entry.key) { values[entry.key] = entry.value }
        for entry in entries where !fields.contains(entry.key) {
            let key = VisibleText.line(String(entry.key.prefix(60)))
            let near = NearestName.suggestion(for: entry.key, among: fields).map { "did you mean `\($0)`?" }
            reader.report(
                line: entry.line, column: entry.column, code: "unknown-field",
                "unknown field `\(key)`\(path.isEmpty ? "" : " in `\(path)`")",
                near ?? "known: \(fields.joined(separator: ", "))")
        }
        self.values = values
    }

    func node(_ field: String) -> ConfigurationNode? {
        guard let node = values[field], node.content != .empty else { return nil }
        return node
    }

    /// The mapping under a field; an empty one when it is missing.
    func section(_ field: String, fields: [String]) -> ConfigurationSection {
        let node = node(field) ?? ConfigurationNode(content: .mapping([]), line: line, column: column)
        return ConfigurationSection(node, path: name(field), fields: fields, reader)
    }

    /// The text of a field through `rule`, which gives nil for what it does not accept.
    func value<Value>(_ field: String, expected: String, _ rule: (String) -> Value?) -> Value? {
        guard let node = node(field) else { return nil }
        guard case .text(let text) = node.content, let value = rule(text) else {
            let shown =
                if case .text(let text) = node.content { "`\(VisibleText.line(String(text.prefix(60))))`" } else {
                    "this"
                }
            reader.report(node, "`\(name(field))` must be \(expected); \(shown) is not")
            return nil
        }
        return value
    }

    /// Reports a field that must be there and is not.
    func require<Value>(_ field: String, _ value: Value?, _ hint: String) -> Value? {
        if value == nil, node(field) == nil {
            reader.report(line: line, column: column, code: "missing-field", "`\(name(field))` is missing", hint)
        }
        return value
    }

    func texts(_ field: String, expected: String, _ rule: (String) -> String?) -> [String]? {
        guard let node = node(field) else { return nil }
        guard case .list(let items) = node.content else {
            reader.report(node, "`\(name(field))` must be a list")
            return nil
        }
        return items.compactMap { item in
            guard case .text(let text) = item.content, let value = rule(text) else {
                reader.report(item, "`\(name(field))` must hold \(expected)")
                return nil
            }
            return value
        }
    }

    func name(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }
}

extension ConfigurationSection {
    func integer(_ field: String, in range: ClosedRange<Int>) -> Int? {
        value(field, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func span(_ field: String, in range: ClosedRange<TimeSpan>) -> TimeSpan? {
        value(field, expected: "a time from \(range.lowerBound) to \(range.upperBound), such as 30s or 5m") { text in
            TimeSpan(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func bytes(_ field: String, in range: ClosedRange<Int64>) -> Int64? {
        let (low, high) = (ByteCount(bytes: range.lowerBound), ByteCount(bytes: range.upperBound))
        return value(field, expected: "a size from \(low) to \(high), such as 64Mi") { text in
            ByteCount(text).flatMap { range.contains($0.bytes) ? $0.bytes : nil }
        }
    }

    func boolean(_ field: String) -> Bool? {
        value(field, expected: "true or false") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }
}
