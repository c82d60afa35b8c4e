// The id of a request: when, by which table, and by which version it was answered, readable without a database.
import Glibc
import NIOCore

/// Writes `x-writ-request-id: <milliseconds, 12 hex>-<table number, hex>-<counter, 6 hex>-<model>:<version>`.
///
/// The time is when a replica was chosen, so that the table named is the one in force then. Loops count in steps of
/// their number, each from its own place: no two requests of one millisecond have the same id.
struct RequestStamp {
    private static let field = Array("x-writ-request-id: ".utf8)
    private static let counterMask: UInt64 = 0xFF_FFFF

    private var counter: UInt64
    private let step: UInt64

    init(loop: Int, of count: Int) {
        counter = UInt64(loop)
        step = UInt64(max(1, count))
    }

    /// The whole line, its end included.
    mutating func line(milliseconds: Int64, _ assignment: Assignment) -> [UInt8] {
        let tail = assignment.target.requestLineTail
        var line: [UInt8] = []
        line.reserveCapacity(Self.field.count + 37 + tail.count)
        line.append(contentsOf: Self.field)
        Self.append(UInt64(max(0, milliseconds)), minimumDigits: 12, to: &line)
        line.append(Byte.hyphen)
        Self.append(UInt64(max(0, assignment.tableNumber)), minimumDigits: 1, to: &line)
        line.append(Byte.hyphen)
        Self.append(counter & Self.counterMask, minimumDigits: 6, to: &line)
        line.append(contentsOf: tail)
        counter &+= step
        return line
    }

    private static func append(_ value: UInt64, minimumDigits: Int, to line: inout [UInt8]) {
        let digits = max(minimumDigits, (67 - value.leadingZeroBitCount) / 4)
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(place * 4)) & 15
            line.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

/// What the machine's clock says, as milliseconds since 1970.
public enum WallClock {
    public static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
