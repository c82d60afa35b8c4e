// Finding a replica for the request, and another one when that fails.
import NIOCore

extension ClientConnection {
    /// Sends the request to a replica: over a kept connection if there is one.
    func attempt(_ chosen: Assignment) {
        guard let exchange else { return }
        assignment = chosen
        chosen.replica.inFlight += 1
        exchange.beginAttempt()
        if !exchange.needsFreshConnection, let kept = chosen.replica.idle.take() {
            upstream = kept
            send(over: kept)
        } else {
            deadline = worker.deadline(inMilliseconds: limits.connectMilliseconds * 2)
            let connection = UpstreamConnection(replica: chosen.replica, worker: worker)
            connection.client = self
            // Before opening, since that may fail or succeed at once.
            upstream = connection
            connection.open()
        }
    }

    func replicaConnected(_ connection: UpstreamConnection) {
        guard upstream === connection else { return connection.park() }
        send(over: connection)
    }

    func connectFailed(_ connection: UpstreamConnection) {
        guard upstream === connection, let replica = assignment?.replica.key,
            let next = exchange?.connectFailed(replica)
        else { return }
        follow(next)
    }

    /// The connection is gone and the response is not whole.
    func replicaClosed(_ connection: UpstreamConnection) {
        guard upstream === connection, let replica = assignment?.replica.key,
            let next = exchange?.closed(replica, reused: connection.isReused, answering: connection.isAnswering)
        else { return }
        follow(next)
    }

    /// The replica's answer makes no sense.
    func responseRefused(_ connection: UpstreamConnection) {
        guard upstream === connection, let exchange else { return }
        follow(exchange.responseBegan ? .cutShort : .answer(.responseMalformed))
    }

    private func follow(_ next: Exchange.Next) {
        assignment?.target.series.figures.attemptsFailed += 1
        switch next {
        case .answer(let refusal): refuse(refusal)
        case .cutShort: cutShort()
        case .tryAgain: tryAgain()
        }
    }

    /// The response cannot be finished; only closing says so to the client.
    func cutShort() {
        leave(.cutShort)
        abort()
    }

    private func tryAgain() {
        guard let exchange else { return }
        let before = assignment
        dropAttempt()
        do throws(Refusal) {
            let chosen = try worker.choose(exchange.endpoint, preferring: before?.target.version, tried: exchange.tried)
            worker.noteRetry()
            rename(exchange, from: before, to: chosen)
            attempt(chosen)
        } catch {
            refuse(error)
        }
    }

    /// The id says who answers, by which table: another choice is another id.
    private func rename(_ exchange: Exchange, from before: Assignment?, to chosen: Assignment) {
        guard let before, before.tableNumber != chosen.tableNumber || before.target.version != chosen.target.version
        else { return }
        exchange.rename(worker.requestLine(for: chosen, now: .now()))
    }

    private func dropAttempt() {
        assignment?.replica.inFlight -= 1
        assignment = nil
        isConnected = false
        let old = upstream
        upstream = nil
        old?.close()
    }

    /// Writes all that the replica should have by now, and goes on with the body.
    private func send(over connection: UpstreamConnection) {
        guard let exchange, let sent = exchange.sent else { return }
        isConnected = true
        connection.begin(self, method: exchange.method)
        sendContinue()
        for buffer in sent { connection.write(buffer) }
        noteProgress()
        forwardBody()
        guard upstream === connection else { return }
        connection.flush()
        resumeReading()
    }

    /// The client waits for a word before it sends its body; now there is somebody to take it.
    private func sendContinue() {
        guard exchange?.awaitsContinue == true else { return }
        exchange?.awaitsContinue = false
        guard inbox.readableBytes == 0, exchange?.requestEnded == false else { return }
        write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        context?.flush()
    }
}
