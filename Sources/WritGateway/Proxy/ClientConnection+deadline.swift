// What happens when nothing happens.
import NIOCore

extension ClientConnection {
    /// Something moved: the deadline of the present phase begins anew.
    func noteProgress() {
        guard case .exchanging = phase, let exchange else { return }
        let waitsForHead = exchange.requestEnded && !exchange.responseBegan
        deadline = worker.deadline(
            inMilliseconds: waitsForHead ? limits.responseMilliseconds : limits.bodyIdleMilliseconds)
    }

    func checkDeadline(_ now: NIODeadline) {
        if let exchange, now - exchange.startedAt > .milliseconds(limits.exchangeMilliseconds) { return expire() }
        if now >= deadline { expire() }
    }

    private func expire() {
        switch phase {
        case .awaitingHead:
            // A connection without a request just ends; half a request is told why.
            if inbox.readableBytes > 0 { refuse(.headTimeout) } else { linger() }
        case .exchanging: expireExchange()
        case .lingering: abort()
        case .closed: return
        }
    }

    private func expireExchange() {
        guard let exchange else { return }
        if exchange.responseBegan { return cutShort() }
        guard isConnected, let upstream else { return refuse(.replicasUnreachable) }
        let replicaIsSlow = exchange.requestEnded || !upstream.isWritable
        refuse(replicaIsSlow ? .responseTimeout : .bodyTimeout)
    }
}
