// How long one connection of a listener may last.
import NIOCore
import WritVocabulary

/// Ends a connection when its time is over, whatever it is doing: a body that drips in, or one without end.
final class ConnectionLife: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let life: TimeSpan
    private var end: Scheduled<Void>?

    init(_ life: TimeSpan) { self.life = life }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: .milliseconds(life.milliseconds)) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
}
