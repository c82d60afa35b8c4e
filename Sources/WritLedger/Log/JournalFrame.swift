// The journal's bytes: a header, then one frame for each append. Pure.
import Crypto
import Foundation

/// Entries that became durable together: there as a whole, or not at all.
///
/// `WRJ1`, payload length u32, entry count u32, sequence of the first entry u64 (all big-endian), SHA-256 over those 16
/// bytes and the payload, and the payload: the entries as in an entry bundle.
enum JournalFrame {
    static let magic = Array("WRJ1".utf8)
    static let headBytes = 20
    static let overhead = headBytes + Limits.hashBytes

    static func encode(first: Int, count: Int, payload: [UInt8]) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(overhead + payload.count)
        append(UInt64(payload.count), 4, to: &bytes)
        append(UInt64(count), 4, to: &bytes)
        append(UInt64(first), 8, to: &bytes)
        var hash = SHA256()
        hash.update(data: bytes[magic.count...])
        hash.update(data: payload)
        bytes.append(contentsOf: hash.finalize())
        bytes.append(contentsOf: payload)
        return bytes
    }

    struct Head {
        var first: Int
        var count: Int
        var payload: Range<Int>
    }

    /// The frame at `offset`, or nil unless it is whole.
    static func head(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Head? {
        guard offset + overhead <= bytes.count, bytes[offset..<offset + 4].elementsEqual(magic) else { return nil }
        let length = number(bytes, offset + 4, 4)
        let start = offset + overhead
        guard length <= bytes.count - start else { return nil }
        let payload = start..<start + length
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<offset + headBytes]))
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[payload]))
        guard bytes[offset + headBytes..<start].elementsEqual(hash.finalize()) else { return nil }
        return Head(first: number(bytes, offset + 12, 8), count: number(bytes, offset + 8, 4), payload: payload)
    }

    static func append(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for shift in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }

    static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ width: Int) -> Int {
        Int(
            truncatingIfNeeded: bytes[offset..<offset + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                & UInt64(Int.max))
    }
}

/// What a journal file holds, as far as it is whole.
struct JournalContent {
    static let magic = Array("writ-journal-1\n".utf8)
    static let headerBytes = magic.count + 8

    /// The sequence number of its first entry.
    var base: Int
    var entries: [[UInt8]] = []
    /// Bytes up to the end of the last whole frame. What follows was never acknowledged.
    var wholeBytes: Int
    var tornBytes: Int

    static func header(base: Int) -> [UInt8] {
        var bytes = magic
        JournalFrame.append(UInt64(base), 8, to: &bytes)
        return bytes
    }

    /// Reads a journal. A torn end is left out; damage before whole frames throws, for those were acknowledged.
    init(_ bytes: [UInt8], path: String) throws {
        guard bytes.count >= JournalContent.headerBytes, bytes.starts(with: JournalContent.magic) else {
            throw LedgerFailure.damaged(
                "journal-malformed", "\(path) is not a journal of the ledger; restore it from a backup")
        }
        (base, wholeBytes, tornBytes) = (0, JournalContent.headerBytes, 0)
        try bytes.withUnsafeBytes { buffer in
            // No log is that long: `number` would pass over the bit.
            guard buffer[JournalContent.magic.count] < 0x80 else { throw damage(path) }
            base = JournalFrame.number(buffer, JournalContent.magic.count, 8)
            while wholeBytes < buffer.count, let head = JournalFrame.head(buffer, at: wholeBytes) {
                let payload = UnsafeRawBufferPointer(rebasing: buffer[head.payload])
                guard head.first == base + entries.count,
                    let ranges = TileFile.entries(in: payload, count: head.count),
                    ranges.last?.upperBound == payload.count
                else { throw damage(path) }
                entries.append(contentsOf: ranges.map { Array(payload[$0]) })
                wholeBytes = head.payload.upperBound
            }
            tornBytes = buffer.count - wholeBytes
            if tornBytes > 0, JournalContent.holdsFrame(buffer, after: wholeBytes) { throw damage(path) }
        }
    }

    /// A frame is written only after the one before it was durable, so a whole one behind a broken one means damage.
    private static func holdsFrame(_ bytes: UnsafeRawBufferPointer, after offset: Int) -> Bool {
        guard bytes.count - offset > JournalFrame.overhead else { return false }
        return (offset + 1..<bytes.count - JournalFrame.overhead).contains {
            bytes[$0] == JournalFrame.magic[0] && JournalFrame.head(bytes, at: $0) != nil
        }
    }

    private func damage(_ path: String) -> LedgerFailure {
        .damaged(
            "journal-damaged",
            "\(path) is damaged after entry \(base + entries.count - 1), before entries that were acknowledged; "
                + "restore it from a backup")
    }
}
