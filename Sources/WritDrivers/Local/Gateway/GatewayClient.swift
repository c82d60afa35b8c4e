// Asks the gateway over its control socket, and never waits long for it.
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import WritBackends
import WritVocabulary

/// One request, one answer, one deadline.
struct GatewayClient: Sendable {
    let socket: String

    struct Answer: Sendable, Hashable {
        var code: Int
        var body: [UInt8]
    }

    /// nil when nobody answers in time.
    func ask(_ method: HTTPMethod, _ path: String) async throws -> Answer? {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Answer?.self)
        let connecting = ClientBootstrap(group: loop)
            .connectTimeout(.milliseconds(Int64(GatewayBounds.answerMilliseconds)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(AnswerCollector(promise))
                }
            }
            .connect(unixDomainSocketPath: socket)
        connecting.whenFailure { _ in promise.succeed(nil) }
        connecting.whenSuccess { channel in
            let deadline = loop.scheduleTask(in: .milliseconds(Int64(GatewayBounds.answerMilliseconds))) {
                channel.close(promise: nil)
            }
            channel.closeFuture.whenComplete { _ in deadline.cancel() }
            let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: ["host": "gateway"])
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
        return try await promise.futureResult.get()
    }

    /// The body of a 2xx answer as a value; nil when nobody answers in time.
    func value<Value: Decodable>(_ type: Value.Type, of path: String) async throws -> Value? {
        guard let answer = try await ask(.GET, path), answer.code == 200 else { return nil }
        return try Canonical.decode(type, from: answer.body)
    }
}

/// Gathers one answer; the end of the connection before it is no answer.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private var promise: EventLoopPromise<GatewayClient.Answer?>?
    private var code = 0
    private var body: [UInt8] = []

    init(_ promise: EventLoopPromise<GatewayClient.Answer?>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): code = Int(head.status.code)
        case .body(let bytes):
            body.append(contentsOf: bytes.readableBytesView)
            if body.count > GatewayBounds.answerBytes { context.close(promise: nil) }
        case .end:
            finish(GatewayClient.Answer(code: code, body: body))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish(nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // A connection that never became active ends here and not in `channelInactive`.
    func handlerRemoved(context: ChannelHandlerContext) { finish(nil) }

    private func finish(_ answer: GatewayClient.Answer?) {
        promise?.succeed(answer)
        promise = nil
    }
}
