// YAML 1.2 core schema (section 10.3.2): what a plain scalar means. `no`, `yes` and `on` are text.

enum CoreScalar: Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A whole number that 64 bits cannot hold.
    case oversized
    /// May be infinite or not a number: `.inf`, `.nan`, `1e999`.
    case number(Double)
    case text
}

enum CoreSchema {
    static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) -> CoreScalar {
        guard let first = bytes.first else { return .null }
        switch first {
        case UInt8(ascii: "~"): return bytes.count == 1 ? .null : .text
        case UInt8(ascii: "n"), UInt8(ascii: "N"):
            return bytes.count == 4 && matches(bytes, "null", "Null", "NULL") ? .null : .text
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return bytes.count == 4 && matches(bytes, "true", "True", "TRUE") ? .boolean(true) : .text
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return bytes.count == 5 && matches(bytes, "false", "False", "FALSE") ? .boolean(false) : .text
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(bytes)
        default: return .text
        }
    }

    private static func matches(_ bytes: UnsafeBufferPointer<UInt8>, _ spellings: StaticString...) -> Bool {
        spellings.contains { spelling in
            spelling.utf8CodeUnitCount == bytes.count
                && bytes.elementsEqual(UnsafeBufferPointer(start: spelling.utf8Start, count: bytes.count))
        }
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> CoreScalar {
        var offset = 0
        let isSigned = bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
        if isSigned { offset = 1 }
        if !isSigned, bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
            if bytes[1] == UInt8(ascii: "o") { return based(bytes, radix: 8) }
            if bytes[1] == UInt8(ascii: "x") { return based(bytes, radix: 16) }
        }
        if let special = special(bytes, from: offset, negative: bytes[0] == UInt8(ascii: "-")) { return special }
        let whole = skipDigits(bytes, &offset)
        if offset == bytes.count, whole > 0 { return integer(bytes) }
        var fraction = 0
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            fraction = skipDigits(bytes, &offset)
        }
        guard whole + fraction > 0, skipExponent(bytes, &offset), offset == bytes.count else { return .text }
        if !isSigned, whole + fraction + 1 == bytes.count, let number = short(bytes, fraction: fraction) {
            return .number(number)
        }
        return Double(String(decoding: bytes, as: UTF8.self)).map { .number($0) } ?? .text
    }

    /// `0.05` without a detour: digits and power of ten are exact, so one division rounds once (Clinger 1990).
    private static func short(_ bytes: UnsafeBufferPointer<UInt8>, fraction: Int) -> Double? {
        guard bytes.count <= 16 else { return nil }
        var digits: Int64 = 0
        for byte in bytes where byte != UInt8(ascii: ".") { digits = digits * 10 + Int64(byte & 15) }
        var power: Int64 = 1
        for _ in 0..<fraction { power *= 10 }
        return Double(digits) / Double(power)
    }

    private static func skipDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    /// Passes over `e`, a sign and digits, or over nothing. False where an exponent has no digits.
    private static func skipExponent(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> Bool {
        guard offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") else { return true }
        offset += 1
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
            offset += 1
        }
        return skipDigits(bytes, &offset) > 0
    }

    private static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> CoreScalar {
        if bytes.count <= 18, bytes[0] >= UInt8(ascii: "0") {
            return .integer(bytes.reduce(0) { $0 * 10 + Int64($1 & 15) })
        }
        return Int64(String(decoding: bytes, as: UTF8.self)).map { .integer($0) } ?? .oversized
    }

    private static func based(_ bytes: UnsafeBufferPointer<UInt8>, radix: Int) -> CoreScalar {
        let digits = bytes.dropFirst(2)
        let isDigit: (UInt8) -> Bool = { byte in
            Character(UnicodeScalar(byte)).hexDigitValue.map { $0 < radix } ?? false
        }
        guard digits.allSatisfy(isDigit) else { return .text }
        return Int64(String(decoding: digits, as: UTF8.self), radix: radix).map { .integer($0) } ?? .oversized
    }

    private static func special(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int, negative: Bool) -> CoreScalar? {
        guard bytes.count == offset + 4, bytes[offset] == UInt8(ascii: ".") else { return nil }
        let rest = UnsafeBufferPointer(rebasing: bytes[offset...])
        if matches(rest, ".inf", ".Inf", ".INF") { return .number(negative ? -.infinity : .infinity) }
        if offset == 0, matches(rest, ".nan", ".NaN", ".NAN") { return .number(.nan) }
        return nil
    }
}
