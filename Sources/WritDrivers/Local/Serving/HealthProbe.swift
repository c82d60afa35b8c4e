// Asks a replica whether it is ready: one HTTP/1.1 request, of whose answer only the first line is read.
import NIOCore
import NIOPosix
import WritVocabulary

struct HealthProbe: Sendable {
    let limits: ServingLimits
    private let group = MultiThreadedEventLoopGroup.singleton

    init(limits: ServingLimits) { self.limits = limits }

    /// True when `path` on a loopback port answers 200 before the deadline. Whatever goes wrong means no.
    func ask(port: Int, path: String) async -> Bool {
        let deadline = TimeAmount.milliseconds(limits.probeMilliseconds)
        let answer = group.next().makePromise(of: Bool.self)
        let timeout = answer.futureResult.eventLoop.scheduleTask(in: deadline) { answer.succeed(false) }
        let limit = limits.statusLineBytes
        let connection = ClientBootstrap(group: answer.futureResult.eventLoop).connectTimeout(deadline)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StatusLineHandler(path: path, limit: limit, answer: answer))
                }
            }
            .connect(host: LoopbackPorts.host, port: port)
        connection.whenFailure { _ in answer.succeed(false) }
        // Ends the connection also where the deadline came first.
        answer.futureResult.whenComplete { _ in
            timeout.cancel()
            connection.whenSuccess { $0.close(promise: nil) }
        }
        return (try? await answer.futureResult.get()) ?? false
    }
}

/// Sends the request, reads up to the first line end, and tells whether the answer is a 200.
private final class StatusLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let path: String
    private let limit: Int
    private let answer: EventLoopPromise<Bool>
    private var line: [UInt8] = []

    init(path: String, limit: Int, answer: EventLoopPromise<Bool>) {
        self.path = path
        self.limit = limit
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let request =
            "GET \(path) HTTP/1.1\r\nHost: \(LoopbackPorts.host)\r\nUser-Agent: writ\r\nConnection: close\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        line += unwrapInboundIn(data).readableBytesView.prefix(limit - line.count)
        guard line.contains(0x0A) || line.count >= limit else { return }
        answer.succeed(Self.isOK(line))
    }

    func channelInactive(context: ChannelHandlerContext) { answer.succeed(false) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.succeed(false) }

    /// `HTTP/1.1 200 OK`; the words behind the number are optional.
    static func isOK(_ line: [UInt8]) -> Bool {
        let parts = line.prefix { $0 != 0x0A && $0 != 0x0D }.split(
            separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].starts(with: Array("HTTP/1.".utf8)) else { return false }
        return parts[1].elementsEqual("200".utf8)
    }
}
