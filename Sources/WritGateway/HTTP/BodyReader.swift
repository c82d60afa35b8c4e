// Takes a body out of a connection's bytes, whatever its framing.
import NIOCore

struct BodyReader: Sendable {
    enum Piece {
        case needMore
        case data(ByteBuffer)
        /// The end, with the trailer section of a chunked body when it has one: its lines and the empty line.
        case end(trailers: ByteBuffer?)
    }

    private enum Rest {
        case nothing
        case length(Int64)
        case chunked(ChunkedReader)
        case untilClose
    }

    private var rest: Rest
    private(set) var isFinished = false

    init(_ framing: BodyFraming, limits: GatewayLimits) {
        switch framing {
        case .none: rest = .nothing
        case .length(let count): rest = .length(count)
        case .chunked: rest = .chunked(ChunkedReader(limits: limits))
        case .untilClose: rest = .untilClose
        }
    }

    /// Whether the peer's closing the connection is the proper end of the body.
    var endsWithConnection: Bool {
        switch rest {
        case .untilClose: true
        case .nothing, .length, .chunked: false
        }
    }

    mutating func next(from buffer: inout ByteBuffer) throws(Refusal) -> Piece {
        switch rest {
        case .nothing: return finish()
        case .length(let remaining):
            if remaining == 0 { return finish() }
            let count = min(remaining, Int64(buffer.readableBytes))
            guard count > 0, let slice = buffer.readSlice(length: Int(count)) else { return .needMore }
            rest = .length(remaining - count)
            return .data(slice)
        case .chunked(var reader):
            defer { rest = .chunked(reader) }
            return try nextChunked(&reader, from: &buffer)
        case .untilClose:
            guard buffer.readableBytes > 0, let slice = buffer.readSlice(length: buffer.readableBytes) else {
                return .needMore
            }
            return .data(slice)
        }
    }

    private mutating func nextChunked(_ reader: inout ChunkedReader, from buffer: inout ByteBuffer) throws(Refusal)
        -> Piece
    {
        while true {
            switch try reader.next(buffer.readableBytesUInt8Span) {
            case .needMore: return .needMore
            case .framing(let count): buffer.moveReaderIndex(forwardBy: count)
            case .data(let count):
                guard let slice = buffer.readSlice(length: count) else { return .needMore }
                return .data(slice)
            case .trailers(let count):
                let trailers = buffer.readSlice(length: count)
                isFinished = true
                return .end(trailers: count > 2 ? trailers : nil)
            }
        }
    }

    private mutating func finish() -> Piece {
        isFinished = true
        return .end(trailers: nil)
    }
}
