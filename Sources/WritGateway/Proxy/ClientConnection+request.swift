// Taking requests from the client's bytes: head, routing, body.
import NIOCore

extension ClientConnection {
    /// Does what the bytes at hand allow.
    func advance() {
        // An answer given on the spot leads back here; the loop below goes on with the next request.
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while case .awaitingHead = phase, inbox.readableBytes > 0 {
            do throws(Refusal) {
                guard let (head, source) = try takeHead() else { return awaitHead() }
                try begin(head, source)
            } catch {
                refuse(error)
            }
        }
        forwardBody()
    }

    /// The clock runs from the first byte of a head; more bytes do not turn it back.
    private func awaitHead() {
        guard !isHeadTimed else { return }
        isHeadTimed = true
        deadline = worker.deadline(inMilliseconds: limits.headMilliseconds)
    }

    private func takeHead() throws(Refusal) -> (RequestHead, ByteBuffer)? {
        skipEmptyLines()
        guard inbox.readableBytes > 0 else { return nil }
        let bytes = inbox
        guard let end = try headEnd.find(bytes.readableBytesUInt8Span) else {
            if !headEnd.sawLine, inbox.readableBytes > limits.requestLineBytesMax { throw .targetTooLong }
            if inbox.readableBytes > limits.headBytesMax { throw .headTooLarge }
            return nil
        }
        guard end <= limits.headBytesMax else { throw .headTooLarge }
        let head = try RequestHead.scan(bytes.readableBytesUInt8Span, end: end, limits: limits, into: &section)
        headEnd.reset()
        isHeadTimed = false
        return inbox.readSlice(length: end).map { (head, $0) }
    }

    /// Some clients send an empty line after a body (RFC 9112 §2.2).
    private func skipEmptyLines() {
        while inbox.readableBytes >= 2,
            inbox.getInteger(at: inbox.readerIndex, as: UInt16.self) == 0x0D0A
        {
            inbox.moveReaderIndex(forwardBy: 2)
            headEnd.reset()
        }
    }

    private func begin(_ head: RequestHead, _ source: ByteBuffer) throws(Refusal) {
        let path = PathSplit(source.readableBytesUInt8Span, target: head.target)
        let endpoint = source.withUnsafeReadableBytes { bytes in
            String(decoding: UnsafeRawBufferPointer(rebasing: bytes[path.endpoint]), as: UTF8.self)
        }
        let exchange = Exchange(
            head, endpoint: endpoint, startedAt: .now(), replay: worker.replay, limits: limits)
        if worker.isDraining { exchange.keepsAlive = false }
        phase = .exchanging
        self.exchange = exchange
        if case .length(let count) = head.body, count > limits.requestBodyBytesMax { throw .bodyTooLarge }
        let first = try worker.choose(endpoint, preferring: nil, tried: [])
        exchange.requestLine = worker.requestLine(for: first, now: exchange.startedAt)

        var out = ByteBuffer()
        out.reserveCapacity(source.readableBytes + 512)
        let forwarding = Forwarding(clientAddress: clientAddress, trustsForwarded: worker.trustsForwarded)
        HeadWriter(source: source).writeRequest(
            head, section, path: path, forwarding: forwarding, defaultHost: Array(first.replica.key.host.utf8),
            requestLine: exchange.requestLine, into: &out)
        try joinBody(head.body, to: &out)
        exchange.keep(out)
        attempt(first)
    }

    /// A small body that is here already goes out with its head, in one write.
    private func joinBody(_ framing: BodyFraming, to out: inout ByteBuffer) throws(Refusal) {
        guard case .length(let count) = framing, count <= limits.joinedBodyBytesMax, inbox.readableBytes >= count,
            var body = inbox.readSlice(length: Int(count))
        else { return }
        out.writeBuffer(&body)
        try exchange?.take(Int(count))
        exchange?.endRequest()
    }

    /// Passes on what has come of the body, as long as the replica is there to take it.
    func forwardBody() {
        guard isConnected, let upstream else { return }
        do throws(Refusal) {
            while let piece = try nextPiece() {
                try send(piece, to: upstream)
                // A write may have failed and ended it all.
                guard self.upstream === upstream else { return }
                noteProgress()
            }
        } catch {
            refuse(error)
        }
    }

    private func nextPiece() throws(Refusal) -> BodyReader.Piece? {
        guard exchange != nil, exchange?.requestEnded == false else { return nil }
        guard let piece = try exchange?.body.next(from: &inbox) else { return nil }
        switch piece {
        case .needMore: return nil
        case .data(let bytes): try exchange?.take(bytes.readableBytes)
        case .end: exchange?.endRequest()
        }
        return piece
    }

    private func send(_ piece: BodyReader.Piece, to upstream: UpstreamConnection) throws(Refusal) {
        guard let exchange else { return }
        switch piece {
        case .needMore: return
        case .data(let bytes):
            guard exchange.sendsChunks else { return pass(bytes, to: upstream) }
            var line = ByteBuffer()
            line.writeChunkSize(bytes.readableBytes)
            pass(line, to: upstream)
            pass(bytes, to: upstream)
            pass(ByteBuffer(staticString: "\r\n"), to: upstream)
        case .end(let trailers):
            guard exchange.sendsChunks else { return }
            var out = ByteBuffer(staticString: "0\r\n")
            try TrailerSection.copy(trailers, fieldCountMax: limits.fieldCountMax, into: &out)
            pass(out, to: upstream)
        }
    }

    private func pass(_ buffer: ByteBuffer, to upstream: UpstreamConnection) {
        exchange?.keep(buffer)
        upstream.write(buffer)
    }
}
