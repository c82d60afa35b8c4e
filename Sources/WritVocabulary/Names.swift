// The names people write: kinds, resource names, and the pair that identifies a resource.

/// A kind of resource a manifest may declare.
public enum Kind: String, Codable, Sendable, CaseIterable, Hashable, Comparable {
    case dataset = "Dataset"
    case model = "Model"
    case endpoint = "Endpoint"
    case policy = "Policy"

    public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }

    private var ordinal: UInt8 {
        switch self {
        case .dataset: 0
        case .model: 1
        case .endpoint: 2
        case .policy: 3
        }
    }

    // Left to the raw value, every look-up of a resource would hash and compare a second text.
    public static func == (a: Kind, b: Kind) -> Bool { a.ordinal == b.ordinal }
    public func hash(into hasher: inout Hasher) { hasher.combine(ordinal) }

    /// `datasets`, `policies`.
    public var plural: String {
        let word = rawValue.lowercased()
        return word.hasSuffix("y") ? "\(word.dropLast())ies" : "\(word)s"
    }

    /// Finds a kind from what a person types: any case, singular or plural (`dataset`, `Models`).
    public init?(typed text: String) {
        let lowered = text.lowercased()
        let match = Kind.allCases.first { lowered == $0.rawValue.lowercased() || lowered == $0.plural }
        guard let match else { return nil }
        self = match
    }
}

/// The name of a resource: a DNS label, so that it can stand in a path, a host and a file name.
///
/// 1 to 63 characters of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit.
public struct ResourceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        guard ResourceName.isValid(text) else { return nil }
        self.text = text
    }

    public static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count) else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    public var description: String { text }
    public static func < (a: ResourceName, b: ResourceName) -> Bool { a.text < b.text }
}

extension ResourceName: Codable, CodingKeyRepresentable, TextIdentifier {}

/// Kind and name: what identifies a resource within a repository. Written `Model/flight-time`.
public struct ResourceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let kind: Kind
    public let name: ResourceName

    public init(_ kind: Kind, _ name: ResourceName) {
        self.kind = kind
        self.name = name
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let name = ResourceName(String(parts[1]))
        else {
            return nil
        }
        self.init(kind, name)
    }

    public var text: String { "\(kind.rawValue)/\(name)" }
    public var description: String { text }
    public static func < (a: ResourceID, b: ResourceID) -> Bool {
        a.kind != b.kind ? a.kind < b.kind : a.name < b.name
    }
}

extension ResourceID: Codable, CodingKeyRepresentable, TextIdentifier {}
