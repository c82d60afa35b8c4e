// JSON, token by token, from a stream; strict as RFC 8259 has it.

enum JSONToken: Hashable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    case colon
    case comma
    /// nil where it is too long to be kept.
    case string(String?)
    case number(String)
    case literal
    case end
}

struct JSONTokens {
    struct Damaged: Error {}

    private var cursor: ByteCursor
    private var waiting: UInt8?

    init(_ view: ByteView) { cursor = ByteCursor(view) }

    mutating func next() throws -> JSONToken {
        var byte = try waiting ?? cursor.next()
        waiting = nil
        while let blank = byte, [0x20, 0x09, 0x0A, 0x0D].contains(blank) { byte = try cursor.next() }
        guard let byte else { return .end }
        switch byte {
        case 0x7B: return .beginObject
        case 0x7D: return .endObject
        case 0x5B: return .beginArray
        case 0x5D: return .endArray
        case 0x3A: return .colon
        case 0x2C: return .comma
        case 0x22: return .string(try string())
        case 0x74: return try literal("rue")
        case 0x66: return try literal("alse")
        case 0x6E: return try literal("ull")
        default: return .number(try number(byte))
        }
    }

    private mutating func literal(_ rest: String) throws -> JSONToken {
        guard try cursor.take(rest.utf8.count) == Array(rest.utf8) else { throw Damaged() }
        return .literal
    }

    private mutating func number(_ first: UInt8) throws -> String {
        var text = [first]
        while let byte = try cursor.next() {
            guard (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x65, 0x45].contains(byte) else {
                waiting = byte
                break
            }
            guard text.count < 400 else { throw Damaged() }
            text.append(byte)
        }
        guard Self.isNumber(text) else { throw Damaged() }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isNumber(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == 0x2D { rest = rest.dropFirst() }
        let isZero = rest.first == 0x30
        let whole = digits()
        guard whole > 0, !isZero || whole == 1 else { return false }
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == 0x65 || rest.first == 0x45 {
            rest = rest.dropFirst()
            if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private mutating func string() throws -> String? {
        var kept: [UInt8] = []
        var length = 0
        var check = UTF8Check()
        while let byte = try cursor.next() {
            if byte == 0x22 {
                guard check.isComplete else { throw Damaged() }
                return length <= RecognitionLimits.jsonStringBytes ? String(decoding: kept, as: UTF8.self) : nil
            }
            guard byte >= 0x20, check.accept(byte) else { throw Damaged() }
            let piece = byte == 0x5C ? try escaped() : [byte]
            length += piece.count
            if length <= RecognitionLimits.jsonStringBytes { kept += piece }
        }
        throw Damaged()
    }

    private mutating func escaped() throws -> [UInt8] {
        switch try cursor.next() {
        case 0x22: return [0x22]
        case 0x5C: return [0x5C]
        case 0x2F: return [0x2F]
        case 0x62: return [0x08]
        case 0x66: return [0x0C]
        case 0x6E: return [0x0A]
        case 0x72: return [0x0D]
        case 0x74: return [0x09]
        case 0x75:
            guard let digits = try cursor.take(4),
                let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), digits[0] != 0x2B
            else { throw Damaged() }
            // Halves of a pair become a mark each: names are compared, and none of ours has such.
            return Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
        default: throw Damaged()
        }
    }
}

/// Whether bytes are well-formed UTF-8 (RFC 3629), piece by piece.
struct UTF8Check {
    private var missing = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    var isComplete: Bool { missing == 0 }

    mutating func accept(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard allowed.contains(byte) else { return false }
            missing -= 1
            allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
        case 0xED: (missing, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEC, 0xEE...0xEF: missing = 2
        case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
