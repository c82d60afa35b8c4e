// Which bytes may stand in a manifest at all: UTF-8 that shows what it says.

/// What a look over a file's bytes found.
struct SourceCheck {
    enum Fault: Equatable {
        case notUTF8
        /// A carriage return that ends no line: some readers break the line there, others do not.
        case loneCarriageReturn
        case control(UInt32)
        /// Reorders what a reviewer sees.
        case bidirectional(UInt32)
    }

    var isASCII = true
    /// Whether there are neither tabs nor carriage returns.
    var isPlain = true
    var fault: (fault: Fault, offset: Int)?

    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) {
        var offset = start
        while offset < bytes.count {
            if SourceCheck.isPlainWord(bytes, at: offset) {
                offset += 8
                continue
            }
            let byte = bytes[offset]
            if byte >= 0x20, byte < 0x7F || byte == 0x0A {
                offset += 1
            } else if byte < 0x80 {
                fault = SourceCheck.control(bytes, at: offset).map { ($0, offset) }
                if fault != nil { return }
                if byte != 0x0A { isPlain = false }
                offset += 1
            } else {
                isASCII = false
                guard let (scalar, length) = SourceCheck.decode(bytes, at: offset) else {
                    fault = (.notUTF8, offset)
                    return
                }
                fault = SourceCheck.refused(scalar).map { ($0, offset) }
                if fault != nil { return }
                offset += length
            }
        }
    }

    /// Whether eight bytes from here are printable ASCII or line feeds, seen in one word.
    ///
    /// No sum carries into the next byte.
    @inline(__always)
    private static func isPlainWord(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
        guard offset + 8 <= bytes.count, let base = bytes.baseAddress else { return false }
        let word = UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (ones &* 0x7F)
        let isDelete = low &+ ones
        let isPrintable = low &+ ones &* 0x60
        let isNoLineFeed = (low ^ ones &* 0x0A) &+ ones &* 0x7F
        return (word | isDelete | (isNoLineFeed & ~isPrintable)) & (ones &* 0x80) == 0
    }

    private static func control(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Fault? {
        switch bytes[offset] {
        case 0x09, 0x0A: nil
        case 0x0D: offset + 1 < bytes.count && bytes[offset + 1] == 0x0A ? nil : .loneCarriageReturn
        case let byte: .control(UInt32(byte))
        }
    }

    private static func refused(_ scalar: UInt32) -> Fault? {
        switch scalar {
        case 0x80...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: .control(scalar)
        case 0x202A...0x202E, 0x2066...0x2069: .bidirectional(scalar)
        default: nil
        }
    }

    /// One character of two to four bytes; nil where the bytes are no UTF-8 (RFC 3629).
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> (scalar: UInt32, length: Int)? {
        let first = UInt32(bytes[offset])
        let (length, lowest): (Int, UInt32)
        switch first {
        case 0xC2...0xDF: (length, lowest) = (2, 0x80)
        case 0xE0...0xEF: (length, lowest) = (3, 0x800)
        case 0xF0...0xF4: (length, lowest) = (4, 0x10000)
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        var scalar = first & (0x7F >> UInt32(length))
        for index in 1..<length {
            let byte = UInt32(bytes[offset + index])
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | byte & 0x3F
        }
        guard scalar >= lowest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
        return (scalar, length)
    }
}

extension SourceCheck.Fault {
    var code: String {
        switch self {
        case .notUTF8: "not-utf8"
        case .loneCarriageReturn, .control: "control-character"
        case .bidirectional: "bidirectional-character"
        }
    }

    var message: String {
        switch self {
        case .notUTF8: "the file is not UTF-8"
        case .loneCarriageReturn: "a carriage return stands here without a line feed"
        case .control(let scalar): "the character \(SourceCheck.name(scalar)) is not allowed in a manifest"
        case .bidirectional(let scalar):
            "the character \(SourceCheck.name(scalar)) changes the direction of text, "
                + "so that a reviewer reads something else"
        }
    }

    var hint: String {
        switch self {
        case .notUTF8: "save the file as UTF-8"
        case .loneCarriageReturn: "end lines with a line feed"
        case .control, .bidirectional: "remove the character"
        }
    }
}

extension SourceCheck {
    static func name(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
