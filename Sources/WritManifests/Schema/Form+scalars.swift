// Scalars: text, numbers, choices.
import WritVocabulary

extension Form where Value == String {
    static func text(_ rule: TextRule) -> Form {
        Form(shape: .text(rule)) { reader, node in reader.text(node, rule) }
    }

    /// Any scalar, as it is written: `1` and `"1"` are the same.
    static let scalarText = Form(shape: .scalar) { reader, node in
        guard reader.parameter(node) != nil else { return nil }
        return reader.tree.text(of: node)
    }

    /// Text of a form only code can check; `schema` is what JSON Schema can say of it.
    static func written(
        _ words: String, schema: JSONValue, limit: Int = Limits.pathBytes,
        _ isValid: @escaping @Sendable (String) -> Bool
    )
        -> Form
    {
        .init(shape: .written(words: words, schema: schema)) { reader, node in
            guard let text = reader.plainText(node, words: words) else { return nil }
            guard text.utf8.count <= limit, isValid(text) else { return reader.wrongValue(node, words) }
            return text
        }
    }
}

extension Form where Value: TextIdentifier {
    /// A typed name that knows its own grammar.
    static func identifier(_ words: String, schema: JSONValue, hint: String? = nil) -> Form {
        .init(shape: .written(words: words, schema: schema)) { reader, node in
            guard let text = reader.plainText(node, words: words, hint: hint) else { return nil }
            return Value(text) ?? reader.wrongValue(node, words, hint: hint)
        }
    }
}

extension Form where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    static func choice(_ type: Value.Type) -> Form { choice(among: Array(Value.allCases)) }

    static func choice(among values: [Value]) -> Form {
        let names = values.map(\.rawValue)
        let bytes = names.map { Array($0.utf8) }
        return Form(shape: .choice(names)) { reader, node in
            guard reader.tree[node].kind == .scalar else { return reader.wrongType(node, Shape.choice(names).words) }
            let index = reader.tree.withValue(of: node) { value in bytes.firstIndex { $0.elementsEqual(value) } }
            if let index { return values[index] }
            let suggestion = Suggestion.hint(for: reader.tree.text(of: node), among: names)
            return reader.wrongValue(node, Shape.choice(names).words, hint: suggestion)
        }
    }
}

extension Form where Value == Int64 {
    static func integer(_ range: ClosedRange<Int64>) -> Form {
        let shape = Shape.integer(range)
        return Form(shape: shape) { reader, node in
            guard case .integer(let value) = reader.scalar(node) else { return reader.wrongType(node, shape.words) }
            return range.contains(value) ? value : reader.wrongValue(node, shape.words)
        }
    }
}

extension Form where Value == Bool {
    static let boolean = Form(shape: .boolean) { reader, node in
        guard case .boolean(let value) = reader.scalar(node) else {
            let spellings = ["yes": "true", "on": "true", "no": "false", "off": "false"]
            let hint = reader.tree[node].kind == .scalar ? spellings[reader.tree.text(of: node).lowercased()] : nil
            return reader.wrongType(node, Shape.boolean.words, hint: hint.map { "write `\($0)`" })
        }
        return value
    }
}

extension Form where Value == MetricValue {
    static func number(minimum: Double? = nil, maximum: Double? = nil) -> Form {
        let shape = Shape.number(minimum: minimum, maximum: maximum)
        return Form(shape: shape) { reader, node in
            let value: Double
            switch reader.scalar(node) {
            case .integer(let whole): value = Double(whole)
            case .number(let number): value = number
            // Too long for 64 bits is still a number.
            case .oversized: value = Double(reader.tree.text(of: node)) ?? .infinity
            case .null, .boolean, .text, nil: return reader.wrongType(node, shape.words)
            }
            guard let metric = MetricValue(value), value >= minimum ?? value, value <= maximum ?? value else {
                return reader.wrongValue(node, shape.words, hint: value.isFinite ? nil : "write a finite number")
            }
            return metric
        }
    }
}

extension Form where Value == ParameterValue {
    static let parameter = Form(shape: .scalar) { reader, node in reader.parameter(node) }
}
