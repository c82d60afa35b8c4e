// One client's connection: its requests in turn, and what the channel tells about it.
import NIOCore

/// Confined to its event loop. The parts are in extensions: request, attempt, response, refusal, deadline.
final class ClientConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or in the middle of a head.
        case awaitingHead
        case exchanging
        /// The last answer is on its way out; what still comes in is thrown away, so that no reset overtakes it.
        case lingering
        case closed
    }

    let worker: ProxyLoop
    let clientAddress: [UInt8]
    var phase = Phase.awaitingHead
    var inbox = ByteBuffer()
    var headEnd = HeadEnd()
    /// The deadline is that of a head in progress.
    var isHeadTimed = true
    var section = FieldSection()
    var exchange: Exchange?
    var assignment: Assignment?
    /// Connecting, or serving the request.
    var upstream: UpstreamConnection?
    var isConnected = false
    /// A response head that waits for the first bytes of its body.
    var pendingOut: ByteBuffer?
    var isAdvancing = false
    var deadline: NIODeadline
    var lingeredBytes = 0
    private(set) var context: ChannelHandlerContext?
    private var readWithheld = false

    init(worker: ProxyLoop, clientAddress: [UInt8]) {
        self.worker = worker
        self.clientAddress = clientAddress
        deadline = worker.deadline(inMilliseconds: worker.limits.headMilliseconds)
    }

    var limits: GatewayLimits { worker.limits }
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ buffer: ByteBuffer) { context?.write(wrapOutboundOut(buffer), promise: nil) }

    // MARK: Reading, as fast as the other side takes it

    /// Whether more bytes from the client would find a place.
    private var wantsBytes: Bool {
        switch phase {
        case .awaitingHead, .lingering: return true
        case .closed: return false
        case .exchanging:
            guard let exchange, !exchange.requestEnded else { return inbox.readableBytes < limits.pipelinedBytesMax }
            guard isConnected, let upstream else { return inbox.readableBytes < limits.pipelinedBytesMax }
            return upstream.isWritable
        }
    }

    func read(context: ChannelHandlerContext) {
        if wantsBytes { context.read() } else { readWithheld = true }
    }

    func resumeReading() {
        guard readWithheld, wantsBytes else { return }
        readWithheld = false
        context?.read()
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        worker.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch phase {
        case .awaitingHead, .exchanging:
            if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
            advance()
        case .lingering:
            lingeredBytes += bytes.readableBytes
            if lingeredBytes > limits.lingerBytesMax { abort() }
        case .closed: return
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isConnected { upstream?.flush() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        noteProgress()
        upstream?.resumeReading()
    }

    func replicaWritabilityChanged() {
        noteProgress()
        resumeReading()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        let before = phase
        phase = .closed
        if case .exchanging = before { leave(.clientLeft) }
        worker.remove(self)
    }

    // MARK: Ends

    /// Ends the connection at once.
    func abort() {
        context?.close(promise: nil)
    }

    /// No request after this one.
    func drain() {
        switch phase {
        // A request may be on its way: it is served, and told to be the last.
        case .awaitingHead: deadline = min(deadline, worker.deadline(inMilliseconds: limits.drainIdleMilliseconds))
        case .exchanging: exchange?.keepsAlive = false
        case .lingering, .closed: return
        }
    }

    /// Says that nothing more will come, once everything written has gone out, and waits for the client to close.
    func linger() {
        phase = .lingering
        inbox = ByteBuffer()
        deadline = worker.deadline(inMilliseconds: limits.lingerMilliseconds)
        context?.flush()
        context?.close(mode: .output, promise: nil)
        resumeReading()
    }

    /// The present request is over, however it ended: the figures, the replica's count, the connection to it.
    func leave(_ outcome: Outcome) {
        if let assignment { settle(assignment, outcome) }
        assignment = nil
        exchange = nil
        pendingOut = nil
        isConnected = false
        guard let upstream else { return }
        self.upstream = nil
        upstream.close()
    }

    private func settle(_ assignment: Assignment, _ outcome: Outcome) {
        assignment.replica.inFlight -= 1
        guard let exchange else { return }
        let elapsed = (NIODeadline.now() - exchange.startedAt).nanoseconds / 1000
        assignment.target.series.figures.record(outcome, microseconds: UInt64(max(0, elapsed)))
    }
}
