// Which request heads pass, and which are refused for what: the smuggling corpus.
import NIOCore
import Testing

@testable import WritGateway

@Suite("A request's head")
struct RequestHeadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var reason: String
        var head: String
        var refusal: Refusal
        var testDescription: String { reason }
    }

    static let refused = [
        Case(
            reason: "content length and chunked", head: "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            refusal: .lengthAndCoding),
        Case(
            reason: "two different lengths", head: "Content-Length: 4\r\nContent-Length: 5\r\n",
            refusal: .lengthRepeated),
        Case(reason: "two equal lengths", head: "Content-Length: 4\r\nContent-Length: 4\r\n", refusal: .lengthRepeated),
        Case(reason: "a list of lengths", head: "Content-Length: 4, 4\r\n", refusal: .lengthInvalid),
        Case(reason: "a signed length", head: "Content-Length: +4\r\n", refusal: .lengthInvalid),
        Case(reason: "a negative length", head: "Content-Length: -1\r\n", refusal: .lengthInvalid),
        Case(reason: "a hexadecimal length", head: "Content-Length: 0x4\r\n", refusal: .lengthInvalid),
        Case(reason: "an empty length", head: "Content-Length:\r\n", refusal: .lengthInvalid),
        Case(
            reason: "a length beyond 64 bits", head: "Content-Length: 18446744073709551620\r\n", refusal: .lengthInvalid
        ),
        Case(reason: "an unknown coding", head: "Transfer-Encoding: gzip, chunked\r\n", refusal: .codingUnsupported),
        Case(
            reason: "a coding that only looks chunked", head: "Transfer-Encoding: xchunked\r\n",
            refusal: .codingUnsupported),
        Case(reason: "identity", head: "Transfer-Encoding: identity\r\n", refusal: .codingUnsupported),
        Case(
            reason: "chunked with a tab within", head: "Transfer-Encoding: chunk\ted\r\n", refusal: .codingUnsupported),
        Case(
            reason: "chunked with a vertical tab", head: "Transfer-Encoding: \u{0B}chunked\r\n", refusal: .invalidField),
        Case(
            reason: "chunked twice", head: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            refusal: .codingInvalid),
        Case(reason: "a blank before the colon", head: "Content-Length : 4\r\n", refusal: .invalidField),
        Case(reason: "a tab before the colon", head: "Transfer-Encoding\t: chunked\r\n", refusal: .invalidField),
        Case(reason: "a folded field", head: "X: a\r\n Transfer-Encoding: chunked\r\n", refusal: .foldedField),
        Case(reason: "a bare line feed", head: "X: a\nTransfer-Encoding: chunked\r\n", refusal: .bareLineFeed),
        Case(reason: "a bare carriage return", head: "X: a\rTransfer-Encoding: chunked\r\n", refusal: .invalidField),
        Case(reason: "a NUL in a value", head: "X: a\0b\r\n", refusal: .invalidField),
        Case(reason: "a NUL in a name", head: "X\0: a\r\n", refusal: .invalidField),
        Case(reason: "no colon", head: "Transfer-Encoding chunked\r\n", refusal: .invalidField),
        Case(reason: "no name", head: ": a\r\n", refusal: .invalidField),
        Case(reason: "a second host", head: "Host: b\r\n", refusal: .hostInvalid),
        Case(reason: "an unknown expectation", head: "Expect: miracles\r\n", refusal: .expectationUnsupported),
        Case(
            reason: "more connection options than anybody needs",
            head: "Connection: \((0..<17).map { "x\($0)" }.joined(separator: ","))\r\n", refusal: .tooManyFields),
        Case(
            reason: "too many fields", head: (0..<100).map { "X\($0): 1\r\n" }.joined(), refusal: .tooManyFields),
    ]

    @Test("refuses what two servers could read in two ways", arguments: refused)
    func refuses(_ sample: Case) {
        #expect(throws: sample.refusal) { try scan("POST /a/b HTTP/1.1\r\nHost: a\r\n\(sample.head)\r\n") }
    }

    static let lines = [
        Case(reason: "no version", head: "GET /a", refusal: .invalidTarget),
        Case(reason: "two blanks", head: "GET  /a HTTP/1.1", refusal: .invalidRequestLine),
        Case(reason: "a blank in the target", head: "GET /a b HTTP/1.1", refusal: .invalidRequestLine),
        Case(reason: "a tab in the target", head: "GET /a\tb HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "a blank at the end", head: "GET /a HTTP/1.1 ", refusal: .invalidRequestLine),
        Case(reason: "a blank at the start", head: " GET /a HTTP/1.1", refusal: .invalidRequestLine),
        Case(reason: "a character no method has", head: "G(T /a HTTP/1.1", refusal: .invalidRequestLine),
        Case(
            reason: "a method too long", head: "\(String(repeating: "A", count: 40)) /a HTTP/1.1",
            refusal: .invalidRequestLine),
        Case(reason: "a fragment", head: "GET /a#b HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "bytes beyond ASCII", head: "GET /ä HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "no slash", head: "GET a HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "the asterisk", head: "OPTIONS * HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "another scheme", head: "GET https://a/b HTTP/1.1", refusal: .invalidTarget),
        Case(reason: "an absolute target for another host", head: "GET http://b/c HTTP/1.1", refusal: .hostInvalid),
        Case(reason: "connect", head: "CONNECT /a HTTP/1.1", refusal: .methodUnsupported),
        Case(reason: "HTTP/2", head: "PRI /a HTTP/2.0", refusal: .versionUnsupported),
        Case(reason: "HTTP/1.2", head: "GET /a HTTP/1.2", refusal: .versionUnsupported),
        Case(reason: "lower case", head: "GET /a http/1.1", refusal: .invalidRequestLine),
        Case(reason: "a longer version", head: "GET /a HTTP/1.10", refusal: .invalidRequestLine),
    ]

    @Test("refuses a first line that is not one", arguments: lines)
    func refusesLine(_ sample: Case) {
        #expect(throws: sample.refusal) { try scan("\(sample.head)\r\nHost: a\r\n\r\n") }
    }

    @Test("needs a host in HTTP/1.1, and none in HTTP/1.0")
    func host() throws {
        #expect(throws: Refusal.hostMissing) { try scan("GET /a HTTP/1.1\r\n\r\n") }
        #expect(try scan("GET /a HTTP/1.0\r\n\r\n").isHTTP11 == false)
        #expect(throws: Refusal.hostInvalid) { try scan("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n") }
    }

    @Test("refuses chunks in HTTP/1.0")
    func chunksInHTTP10() {
        #expect(throws: Refusal.codingInvalid) { try scan("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") }
    }

    @Test("tells the framing of the body")
    func framing() throws {
        #expect(try scan("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12 \r\n\r\n").body == .length(12))
        #expect(try scan("POST /a HTTP/1.1\r\nHost: a\r\ntransfer-ENCODING:chunked\r\n\r\n").body == .chunked)
        #expect(try scan("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").body == .none)
        #expect(try scan("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").body == .none)
    }

    @Test("tells whether the connection goes on")
    func keepAlive() throws {
        #expect(try scan("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").keepAlive)
        #expect(try !scan("GET /a HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n").keepAlive)
        #expect(try !scan("GET /a HTTP/1.0\r\n\r\n").keepAlive)
        #expect(try scan("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keepAlive)
    }

    @Test("takes the path of an absolute target whose host agrees")
    func absolute() throws {
        let text = "GET http://A:80/b/c?d HTTP/1.1\r\nHost: a:80\r\n\r\n"
        let head = try scan(text)
        #expect(String(decoding: Array(text.utf8)[head.target], as: UTF8.self) == "/b/c?d")
    }

    @Test(
        "a method is repeatable by its name or by a key",
        arguments: [
            ("GET", "", true), ("DELETE", "", true), ("POST", "", false), ("get", "", false),
            ("POST", "Idempotency-Key: 7\r\n", true),
        ])
    func idempotent(method: String, fields: String, expected: Bool) throws {
        #expect(try scan("\(method) /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").isIdempotent == expected)
    }

    @Test("any prefix of a head only asks for more")
    func prefixes() throws {
        let text = Array("POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n".utf8)
        var end = HeadEnd()
        for count in 0..<text.count {
            let found = try end.find(ByteBuffer(bytes: text[..<count]).readableBytesUInt8Span)
            #expect(found == nil)
        }
        let found = try end.find(ByteBuffer(bytes: text).readableBytesUInt8Span)
        #expect(found == text.count)
    }

    @Test("no bytes at all make the scanner trap")
    func noise() {
        var random = SplitMix64(seed: 7)
        let alphabet = Array("GET /a HTTP/1.1\r\n:\tHost, chunked0\0\u{7f}".utf8)
        for _ in 0..<20_000 {
            let noise = (0..<Int(random.next() % 60)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let line = random.next() % 2 == 0 ? Array("GET /a HTTP/1.1\r\nHost: a\r\n".utf8) : []
            _ = try? scan(bytes: line + noise + Array("\r\n\r\n".utf8))
        }
    }

    private func scan(_ text: String) throws -> RequestHead { try scan(bytes: Array(text.utf8)) }

    @discardableResult
    private func scan(bytes: [UInt8]) throws -> RequestHead {
        let buffer = ByteBuffer(bytes: bytes)
        var end = HeadEnd()
        var section = FieldSection()
        guard let length = try end.find(buffer.readableBytesUInt8Span) else { throw Refusal.invalidRequestLine }
        // The connection skips empty lines before a head.
        guard length > 2 else { throw Refusal.invalidRequestLine }
        return try RequestHead.scan(
            buffer.readableBytesUInt8Span, end: length, limits: GatewayLimits(), into: &section)
    }
}
