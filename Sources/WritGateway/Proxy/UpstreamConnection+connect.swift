// Opening a connection to a replica.
import NIOCore
import NIOPosix

extension UpstreamConnection {
    /// Connects on behalf of its client, which is told how it went, perhaps before this returns.
    func open() {
        let limits = worker.limits
        let bound = NIOLoopBound(self, eventLoop: worker.loop)
        ClientBootstrap(group: worker.loop)
            .connectTimeout(.milliseconds(limits.connectMilliseconds))
            .channelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.writeBufferLowBytes, high: limits.writeBufferHighBytes)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: replica.address)
            .whenComplete { result in
                switch result {
                case .success: bound.value.connected()
                case .failure: bound.value.connectFailed()
                }
            }
    }

    private func connected() {
        guard case .connecting = phase else { return }
        guard let client else { return park() }
        client.replicaConnected(self)
    }

    private func connectFailed() {
        uncount()
        guard case .connecting = phase else { return }
        phase = .closed
        worker.noteConnectFailed(replica)
        let waiting = client
        client = nil
        waiting?.connectFailed(self)
    }
}
