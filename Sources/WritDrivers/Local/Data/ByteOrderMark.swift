// Skips the mark some programs put before UTF-8.

/// Recognises EF BB BF at the very beginning, even when it arrives byte by byte.
struct ByteOrderMark {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// How many bytes of the mark were seen; nil once the beginning is decided.
    private var matched: Int? = 0

    /// Calls `body` with the bytes that count, in order: at most twice.
    mutating func strip(_ chunk: ByteSlice, _ body: (ByteSlice) -> Void) {
        guard var seen = matched else { return body(chunk) }
        var index = 0
        while index < chunk.count, seen < 3, chunk[index] == Self.mark[seen] {
            index += 1
            seen += 1
        }
        if seen == 3 || index < chunk.count {
            matched = nil
            if seen < 3 { release(seen, body) }
            return body(ByteSlice(rebasing: chunk[index...]))
        }
        matched = seen
    }

    /// The file ended; what looked like the beginning of a mark was data.
    mutating func finish(_ body: (ByteSlice) -> Void) {
        if let seen = matched { release(seen, body) }
        matched = nil
    }

    private func release(_ count: Int, _ body: (ByteSlice) -> Void) {
        guard count > 0 else { return }
        Self.mark.withUnsafeBufferPointer { body(ByteSlice(rebasing: $0[..<count])) }
    }
}
