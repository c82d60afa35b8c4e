// Sets of ASCII bytes as two machine words: which characters may stand where in HTTP.

struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes where byte < 128 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    /// Bytes from 128 on belong to no set.
    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    private static let alphanumeric = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    /// `tchar` of RFC 9110 §5.6.2: methods and field names.
    static let token = ByteSet(alphanumeric + Array("!#$%&'*+-.^_`|~".utf8))
    /// What a request target may hold: all visible ASCII but the fragment's `#`, which no client may send.
    static let target = ByteSet((0x21...0x7E).filter { $0 != UInt8(ascii: "#") })
    /// `uri-host [":" port]` of RFC 3986 §3.2.
    static let host = ByteSet(alphanumeric + Array("-._~%!$&'()*+;=:[]".utf8))
}

/// The bytes the protocol gives a meaning.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let slash = UInt8(ascii: "/")
    static let question = UInt8(ascii: "?")
    static let underscore = UInt8(ascii: "_")
    static let hyphen = UInt8(ascii: "-")

    /// Whether a field value may hold it (RFC 9110 §5.5): visible, space, tab, or obs-text.
    static func isFieldValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == tab }
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func hexValue(_ byte: UInt8) -> Int64? {
        switch byte {
        case 0x30...0x39: Int64(byte - 0x30)
        case 0x41...0x46: Int64(byte - 0x41 + 10)
        case 0x61...0x66: Int64(byte - 0x61 + 10)
        default: nil
        }
    }
}
