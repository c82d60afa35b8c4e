// One request and its response: what was sent, what may be sent again, and what follows a failure.
import NIOCore
import WritVocabulary

/// Decides and touches nothing; its connection does what it says.
final class Exchange {
    let method: RequestHead.Method
    let isHTTP11: Bool
    let isIdempotent: Bool
    let hasBody: Bool
    let endpoint: String
    let startedAt: NIODeadline
    let replay: GatewayConfiguration.Replay
    let limits: GatewayLimits

    /// Reads the request's body from the client's bytes.
    var body: BodyReader
    /// The replica gets the body in chunks.
    let sendsChunks: Bool
    var awaitsContinue: Bool
    /// Everything of the request has been taken from the client.
    private(set) var requestEnded = false
    private(set) var bodyBytesTaken: Int64 = 0

    /// Everything written for the replica so far; nil once it is too much to keep.
    private(set) var sent: [ByteBuffer]? = []
    private var sentBytes = 0

    private(set) var attempts = 0
    private(set) var replays = 0
    /// Replicas that refused or broke off; not asked again.
    private(set) var tried: [Replica.Key] = []
    /// The next attempt does not take a kept connection.
    private(set) var needsFreshConnection = false

    var keepsAlive: Bool
    /// The head has gone to the client, or is about to.
    var framing: ClientFraming?
    var responseCode = 0
    /// The field with the request's id, line end included.
    var requestLine: [UInt8] = []

    init(
        _ head: RequestHead, endpoint: String, startedAt: NIODeadline, replay: GatewayConfiguration.Replay,
        limits: GatewayLimits
    ) {
        method = head.method
        isHTTP11 = head.isHTTP11
        isIdempotent = head.isIdempotent
        hasBody = head.body != .none
        self.endpoint = endpoint
        self.startedAt = startedAt
        self.replay = replay
        self.limits = limits
        body = BodyReader(head.body, limits: limits)
        sendsChunks = head.body == .chunked
        awaitsContinue = head.expectsContinue && head.body != .none
        requestEnded = head.body == .none
        keepsAlive = head.keepAlive
    }

    var responseBegan: Bool { framing != nil }

    /// Counts content taken from the client.
    func take(_ count: Int) throws(Refusal) {
        bodyBytesTaken += Int64(count)
        guard bodyBytesTaken <= limits.requestBodyBytesMax else { throw .bodyTooLarge }
    }

    func endRequest() { requestEnded = true }

    /// Keeps what goes to the replica, for as long as that is little.
    func keep(_ buffer: ByteBuffer) {
        sentBytes += buffer.readableBytes
        // The first piece is kept whatever its size: it has yet to be sent at all.
        let isFirst = sent?.isEmpty == true
        if sentBytes > limits.replayBytesMax, !isFirst { sent = nil } else { sent?.append(buffer) }
    }

    /// The response has begun: there is no second try.
    func forgetSent() { sent = nil }

    func beginAttempt() { attempts += 1 }

    /// Gives the request another id, also in what is kept of its head.
    func rename(_ line: [UInt8]) {
        // At the beginning of a line: what a client writes into a value is never taken for the field.
        let old = [Byte.carriageReturn, Byte.lineFeed] + requestLine
        requestLine = line
        guard let head = sent?.first, let found = head.readableBytesView.firstRange(of: old) else { return }
        var out = ByteBuffer()
        out.reserveCapacity(head.readableBytes + line.count)
        out.writeBytes(head.readableBytesView[..<found.lowerBound])
        out.writeStaticString("\r\n")
        out.writeBytes(line)
        out.writeBytes(head.readableBytesView[found.upperBound...])
        sent?[0] = out
    }
}

extension Exchange {
    enum Next: Equatable {
        case tryAgain
        case answer(Refusal)
        /// The client has part of a response that will never be whole.
        case cutShort
    }

    /// No connection came about, so nothing was sent on this attempt.
    func connectFailed(_ replica: Replica.Key) -> Next {
        tried.append(replica)
        return attempts < limits.attemptsMax && sent != nil ? .tryAgain : .answer(.replicasUnreachable)
    }

    /// The connection closed or broke before the response was whole.
    ///
    /// - Parameter reused: it had served another request before, so that it may have been closing already.
    /// - Parameter answering: bytes of an answer had come, none of which the client has.
    func closed(_ replica: Replica.Key, reused: Bool, answering: Bool) -> Next {
        if responseBegan { return .cutShort }
        guard attempts < limits.attemptsMax, replays < limits.replaysMax, mayRepeat(answering: answering) else {
            return .answer(.responseMissing)
        }
        replays += 1
        needsFreshConnection = true
        if !reused { tried.append(replica) }
        return .tryAgain
    }

    /// RFC 9110 §9.2.2: what may have been acted upon is repeated only when that does no harm. A request whose body
    /// has not begun to be sent cannot have been acted upon, unless an answer to it had begun. By default a POST that
    /// was on its way when its replica died is answered 502 `response-missing`: only its sender knows whether it may be
    /// sent again, and says so with `Idempotency-Key`, or the operator says so for all.
    private func mayRepeat(answering: Bool) -> Bool {
        guard sent != nil else { return false }
        switch replay {
        case .all: return true
        case .idempotent: return isIdempotent || hasBody && bodyBytesTaken == 0 && !answering
        }
    }
}
