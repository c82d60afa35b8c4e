// Passing the response to the client.
import NIOCore

extension ClientConnection {
    func responseInformed(_ bytes: ByteBuffer) {
        guard exchange?.isHTTP11 == true else { return }
        write(bytes)
        noteProgress()
    }

    func responseBegan(_ head: ResponseHead, _ section: borrowing FieldSection, source: ByteBuffer) {
        guard let exchange, let assignment else { return }
        // A client still sending when the answer is there will not be read to the end.
        let keepsAlive = exchange.keepsAlive && exchange.requestEnded && !worker.isDraining
        let framing = ClientFraming(
            head, answering: exchange.method, isHTTP11: exchange.isHTTP11, keepAlive: keepsAlive)
        var out = ByteBuffer()
        out.reserveCapacity(source.readableBytes + 384)
        HeadWriter(source: source).writeResponse(
            head, section, framing: framing, isHTTP11: exchange.isHTTP11, versionLine: assignment.target.versionLine,
            requestLine: exchange.requestLine, into: &out)
        exchange.framing = framing
        exchange.responseCode = head.code
        exchange.forgetSent()
        pendingOut = out
        noteProgress()
    }

    func responseData(_ bytes: ByteBuffer) {
        guard let framing = exchange?.framing else { return }
        let isChunked = framing.body == .chunked
        if bytes.readableBytes <= limits.joinedBodyBytesMax {
            var out = pendingOut ?? ByteBuffer()
            pendingOut = nil
            if isChunked { out.writeChunkSize(bytes.readableBytes) }
            out.writeImmutableBuffer(bytes)
            if isChunked { out.writeStaticString("\r\n") }
            write(out)
        } else {
            if var out = pendingOut ?? (isChunked ? ByteBuffer() : nil) {
                pendingOut = nil
                if isChunked { out.writeChunkSize(bytes.readableBytes) }
                write(out)
            }
            write(bytes)
            if isChunked { write(ByteBuffer(staticString: "\r\n")) }
        }
        noteProgress()
    }

    /// The response is whole.
    func responseEnded(trailers: ByteBuffer?, by connection: UpstreamConnection) {
        guard upstream === connection, let exchange, let framing = exchange.framing else { return }
        var out = pendingOut ?? ByteBuffer()
        pendingOut = nil
        if framing.body == .chunked {
            out.writeStaticString("0\r\n")
            do throws(Refusal) {
                try TrailerSection.copy(trailers, fieldCountMax: limits.fieldCountMax, into: &out)
            } catch {
                return cutShort()
            }
        }
        if out.readableBytes > 0 { write(out) }
        upstream = nil
        let code = exchange.responseCode
        leave(.answered(code: code))
        connection.release(reusable: exchange.requestEnded)
        finish(keepsAlive: framing.keepAlive)
    }

    /// On to the next request, or to the end of the connection.
    func finish(keepsAlive: Bool) {
        if case .closed = phase { return }
        context?.flush()
        guard keepsAlive else { return linger() }
        phase = .awaitingHead
        deadline = worker.deadline(inMilliseconds: limits.keepAliveMilliseconds)
        if inbox.readableBytes > 0 { advance() }
        resumeReading()
    }

    /// All bytes at hand have been read from the replica.
    func flushResponse() {
        if let out = pendingOut {
            pendingOut = nil
            write(out)
        }
        context?.flush()
    }
}
