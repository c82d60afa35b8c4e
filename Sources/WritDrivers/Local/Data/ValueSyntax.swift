// How a value of each column type is written, byte by byte.

enum ValueSyntax {
    /// Digits with an optional sign, within 64 bits. `12`, `-3`; not `12.0`.
    static func integer(_ bytes: ByteSlice) -> Int64? {
        guard let first = bytes.first else { return nil }
        let signed = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        guard bytes.count > (signed ? 1 : 0) else { return nil }
        var value: Int64 = 0
        for byte in bytes[(signed ? 1 : 0)...] {
            guard let digit = digit(byte) else { return nil }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            // Built up below zero, where there is room for one more.
            let (next, below) = tenfold.subtractingReportingOverflow(Int64(digit))
            if overflow || below { return nil }
            value = next
        }
        if first == UInt8(ascii: "-") { return value }
        return value == .min ? nil : -value
    }

    /// A decimal number with optional sign, fraction and exponent, finite as a Double. `NaN` and `inf` are none.
    static func number(_ bytes: ByteSlice) -> Double? {
        var scan = NumberScan()
        guard scan.read(bytes) else { return nil }
        if let exact = scan.exactValue { return exact }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// `true` and `false`, also with a capital first letter or all capitals.
    static func isBoolean(_ bytes: ByteSlice) -> Bool {
        booleans.contains { $0.utf8CodeUnitCount == bytes.count && memcmp(bytes, $0) }
    }

    /// RFC 3339: `2013-01-31`, or with a time `2013-01-31T23:59:59.5Z`, `… +01:00`. The calendar is checked.
    static func isTimestamp(_ bytes: ByteSlice) -> Bool {
        guard bytes.count >= 10, let year = number(bytes, 0, 4), bytes[4] == dash, let month = number(bytes, 5, 2),
            bytes[7] == dash, let day = number(bytes, 8, 2), (1...12).contains(month), day >= 1,
            day <= days(in: month, of: year)
        else { return false }
        return bytes.count == 10 || isTime(bytes, from: 10)
    }

    /// `T23:59:59.5Z` from `start` to the end.
    private static func isTime(_ bytes: ByteSlice, from start: Int) -> Bool {
        // The shortest time is `T00:00:00Z`.
        guard bytes.count >= start + 10, isTimeMark(bytes[start]), let hour = number(bytes, start + 1, 2), hour < 24,
            bytes[start + 3] == colon, let minute = number(bytes, start + 4, 2), minute < 60,
            bytes[start + 6] == colon, let second = number(bytes, start + 7, 2), second <= 60
        else { return false }
        var index = start + 9
        if bytes[index] == UInt8(ascii: ".") {
            let fraction = index + 1
            index = fraction
            while index < bytes.count, digit(bytes[index]) != nil { index += 1 }
            guard index > fraction else { return false }
        }
        return isOffset(bytes, from: index)
    }

    private static func isOffset(_ bytes: ByteSlice, from index: Int) -> Bool {
        guard index < bytes.count else { return false }
        if bytes[index] | 0x20 == UInt8(ascii: "z") { return bytes.count == index + 1 }
        guard bytes.count == index + 6, bytes[index] == dash || bytes[index] == UInt8(ascii: "+"),
            let hour = number(bytes, index + 1, 2), bytes[index + 3] == colon, let minute = number(bytes, index + 4, 2)
        else { return false }
        return hour < 24 && minute < 60
    }

    private static let dash = UInt8(ascii: "-")
    private static let colon = UInt8(ascii: ":")
    private static let booleans: [StaticString] = ["true", "false", "True", "False", "TRUE", "FALSE"]

    private static func isTimeMark(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "t") || byte == UInt8(ascii: " ")
    }

    private static func memcmp(_ bytes: ByteSlice, _ text: StaticString) -> Bool {
        for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
        return true
    }

    private static func number(_ bytes: ByteSlice, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            guard let digit = digit(bytes[index]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func digit(_ byte: UInt8) -> Int? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int(value) : nil
    }
}

/// Checks the form of a decimal number and, where that is exact, computes it on the way.
struct NumberScan {
    private var mantissa: UInt64 = 0
    private var significantDigits = 0
    private var exponent = 0
    private var negative = false

    private static let powersOfTen: [Double] = (0...22).map { power in
        (0..<power).reduce(1.0) { value, _ in value * 10 }
    }

    /// Mantissa below 2^53 and power of ten up to 22 are both exact as Double, so one operation rounds correctly
    /// (William D. Clinger, "How to read floating point numbers accurately", 1990).
    var exactValue: Double? {
        guard significantDigits <= 19, mantissa < 1 << 53, (-22...22).contains(exponent) else { return nil }
        let value = Double(mantissa)
        let scaled = exponent < 0 ? value / Self.powersOfTen[-exponent] : value * Self.powersOfTen[exponent]
        return negative ? -scaled : scaled
    }

    /// False when the bytes are not one number from beginning to end.
    mutating func read(_ bytes: ByteSlice) -> Bool {
        var index = 0
        if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            negative = first == UInt8(ascii: "-")
            index = 1
        }
        let whole = digits(bytes, from: index, fraction: false)
        var found = whole - index
        index = whole
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            let end = digits(bytes, from: index + 1, fraction: true)
            found += end - index - 1
            index = end
        }
        guard found > 0 else { return false }
        guard index < bytes.count else { return true }
        guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return false }
        return readExponent(bytes, from: index + 1)
    }

    private mutating func digits(_ bytes: ByteSlice, from start: Int, fraction: Bool) -> Int {
        var index = start
        while index < bytes.count, let digit = ValueSyntax.digit(bytes[index]) {
            if significantDigits > 0 || digit > 0 { significantDigits += 1 }
            if significantDigits <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
            if fraction { exponent -= 1 }
            index += 1
        }
        return index
    }

    private mutating func readExponent(_ bytes: ByteSlice, from start: Int) -> Bool {
        var index = start
        var sign = 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            sign = bytes[index] == UInt8(ascii: "-") ? -1 : 1
            index += 1
        }
        guard index < bytes.count else { return false }
        var value = 0
        while index < bytes.count {
            guard let digit = ValueSyntax.digit(bytes[index]) else { return false }
            // Beyond this the value is no longer exact anyway.
            value = min(value * 10 + digit, 1_000_000)
            index += 1
        }
        exponent += sign * value
        return true
    }
}
