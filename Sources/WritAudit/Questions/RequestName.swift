// The id a gateway gives a request says by itself when it was answered, by which table, and by which version.
import WritVocabulary

/// `x-writ-request-id: <milliseconds, 12 hex>-<table number, hex>-<counter, 6 hex>-<model>:<version>`.
///
/// It is a claim: anybody can write one. ``TraceQuestion`` holds it against the record.
public struct RequestName: Hashable, Sendable, CustomStringConvertible {
    /// When a replica was chosen for it, by the gateway's clock.
    public var time: Timestamp
    public var table: Int64
    public var counter: Int64
    public var version: VersionID

    public init(time: Timestamp, table: Int64, counter: Int64, version: VersionID) {
        self.time = time
        self.table = table
        self.counter = counter
        self.version = version
    }

    /// Exactly what a gateway writes: lower case, no leading zeros in the table's number.
    public init?(_ text: String) {
        guard text.utf8.count <= QuestionLimits.requestNameBytesMax else { return nil }
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0].utf8.count == 12, parts[2].utf8.count == 6,
            let time = RequestName.number(parts[0]), let table = RequestName.number(parts[1]),
            let counter = RequestName.number(parts[2]), parts[1] == String(table, radix: 16),
            let version = VersionID(parts[3]), version.text == parts[3]
        else { return nil }
        self.init(time: Timestamp(milliseconds: time), table: table, counter: counter, version: version)
    }

    private static func number(_ digits: String) -> Int64? {
        guard digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        return Int64(digits, radix: 16)
    }

    public var description: String {
        func hex(_ value: Int64, _ width: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(hex(time.milliseconds, 12))-\(hex(table, 1))-\(hex(counter, 6))-\(version)"
    }
}
