// The one encoding that is hashed, signed and compared.
import Foundation

/// Canonical JSON: UTF-8, keys sorted, no insignificant space, no escaped slashes, no floating-point numbers.
///
/// Values that are not whole numbers are decimal strings (`MetricValue`, `ParameterValue`), so that two readers never
/// disagree about a digit.
public enum Canonical {
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some DataProtocol) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// The same text for people: indented, keys sorted, a final line end.
    public static func encodePretty(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value) + Data("\n".utf8)
    }
}
