// What follows a failure: another try, an answer, or the end of the connection.
import NIOCore
import Testing
import WritVocabulary

@testable import WritGateway

@Suite("A failed attempt")
struct ExchangeTests {
    private let replica = Replica.Key(Fixture.address("127.0.0.1", 1))

    @Test("to connect leads to another replica, whatever the method, until the tries are used up")
    func connect() {
        let exchange = exchange(.other, body: .length(5))
        for _ in 1..<GatewayLimits().attemptsMax {
            exchange.beginAttempt()
            #expect(exchange.connectFailed(replica) == .tryAgain)
        }
        exchange.beginAttempt()
        #expect(exchange.connectFailed(replica) == .answer(.replicasUnreachable))
    }

    @Test("of a GET is repeated on a fresh connection, and then at another replica")
    func get() {
        let exchange = exchange(.get, body: .none)
        exchange.beginAttempt()
        #expect(exchange.closed(replica, reused: true, answering: false) == .tryAgain)
        #expect(exchange.needsFreshConnection)
        #expect(exchange.tried.isEmpty)
        exchange.beginAttempt()
        #expect(exchange.closed(replica, reused: false, answering: true) == .tryAgain)
        #expect(exchange.tried == [replica])
        exchange.beginAttempt()
        #expect(exchange.closed(replica, reused: false, answering: false) == .answer(.responseMissing))
    }

    @Test("of a POST is repeated only while no byte of its body was sent")
    func post() throws {
        let untouched = exchange(.other, body: .length(5))
        untouched.beginAttempt()
        #expect(untouched.closed(replica, reused: true, answering: false) == .tryAgain)
        let begun = exchange(.other, body: .length(5))
        begun.beginAttempt()
        try begun.take(1)
        #expect(begun.closed(replica, reused: true, answering: false) == .answer(.responseMissing))
        let bodiless = exchange(.other, body: .none)
        bodiless.beginAttempt()
        #expect(bodiless.closed(replica, reused: true, answering: false) == .answer(.responseMissing))
    }

    @Test("of a POST is repeated where the operator says that all requests may be")
    func replayAll() throws {
        let exchange = exchange(.other, body: .length(5), replay: .all)
        exchange.beginAttempt()
        try exchange.take(5)
        #expect(exchange.closed(replica, reused: false, answering: false) == .tryAgain)
        #expect(exchange.tried == [replica])
    }

    @Test("of a POST is never repeated after a byte of an answer, nor any once too much was sent to keep")
    func tooLate() {
        let answering = exchange(.other, body: .length(5))
        answering.beginAttempt()
        #expect(answering.closed(replica, reused: true, answering: true) == .answer(.responseMissing))
        let large = exchange(.otherIdempotent, body: .length(1 << 20))
        large.beginAttempt()
        large.keep(ByteBuffer(repeating: 0, count: 300_000))
        large.keep(ByteBuffer(repeating: 0, count: 1))
        #expect(large.closed(replica, reused: true, answering: false) == .answer(.responseMissing))
    }

    @Test("after the response began can only cut it short")
    func cutShort() {
        let exchange = exchange(.get, body: .none)
        exchange.beginAttempt()
        exchange.framing = ClientFraming(
            ResponseHead(
                code: 200, statusText: 0..<0, isHTTP11: true, keepAlive: true, contentLength: 3, chunked: false),
            answering: .get, isHTTP11: true, keepAlive: true)
        #expect(exchange.closed(replica, reused: false, answering: true) == .cutShort)
    }

    private func exchange(
        _ method: RequestHead.Method, body: BodyFraming, replay: GatewayConfiguration.Replay = .idempotent
    ) -> Exchange {
        let head = RequestHead(
            method: method, methodRange: 0..<0, target: 0..<0, isHTTP11: true, body: body, keepAlive: true,
            expectsContinue: false, isIdempotent: method != .other)
        let exchange = Exchange(
            head, endpoint: "a", startedAt: .uptimeNanoseconds(0), replay: replay, limits: GatewayLimits())
        exchange.keep(ByteBuffer(string: "head"))
        return exchange
    }
}
