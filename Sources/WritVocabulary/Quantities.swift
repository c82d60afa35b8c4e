// Time, size and numbers, each with one unit and one way to be written.

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 with milliseconds.
public struct Timestamp: Hashable, Sendable, Comparable, TextIdentifier, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            bytes[19] == 46, bytes[23] == 90
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let millisecond = number(20..<23),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Timestamp.days(year: year, month: month, day: day)
        milliseconds = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond
    }

    public var text: String {
        let days = milliseconds.flooredDivision(by: 86_400_000)
        let rest = milliseconds - days * 86_400_000
        let (year, month, day) = Timestamp.civil(days: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(rest / 3_600_000, 2)):"
            + "\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
    }

    public var description: String { text }
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
    public static func + (time: Timestamp, span: TimeSpan) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + span.milliseconds)
    }
    public static func - (a: Timestamp, b: Timestamp) -> TimeSpan {
        TimeSpan(milliseconds: a.milliseconds - b.milliseconds)
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil and civil_from_days.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.flooredDivision(by: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = z.flooredDivision(by: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// A length of time in whole milliseconds. Written `250ms`, `30s`, `10m`, `2h`, `7d`.
public struct TimeSpan: Hashable, Sendable, Comparable, TextIdentifier, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 1000) }
    public static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 60_000) }

    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]

    public init?(_ text: String) {
        for unit in TimeSpan.units where text.hasSuffix(unit.suffix) {
            guard let count = Int64(text.dropLast(unit.suffix.count)), count >= 0, count <= 1_000_000_000 else {
                return nil
            }
            milliseconds = count * unit.milliseconds
            return
        }
        return nil
    }

    public var text: String {
        if milliseconds == 0 { return "0s" }
        let fitting = TimeSpan.units.dropFirst().first { milliseconds.isMultiple(of: $0.milliseconds) }
        return fitting.map { "\(milliseconds / $0.milliseconds)\($0.suffix)" } ?? "\(milliseconds)ms"
    }

    public var seconds: Double { Double(milliseconds) / 1000 }
    public var description: String { text }
    public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.milliseconds < b.milliseconds }
}

/// A number of bytes. Written `512Mi`, `2Gi`, `64Ki` or plain digits.
public struct ByteCount: Hashable, Sendable, Comparable, TextIdentifier, CustomStringConvertible {
    public let bytes: Int64
    public init(bytes: Int64) { self.bytes = bytes }

    private static let units: [(suffix: String, bytes: Int64)] = [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]

    public init?(_ text: String) {
        let unit = ByteCount.units.first { text.hasSuffix($0.suffix) }
        guard let count = Int64(text.dropLast(unit?.suffix.count ?? 0)), (0...(1 << 30)).contains(count) || unit == nil,
            count >= 0
        else { return nil }
        bytes = count * (unit?.bytes ?? 1)
    }

    public var text: String {
        let fitting = bytes == 0 ? nil : ByteCount.units.first { bytes.isMultiple(of: $0.bytes) }
        return fitting.map { "\(bytes / $0.bytes)\($0.suffix)" } ?? "\(bytes)"
    }

    public var description: String { text }
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
}

/// A finite measured number. Encoded as its shortest exact decimal string, never as a JSON number.
public struct MetricValue: Hashable, Sendable, Comparable, TextIdentifier, CustomStringConvertible {
    public let value: Double

    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.value = value == 0 ? 0 : value
    }

    public init?(_ text: String) {
        guard let value = Double(text) else { return nil }
        self.init(value)
    }

    public var text: String { value.description }
    public var description: String { text }
    public static func < (a: MetricValue, b: MetricValue) -> Bool { a.value < b.value }
}

/// A training parameter: what YAML's core schema calls a scalar.
public enum ParameterValue: Hashable, Sendable, Codable, CustomStringConvertible {
    case string(String)
    case integer(Int64)
    case number(MetricValue)
    case boolean(Bool)

    private enum CodingKeys: String, CodingKey { case decimal }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer() {
            if let value = try? container.decode(Bool.self) { self = .boolean(value); return }
            if let value = try? container.decode(Int64.self) { self = .integer(value); return }
            if let value = try? container.decode(String.self) { self = .string(value); return }
        }
        self = .number(try decoder.container(keyedBy: CodingKeys.self).decode(MetricValue.self, forKey: .decimal))
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .string(let value): try value.encode(to: encoder)
        case .integer(let value): try value.encode(to: encoder)
        case .boolean(let value): try value.encode(to: encoder)
        case .number(let value):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .decimal)
        }
    }

    public var description: String {
        switch self {
        case .string(let value): value
        case .integer(let value): String(value)
        case .number(let value): value.text
        case .boolean(let value): String(value)
        }
    }
}
