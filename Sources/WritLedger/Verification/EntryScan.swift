// An entry's bytes read once, without decoding: canonical JSON or not, its number, its time, its kind, its shape.

/// What one pass over a leaf tells. Decoding an entry and encoding it again says the same and costs fifty times more.
///
/// Canonical here is what `Canonical.encode` writes: keys ascending, no space, whole numbers, the short escapes. Text
/// the scan cannot be sure of (keys beyond ASCII, `\u` escapes, fractions) makes it unsure, and the entry is decoded.
struct EntryScan {
    enum Verdict: Hashable {
        case canonical
        case unsure
        case broken
    }

    private(set) var verdict = Verdict.canonical
    /// nil where it is absent or no whole number.
    private(set) var sequence: Int64?
    /// The 24 bytes of the time: fixed width, so that they compare as the times do.
    private(set) var time: Range<Int>?
    /// The only key of the event, without quotes.
    private(set) var kind: Range<Int>?
    /// A hash of all keys and of the kinds of all values, in order. Entries of one shape have the same members.
    private(set) var shape: UInt64 = 0xcbf2_9ce4_8422_2325

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var isASCII = true

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        guard value(depth: 0), position == bytes.count, sequence != nil, time != nil, kind != nil else {
            verdict = .broken
            return
        }
        if !isASCII, String(validating: bytes, as: UTF8.self) == nil { verdict = .broken }
    }

    // MARK: The grammar

    private mutating func value(depth: Int) -> Bool {
        guard depth <= Limits.entryDepth, position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""):
            mix(1)
            return string() != nil
        case UInt8(ascii: "t"): return word("true", 2)
        case UInt8(ascii: "f"): return word("false", 2)
        case UInt8(ascii: "n"): return word("null", 3)
        default: return number() != nil
        }
    }

    private mutating func object(depth: Int) -> Bool {
        mix(4)
        position += 1
        if take(UInt8(ascii: "}")) { return true }
        var last: Range<Int>?
        while true {
            guard let key = string() else { return false }
            if let last, !ascending(last, key) { return false }
            last = key
            mix(key)
            guard take(UInt8(ascii: ":")) else { return false }
            let start = position
            guard value(depth: depth + 1) else { return false }
            if depth == 0 { note(key, start..<position) }
            if take(UInt8(ascii: "}")) { break }
            guard take(UInt8(ascii: ",")) else { return false }
        }
        mix(5)
        return true
    }

    private mutating func array(depth: Int) -> Bool {
        mix(6)
        position += 1
        if take(UInt8(ascii: "]")) { return true }
        while true {
            guard value(depth: depth + 1) else { return false }
            if take(UInt8(ascii: "]")) { break }
            guard take(UInt8(ascii: ",")) else { return false }
        }
        mix(7)
        return true
    }

    /// The bytes between the quotes; nil when it is no string an encoder writes.
    private mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return start..<position - 1 }
            if byte < 0x20 { return nil }
            if byte >= 0x80 { isASCII = false }
            if byte == UInt8(ascii: "\\"), !escape() { return nil }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            verdict = .unsure
            return true
        default:
            return false
        }
    }

    /// A whole number without a sign before zero or a leading zero.
    private mutating func number() -> Int64? {
        mix(8)
        let isNegative = take(UInt8(ascii: "-"))
        let start = position
        var value: Int64 = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = product.addingReportingOverflow(Int64(digit))
            if over || more { verdict = .unsure }
            value = sum
            position += 1
        }
        guard position > start else { return nil }
        if bytes[start] == UInt8(ascii: "0"), position - start > 1 || isNegative { return nil }
        while position < bytes.count, EntryScan.isNumeric(bytes[position]) {
            verdict = .unsure
            position += 1
        }
        return isNegative ? -value : value
    }

    /// What goes on a number that is not whole.
    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func word(_ text: StaticString, _ mark: UInt8) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        position += count
        mix(mark)
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    // MARK: What is kept

    /// Members of the entry itself.
    private mutating func note(_ key: Range<Int>, _ value: Range<Int>) {
        if equal(key, "sequence") {
            var inner = EntryScan(numberIn: bytes, at: value.lowerBound)
            sequence = inner.number()
        } else if equal(key, "time") {
            let text = value.lowerBound + 1..<max(value.lowerBound + 1, value.upperBound - 1)
            if text.count == 24 { time = text } else { verdict = .unsure }
        } else if equal(key, "event"), value.count > 4, bytes[value.lowerBound] == UInt8(ascii: "{") {
            let start = value.lowerBound + 2
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: "\"") { end += 1 }
            kind = start..<end
        }
    }

    private init(numberIn bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    private func equal(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where bytes[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    private mutating func ascending(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        var (left, right) = (a.lowerBound, b.lowerBound)
        while left < a.upperBound, right < b.upperBound {
            let (one, other) = (bytes[left], bytes[right])
            // Keys beyond ASCII, or with escapes, are ordered by more than their bytes.
            if one | other >= 0x80 || one == UInt8(ascii: "\\") || other == UInt8(ascii: "\\") {
                verdict = .unsure
                return true
            }
            if one != other { return one < other }
            (left, right) = (left + 1, right + 1)
        }
        return left == a.upperBound && right < b.upperBound
    }

    /// FNV-1a.
    private mutating func mix(_ byte: UInt8) { shape = (shape ^ UInt64(byte)) &* 0x100_0000_01b3 }

    private mutating func mix(_ range: Range<Int>) {
        for index in range { mix(bytes[index]) }
        mix(0)
    }
}
