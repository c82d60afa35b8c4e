// The fast reader's text, and its lists and mappings in brackets.

extension FastReader {
    /// The text that begins here. Stops behind its last character, or behind spaces that follow it.
    mutating func scalar(inFlow: Bool) throws(Uncertain) -> Scalar {
        let first = byte(offset)
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return try quoted(first) }
        guard FastReader.canBegin(first) || (first == UInt8(ascii: "-") && FastReader.canFollowDash(byte(offset + 1)))
        else { throw Uncertain() }
        return inFlow ? try plainInFlow() : plain()
    }

    /// Quoted text without escapes.
    private mutating func quoted(_ quote: UInt8) throws(Uncertain) -> Scalar {
        let start = offset
        offset += 1
        while offset < count, bytes[offset] != quote {
            if bytes[offset] == 0x0A || (bytes[offset] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")) {
                throw Uncertain()
            }
            offset += 1
        }
        guard offset < count else { throw Uncertain() }
        offset += 1
        // In single quotes, two of them are one.
        if quote == UInt8(ascii: "'"), byte(offset) == quote { throw Uncertain() }
        return Scalar(start: start, end: offset, style: .quoted)
    }

    /// Ends at a `:` before a blank, at a `#` after one, and with the line.
    private mutating func plain() -> Scalar {
        let start = offset
        var end = offset
        while offset < count {
            switch bytes[offset] {
            case 0x0A: return Scalar(start: start, end: end, style: .plain)
            case 0x20: offset += 1
            case UInt8(ascii: ":") where isBlank(offset + 1): return Scalar(start: start, end: end, style: .plain)
            case UInt8(ascii: "#") where end < offset: return Scalar(start: start, end: end, style: .plain)
            default:
                offset += 1
                end = offset
            }
        }
        return Scalar(start: start, end: end, style: .plain)
    }

    /// Ends at a bracket or comma too.
    private mutating func plainInFlow() throws(Uncertain) -> Scalar {
        let start = offset
        var end = offset
        while true {
            switch byte(offset) {
            case 0x20: offset += 1
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                return Scalar(start: start, end: end, style: .plain)
            case UInt8(ascii: ":"):
                if isBlank(offset + 1) { return Scalar(start: start, end: end, style: .plain) }
                guard FastReader.canBegin(byte(offset + 1)) else { throw Uncertain() }
                offset += 1
                end = offset
            case 0x0A, UInt8(ascii: "#"), UInt8(ascii: "?"): throw Uncertain()
            default:
                offset += 1
                end = offset
            }
        }
    }

    /// A list or mapping in brackets that ends on its line.
    mutating func flow() throws(Uncertain) {
        let isMapping = byte(offset) == UInt8(ascii: "{")
        let closing = isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")
        try open(isMapping ? .mapping : .sequence, .flow)
        offset += 1
        skipSpaces()
        var isDone = byte(offset) == closing
        while !isDone {
            if isMapping { try flowKey() }
            if isFlowStart { try flow() } else { try attach(scalar(inFlow: true)) }
            skipSpaces()
            isDone = byte(offset) == closing
            if !isDone {
                guard byte(offset) == UInt8(ascii: ",") else { throw Uncertain() }
                offset += 1
                skipSpaces()
            }
        }
        offset += 1
        closeFlow()
    }

    private mutating func flowKey() throws(Uncertain) {
        let key = try scalar(inFlow: true)
        skipSpaces()
        guard isValueMark else { throw Uncertain() }
        try attachKey(key)
        offset += 1
        skipSpaces()
    }

    /// Characters that begin plain text wherever it stands: no indicator is among them.
    @inline(__always)
    private static func canBegin(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte < 64 ? low >> UInt64(byte) & 1 == 1 : high >> UInt64(byte & 63) & 1 == 1)
    }

    @inline(__always)
    private static func canFollowDash(_ byte: UInt8) -> Bool { canBegin(byte) || byte == UInt8(ascii: "-") }

    /// `$()+./0-9;<=`, as bits.
    private static var low: UInt64 { 0x3BFF_CB10_0000_0000 }
    /// `A-Z\^_a-z~`, as bits.
    private static var high: UInt64 { 0x47FF_FFFE_D7FF_FFFE }
}
