// SHA-256 digests, written `sha256:<64 hex digits>` everywhere.
import Crypto
import Foundation

/// The SHA-256 of some bytes. Identity of every artefact, snapshot, recipe, plan and piece of evidence.
public struct Digest: TextIdentifier, Comparable, CustomStringConvertible {
    /// The 64 lower-case hexadecimal digits.
    public let hex: String

    public init?(_ text: String) {
        guard text.hasPrefix("sha256:") else { return nil }
        self.init(hex: String(text.dropFirst(7)))
    }

    public init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Hex.isLowerDigit) else { return nil }
        self.hex = hex
    }

    public init(of bytes: some DataProtocol) {
        self.init(raw: SHA256.hash(data: bytes))
    }

    /// The digest of a value's canonical encoding.
    public init(canonical value: some Encodable) throws {
        self.init(of: try Canonical.encode(value))
    }

    init(raw: SHA256.Digest) { hex = Hex.encode(raw) }

    public var text: String { "sha256:\(hex)" }
    /// The first twelve digits: enough for people, never for identity.
    public var short: String { String(hex.prefix(12)) }
    public var description: String { text }
    public static func < (a: Digest, b: Digest) -> Bool { a.hex < b.hex }
}

/// Hashes bytes as they stream past.
public struct DigestBuilder: Sendable {
    private var hash = SHA256()
    public private(set) var byteCount: Int64 = 0

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
        byteCount += Int64(bytes.count)
    }

    public mutating func update(_ bytes: some DataProtocol) {
        hash.update(data: bytes)
        byteCount += Int64(bytes.count)
    }

    public func finish() -> Digest { Digest(raw: hash.finalize()) }
}

/// Lower-case hexadecimal.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 2)
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let high = value(characters[index]), let low = value(characters[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    static func isLowerDigit(_ byte: UInt8) -> Bool { value(byte) != nil }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
