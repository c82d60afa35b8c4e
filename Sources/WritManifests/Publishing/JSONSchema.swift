// The schema as JSON Schema (draft 2020-12), for editors and other tools.
import WritVocabulary

/// Writes the published JSON Schemas. They are generated from the table manifests are decoded by.
public enum JSONSchema {
    /// File name to bytes: one schema for each kind, and `manifest.schema.json` for a document of any kind.
    public static func documents() throws -> [String: [UInt8]] {
        var documents: [String: [UInt8]] = [:]
        for kind in Kind.allCases { documents[fileName(kind)] = try bytes(schema(of: kind)) }
        documents["manifest.schema.json"] = try bytes(combined)
        return documents
    }

    /// The schema of one kind, or of a document of any kind.
    public static func document(of kind: Kind?) throws -> [UInt8] {
        try bytes(kind.map(schema) ?? combined)
    }

    private static func fileName(_ kind: Kind) -> String { "\(kind.rawValue.lowercased()).schema.json" }

    private static func bytes(_ schema: JSONValue) throws -> [UInt8] { Array(try Canonical.encodePretty(schema)) }

    private static func header(_ name: String, _ title: String, _ text: String) -> [String: JSONValue] {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": .string("https://writ.dev/v1/\(name)"), "title": .string(title), "description": .string(text),
        ]
    }

    private static func schema(of kind: Kind) -> JSONValue {
        let head = header(fileName(kind), kind.rawValue, Schema.summary(of: kind))
        return .object(head.merging(Schema.form(of: kind).shape.jsonSchema) { head, _ in head })
    }

    /// Chosen by `kind`, so that an error speaks of the fields of that kind and not of all.
    private static var combined: JSONValue {
        var schema = header("manifest.schema.json", "Writ manifest", "A resource of any kind.")
        schema["$defs"] = .object(
            Dictionary(
                uniqueKeysWithValues: Kind.allCases.map {
                    ($0.rawValue, .object(Schema.form(of: $0).shape.jsonSchema))
                }))
        schema["type"] = "object"
        schema["required"] = ["kind"]
        schema["properties"] = ["kind": ["enum": .array(Kind.allCases.map { .string($0.rawValue) })]]
        schema["allOf"] = .array(
            Kind.allCases.map { kind in
                [
                    "if": ["required": ["kind"], "properties": ["kind": ["const": .string(kind.rawValue)]]],
                    "then": ["$ref": .string("#/$defs/\(kind.rawValue)")],
                ]
            })
        return .object(schema)
    }
}

extension Shape {
    var jsonSchema: [String: JSONValue] {
        switch self {
        case .text(let rule): return rule.jsonSchema
        case .written(let words, .object(let schema)): return Shape.explained(schema, words)
        case .written: return [:]
        case .integer(let range):
            return [
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ]
        case .number(let minimum, let maximum):
            var schema: [String: JSONValue] = ["type": "number"]
            if let minimum { schema["minimum"] = .number(minimum) }
            if let maximum { schema["maximum"] = .number(maximum) }
            return schema
        case .boolean: return ["type": "boolean"]
        case .choice(let names):
            return names.count == 1 ? ["const": .string(names[0])] : ["enum": .array(names.map { .string($0) })]
        case .reference: return TextRule.name.jsonSchema
        case .scalar:
            return [
                "type": ["string", "number", "boolean"],
                "maxLength": .integer(Int64(TextRule.possiblyEmpty.bytes.upperBound)),
            ]
        case .list(let element, let count): return Shape.array(of: element, count)
        case .set(let element, let count):
            return Shape.array(of: element, count).merging(["uniqueItems": true]) { $1 }
        case .map(let key, let element, let count):
            var schema: [String: JSONValue] = ["type": "object", "additionalProperties": .object(element.jsonSchema)]
            schema["propertyNames"] = .object(key.jsonSchema)
            if count.lowerBound > 0 { schema["minProperties"] = .integer(Int64(count.lowerBound)) }
            schema["maxProperties"] = .integer(Int64(count.upperBound))
            return schema
        case .object(let object): return object.jsonSchema
        }
    }

    private static func array(of element: Shape, _ count: ClosedRange<Int>) -> [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": "array", "items": .object(element.jsonSchema)]
        if count.lowerBound > 0 { schema["minItems"] = .integer(Int64(count.lowerBound)) }
        schema["maxItems"] = .integer(Int64(count.upperBound))
        return schema
    }

    /// Editors that know `patternErrorMessage` (VS Code's, yaml-language-server) show it instead of the pattern.
    static func explained(_ schema: [String: JSONValue], _ words: String) -> [String: JSONValue] {
        guard schema["pattern"] != nil else { return schema }
        return schema.merging(["patternErrorMessage": .string("This must be \(words).")]) { $1 }
    }
}

extension TextRule {
    var jsonSchema: [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": "string", "maxLength": .integer(Int64(bytes.upperBound))]
        if bytes.lowerBound > 0 { schema["minLength"] = .integer(Int64(bytes.lowerBound)) }
        if let pattern { schema["pattern"] = .string(pattern) }
        return Shape.explained(schema, words)
    }
}

extension ObjectShape {
    var jsonSchema: [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": "object", "additionalProperties": false]
        schema["properties"] = .object(
            Dictionary(uniqueKeysWithValues: fields.map { ($0.name, .object($0.jsonSchema)) }))
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        let demands = rules.compactMap(\.alternatives) + conditions
        if !demands.isEmpty { schema["allOf"] = .array(demands) }
        let needs = rules.compactMap(\.need)
        if !needs.isEmpty { schema["dependentRequired"] = .object(Dictionary(needs) { $1 }) }
        return schema
    }
}

extension FieldShape {
    fileprivate var jsonSchema: [String: JSONValue] {
        var schema = shape.jsonSchema
        schema["description"] = .string(text)
        if let fallback { schema["default"] = fallback }
        return schema
    }
}

extension ObjectRule {
    fileprivate var alternatives: JSONValue? {
        switch self {
        case .exactlyOne(let names): ["oneOf": .array(names.map(ObjectRule.demand))]
        case .atLeastOne(let names): ["anyOf": .array(names.map(ObjectRule.demand))]
        case .needs: nil
        }
    }

    fileprivate var need: (String, JSONValue)? {
        guard case .needs(let name, let others) = self else { return nil }
        return (name, .array(others.map { .string($0) }))
    }

    private static func demand(_ name: String) -> JSONValue { ["required": [.string(name)]] }
}
