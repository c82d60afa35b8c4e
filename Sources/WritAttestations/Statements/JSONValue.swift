// JSON as a value, for statements whose shape others set. Written through the canonical encoding.
import WritVocabulary

/// No fractions: what is not a whole number is written as its decimal text.
enum JSONValue: Encodable, Hashable, Sendable {
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case boolean(Bool)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let fields): try container.encode(fields)
        case .array(let elements): try container.encode(elements)
        case .string(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .boolean(let truth): try container.encode(truth)
        }
    }

    /// An object without the fields that have no value.
    static func fields(_ pairs: [String: JSONValue?]) -> JSONValue { .object(pairs.compactMapValues(\.self)) }
    static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }
    static func text(_ value: some TextIdentifier) -> JSONValue { .string(value.text) }

    /// Whole numbers beyond 2^53 are text: readers that keep numbers as doubles would change their digits.
    static func exact(_ number: Int64) -> JSONValue {
        let largest: Int64 = 9_007_199_254_740_991
        return (-largest...largest).contains(number) ? .integer(number) : ["integer": .string(String(number))]
    }

    init(_ parameter: ParameterValue) {
        self =
            switch parameter {
            case .string(let value): .string(value)
            case .integer(let value): .exact(value)
            case .number(let value): ["decimal": .string(value.text)]
            case .boolean(let value): .boolean(value)
            }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { first, _ in first }))
    }
}
