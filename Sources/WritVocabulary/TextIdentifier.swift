// How a typed name becomes text and back, once for all of them.

/// A type for a name that is one piece of text wherever it is written: in JSON, as a key, in a message.
public protocol TextIdentifier: Codable, Hashable, Sendable, CodingKeyRepresentable {
    init?(_ text: String)
    var text: String { get }
}

extension TextIdentifier {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "“\(text)” is not a valid \(Self.self)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public init?<T: CodingKey>(codingKey: T) { self.init(codingKey.stringValue) }
    public var codingKey: any CodingKey { TextKey(stringValue: text) }
}

struct TextKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
