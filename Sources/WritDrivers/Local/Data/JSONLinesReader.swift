// JSON Lines as a push parser: bytes in, one object a line out.
import Glibc

/// Reads lines that hold one JSON object each. Lines of nothing but spaces are skipped.
///
/// A line that lies whole in one chunk is read where it is; only one that is cut is copied.
struct JSONLinesReader: RowReader, ~Copyable {
    private let limits: DataLimits
    private var scanner: JSONScanner
    /// The beginning of a line whose end has not come yet.
    private var carried: [UInt8] = []
    private var tooLarge = false

    init(limits: DataLimits) {
        self.limits = limits
        scanner = JSONScanner(limits: limits)
    }

    mutating func consume(_ chunk: ByteSlice, into sink: inout some RowSink) {
        var rest = chunk
        while let end = Self.lineFeed(in: rest) {
            line(ByteSlice(rebasing: rest[..<end]), into: &sink)
            rest = ByteSlice(rebasing: rest[(end + 1)...])
        }
        carry(rest)
    }

    mutating func finish(into sink: inout some RowSink) {
        if tooLarge || !carried.isEmpty { line(ByteSlice(start: nil, count: 0), into: &sink) }
    }

    private static func lineFeed(in bytes: ByteSlice) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, 0x0A, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }

    private mutating func carry(_ bytes: ByteSlice) {
        if tooLarge || carried.count + bytes.count > limits.rowBytes {
            tooLarge = true
            carried.removeAll(keepingCapacity: true)
        } else {
            carried.append(contentsOf: bytes)
        }
    }

    private mutating func line(_ bytes: ByteSlice, into sink: inout some RowSink) {
        if carried.isEmpty, !tooLarge, bytes.count <= limits.rowBytes { return scan(bytes, into: &sink) }
        carry(bytes)
        let whole = carried
        carried = []
        if tooLarge {
            sink.refusedRow(.rowTooLarge(limitBytes: limits.rowBytes))
        } else {
            whole.withUnsafeBufferPointer { scan($0, into: &sink) }
        }
        tooLarge = false
    }

    private mutating func scan(_ line: ByteSlice, into sink: inout some RowSink) {
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
        guard UTF8Text.isValid(line) else { return sink.refusedRow(.notUTF8) }
        if let defect = scanner.scan(line) { return sink.refusedRow(.json(defect)) }
        scanner.members.withUnsafeBufferPointer { sink.object($0) }
    }
}
