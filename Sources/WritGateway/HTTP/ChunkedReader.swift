// The chunked transfer coding (RFC 9112 §7.1), read strictly.

/// Says what the next bytes of a chunked body are; the caller consumes them.
struct ChunkedReader: Sendable {
    enum Step: Equatable, Sendable {
        case needMore
        /// So many bytes of framing: skip them.
        case framing(Int)
        /// So many bytes of content.
        case data(Int)
        /// So many bytes of trailer section, the empty line included; the body is at its end.
        case trailers(Int)
    }

    private enum Expecting {
        case size, data(Int64), dataEnd, trailers
    }

    private var expecting = Expecting.size
    private var trailerEnd = HeadEnd()
    private let lineBytesMax: Int
    private let trailerBytesMax: Int

    init(limits: GatewayLimits) {
        lineBytesMax = limits.chunkLineBytesMax
        trailerBytesMax = limits.trailerBytesMax
    }

    mutating func next(_ bytes: borrowing Span<UInt8>) throws(Refusal) -> Step {
        switch expecting {
        case .size: return try size(bytes)
        case .data(let remaining):
            guard bytes.count > 0 else { return .needMore }
            let count = min(remaining, Int64(bytes.count))
            expecting = count == remaining ? .dataEnd : .data(remaining - count)
            return .data(Int(count))
        case .dataEnd:
            guard bytes.count >= 2 else { return .needMore }
            guard bytes[0] == Byte.carriageReturn, bytes[1] == Byte.lineFeed else { throw .invalidChunk }
            expecting = .size
            return .framing(2)
        case .trailers:
            let found = try trailerEnd.find(bytes)
            guard found ?? bytes.count <= trailerBytesMax else { throw .headTooLarge }
            return found.map { .trailers($0) } ?? .needMore
        }
    }

    /// `1*HEXDIG [;extension] CR LF`. Extensions mean nothing to anybody here and end at this hop.
    private mutating func size(_ bytes: borrowing Span<UInt8>) throws(Refusal) -> Step {
        var value: Int64 = 0
        var index = 0
        while index < bytes.count, let digit = Byte.hexValue(bytes[index]) {
            // 15 digits stay below 2^60.
            guard index < 15 else { throw .invalidChunk }
            value = value << 4 | digit
            index += 1
        }
        guard index < bytes.count else { return .needMore }
        guard index > 0 else { throw .invalidChunk }
        if bytes[index] == Byte.semicolon {
            while index < bytes.count, Byte.isFieldValue(bytes[index]) { index += 1 }
        }
        guard index + 2 <= lineBytesMax else { throw .invalidChunk }
        guard index < bytes.count else { return .needMore }
        guard bytes[index] == Byte.carriageReturn else { throw .invalidChunk }
        guard index + 1 < bytes.count else { return .needMore }
        guard bytes[index + 1] == Byte.lineFeed else { throw .invalidChunk }
        expecting = value == 0 ? .trailers : .data(value)
        return .framing(index + 2)
    }
}
