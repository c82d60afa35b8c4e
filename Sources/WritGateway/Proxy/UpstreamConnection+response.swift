// Reading a response: heads, interim responses, body, end.
import NIOCore

extension UpstreamConnection {
    /// Takes as much as there is. The client may end the connection at every call out, hence the loop over the phase.
    func process() {
        do throws(Refusal) {
            while try step() {}
        } catch {
            guard let client else { return close() }
            client.responseRefused(self)
        }
    }

    /// False when more bytes are needed, or nobody wants them.
    private func step() throws(Refusal) -> Bool {
        switch phase {
        case .connecting, .closed: return false
        case .idle:
            // Bytes nobody asked for would be taken for the next answer.
            if inbox.readableBytes > 0 { close() }
            return false
        case .awaitingHead: return try takeHead()
        case .body(var reader):
            let piece = try reader.next(from: &inbox)
            phase = .body(reader)
            switch piece {
            case .needMore: return false
            case .data(let bytes): client?.responseData(bytes)
            case .end(let trailers): client?.responseEnded(trailers: trailers, by: self)
            }
            return true
        }
    }

    private func takeHead() throws(Refusal) -> Bool {
        let bytes = inbox
        guard let end = try headEnd.find(bytes.readableBytesUInt8Span) else {
            guard inbox.readableBytes <= worker.limits.responseHeadBytesMax else { throw .responseMalformed }
            return false
        }
        guard end <= worker.limits.responseHeadBytesMax else { throw .responseMalformed }
        let head = try ResponseHead.scan(
            bytes.readableBytesUInt8Span, end: end, limits: worker.limits, into: &section)
        headEnd.reset()
        guard let client, let source = inbox.readSlice(length: end) else { return false }
        if head.code < 200 {
            try takeInformational(head, source, client)
            return true
        }
        let framing = head.body(answering: method)
        keepsAlive = head.keepAlive && framing != .untilClose
        phase = .body(BodyReader(framing, limits: worker.limits))
        client.responseBegan(head, section, source: source)
        return true
    }

    private func takeInformational(_ head: ResponseHead, _ source: ByteBuffer, _ client: ClientConnection)
        throws(Refusal)
    {
        informationalCount += 1
        // Nobody asked for a protocol switch: `Upgrade` is never passed on.
        guard head.code != 101, informationalCount <= worker.limits.informationalResponsesMax else {
            throw .responseMalformed
        }
        // The gateway has answered the client's expectation itself.
        if head.code == 100 { return }
        var out = ByteBuffer()
        HeadWriter(source: source).writeInformational(head, section, into: &out)
        client.responseInformed(out)
    }
}
