// One connection to a replica: reads responses and hands them to the client's connection.
import NIOCore
import NIOPosix

/// Confined to its event loop. Serves one request at a time; between requests it lies in its replica's pool.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case connecting, idle, awaitingHead
        case body(BodyReader)
        case closed
    }

    let replica: Replica
    let worker: ProxyLoop
    /// Whose request it serves, or will when it is connected.
    var client: ClientConnection?
    private(set) var isReused = false
    /// Bytes of an answer to the present request have come.
    private(set) var isAnswering = false

    var phase = Phase.connecting
    var inbox = ByteBuffer()
    var headEnd = HeadEnd()
    var section = FieldSection()
    var method = RequestHead.Method.get
    var keepsAlive = false
    var informationalCount = 0
    private var context: ChannelHandlerContext?
    private var readWithheld = false
    private var hasUnflushed = false
    private var isReset = false
    private var isCounted = true

    init(replica: Replica, worker: ProxyLoop) {
        self.replica = replica
        self.worker = worker
        replica.connectionCount += 1
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Ready for the next request.
    func begin(_ client: ClientConnection, method: RequestHead.Method) {
        self.client = client
        self.method = method
        phase = .awaitingHead
        isAnswering = false
        informationalCount = 0
        headEnd.reset()
    }

    func write(_ buffer: ByteBuffer) {
        hasUnflushed = true
        context?.write(wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        guard hasUnflushed else { return }
        hasUnflushed = false
        context?.flush()
    }

    /// Ends the connection; whoever it served has been told or does not care.
    func close() {
        client = nil
        phase = .closed
        context?.close(promise: nil)
    }

    /// The request is answered: into the pool, or away.
    func release(reusable: Bool) {
        client = nil
        phase = .idle
        guard reusable, keepsAlive, replica.isRouted, inbox.readableBytes == 0,
            replica.idle.put(self, at: worker.coarseNow)
        else { return close() }
        isReused = true
        inbox = ByteBuffer()
        resumeReading()
    }

    /// A connection nobody waits for any more.
    func park() {
        keepsAlive = true
        release(reusable: true)
    }

    /// The replica has room for another one.
    func uncount() {
        guard isCounted else { return }
        isCounted = false
        replica.connectionCount -= 1
        replica.idle.remove(self)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if client?.isWritable ?? true { context.read() } else { readWithheld = true }
    }

    func resumeReading() {
        guard readWithheld, client?.isWritable ?? true else { return }
        readWithheld = false
        context?.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
        isAnswering = true
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) { client?.flushResponse() }

    func channelWritabilityChanged(context: ChannelHandlerContext) { client?.replicaWritabilityChanged() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isReset = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        uncount()
        let before = phase
        phase = .closed
        guard let client else { return }
        self.client = nil
        if case .body(let reader) = before, reader.endsWithConnection, !isReset {
            client.responseEnded(trailers: nil, by: self)
            client.flushResponse()
        } else {
            client.replicaClosed(self)
        }
    }
}
