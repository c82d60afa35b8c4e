// A connection over the limit: told so, and closed.
import NIOCore

final class BusyConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let answer = ProblemAnswer(.gatewayBusy, endpoint: nil, isHead: false, ownLines: nil, keepsAlive: false)
        context.writeAndFlush(wrapOutboundOut(answer.bytes)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
