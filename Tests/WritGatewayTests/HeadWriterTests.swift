// What the next hop is told, line by line.
import NIOCore
import Testing

@testable import WritGateway

@Suite("A rewritten head")
struct HeadWriterTests {
    @Test("ends hop-by-hop fields here and says who asked")
    func request() throws {
        let out = try request(
            "POST /flights/v1/infer?x=1 HTTP/1.1\r\nHost: api\r\nConnection: keep-alive, X-Mine, Content-Length\r\n"
                + "X-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: websocket\r\nProxy-Authorization: x\r\n"
                + "Content-Length: 3\r\nContent_Length: 9\r\nX-Forwarded-For: 9.9.9.9\r\nX_Forwarded_For: 8.8.8.8\r\n"
                + "X-Forwarded-Proto: https\r\nForwarded: for=9.9.9.9\r\ntraceparent: 00-abc-01\r\nExpect: 100-continue\r\nX-Writ-Request-Id: 9\r\nX-Request-Id: theirs\r\n\r\n"
        )
        #expect(
            out
                == "POST /v1/infer?x=1 HTTP/1.1\r\nHost: api\r\ntraceparent: 00-abc-01\r\nX-Request-Id: theirs\r\ncontent-length: 3\r\n"
                + "x-forwarded-for: 10.0.0.1\r\nx-forwarded-proto: http\r\nx-forwarded-host: api\r\n"
                + "x-forwarded-prefix: /flights\r\nx-writ-request-id: 1\r\nvia: 1.1 writ\r\n\r\n")
    }

    @Test("keeps what a trusted proxy says, and adds to it")
    func trusted() throws {
        let out = try request(
            "GET /flights?x HTTP/1.1\r\nHost: api\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n\r\n",
            trustsForwarded: true)
        #expect(
            out == "GET /?x HTTP/1.1\r\nHost: api\r\nX-Forwarded-Proto: https\r\nx-forwarded-for: 9.9.9.9, 10.0.0.1\r\n"
                + "x-forwarded-host: api\r\nx-forwarded-prefix: /flights\r\nx-writ-request-id: 1\r\nvia: 1.1 writ\r\n\r\n"
        )
    }

    @Test("gives a request without host the replica's, and an empty POST a length")
    func defaults() throws {
        let out = try request("POST /flights HTTP/1.0\r\n\r\n")
        #expect(out.hasPrefix("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n"))
    }

    @Test(
        "frames a response for its client",
        arguments: [
            ("200 OK", "Content-Length: 3\r\n", "GET", true, "content-length: 3\r\n"),
            ("200 OK", "Transfer-Encoding: chunked\r\n", "GET", true, "transfer-encoding: chunked\r\n"),
            ("200 OK", "Transfer-Encoding: chunked\r\n", "GET", false, "connection: close\r\n"),
            ("200 OK", "", "GET", true, "transfer-encoding: chunked\r\n"),
            ("200 OK", "Content-Length: 3\r\n", "HEAD", true, "content-length: 3\r\n"),
            ("204 No Content", "Content-Length: 3\r\n", "GET", true, ""),
            ("304 Not Modified", "Content-Length: 3\r\n", "GET", true, "content-length: 3\r\n"),
            ("200 OK", "Content-Length: 3\r\n", "GET", false, "content-length: 3\r\nconnection: keep-alive\r\n"),
        ])
    func response(status: String, fields: String, method: String, isHTTP11: Bool, expected: String) throws {
        let out = try response(
            "HTTP/1.1 \(status)\r\n\(fields)X-Writ-Version: evil:9\r\nX_Writ_Request_Id: 9\r\nKeep-Alive: 3\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n",
            method: method == "HEAD" ? .head : .get, isHTTP11: isHTTP11)
        #expect(
            out
                == "HTTP/1.1 \(status)\r\n\(expected)x-writ-version: m:1\r\nx-writ-request-id: 1\r\nvia: 1.1 writ\r\n\r\n"
        )
    }

    private func request(_ text: String, trustsForwarded: Bool = false) throws -> String {
        let source = ByteBuffer(string: text)
        var section = FieldSection()
        let head = try RequestHead.scan(
            source.readableBytesUInt8Span, end: source.readableBytes, limits: GatewayLimits(), into: &section)
        var out = ByteBuffer()
        HeadWriter(source: source).writeRequest(
            head, section, path: PathSplit(source.readableBytesUInt8Span, target: head.target),
            forwarding: Forwarding(clientAddress: Array("10.0.0.1".utf8), trustsForwarded: trustsForwarded),
            defaultHost: Array("127.0.0.1".utf8), requestLine: Array("x-writ-request-id: 1\r\n".utf8), into: &out)
        return String(buffer: out)
    }

    private func response(_ text: String, method: RequestHead.Method, isHTTP11: Bool) throws -> String {
        let source = ByteBuffer(string: text)
        var section = FieldSection()
        let head = try ResponseHead.scan(
            source.readableBytesUInt8Span, end: source.readableBytes, limits: GatewayLimits(), into: &section)
        let framing = ClientFraming(head, answering: method, isHTTP11: isHTTP11, keepAlive: true)
        var out = ByteBuffer()
        HeadWriter(source: source).writeResponse(
            head, section, framing: framing, isHTTP11: isHTTP11, versionLine: Array("x-writ-version: m:1\r\n".utf8),
            requestLine: Array("x-writ-request-id: 1\r\n".utf8), into: &out)
        return String(buffer: out)
    }
}
