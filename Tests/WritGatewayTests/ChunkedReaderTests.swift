// The chunked coding: what passes, however it is cut up, and what is refused.
import NIOCore
import Testing

@testable import WritGateway

@Suite("A chunked body")
struct ChunkedReaderTests {
    @Test("is the same however it arrives", arguments: 1...12)
    func pieces(size: Int) throws {
        let text = "5\r\nhello\r\n1;ext=\"a\"\r\n,\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 7\r\n\r\n"
        let read = try body(text, in: size)
        #expect(read.content == "hello,0123456789")
        #expect(read.trailers == "X-Sum: 7\r\n\r\n")
    }

    @Test(
        "is refused when its framing is not exact",
        arguments: [
            "5 \r\nhello\r\n", "5\nhello\r\n", "5\rhello", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", "\r\n", "-1\r\n",
            "g\r\n",
            "5\r\nhelloX\r\n", "5\r\nhello\n0\r\n\r\n", "1000000000000000\r\n", "5;a\nb\r\nhello", "5;\0\r\nhello",
            "5;\(String(repeating: "x", count: 300))\r\nhello\r\n",
        ])
    func refused(text: String) {
        #expect(throws: Refusal.invalidChunk) { try body(text, in: 1000) }
    }

    @Test("ends with a trailer section of bounded size")
    func trailers() {
        let long = "0\r\nX: \(String(repeating: "a", count: 9000))\r\n\r\n"
        #expect(throws: Refusal.headTooLarge) { try body(long, in: 1000) }
        #expect(throws: Refusal.bareLineFeed) { try body("0\r\nX: a\n\r\n", in: 1000) }
    }

    @Test("gives a trailer that speaks of framing no passage")
    func forbiddenTrailers() throws {
        var out = ByteBuffer()
        let trailers = ByteBuffer(
            string: "X-Sum: 7\r\nContent-Length: 3\r\nHost: b\r\nTransfer_Encoding: chunked\r\n\r\n")
        #expect(throws: Refusal.codingUnsupported) {
            try TrailerSection.copy(ByteBuffer(string: "Transfer-Encoding: x\r\n\r\n"), fieldCountMax: 10, into: &out)
        }
        out.clear()
        try TrailerSection.copy(trailers, fieldCountMax: 10, into: &out)
        #expect(String(buffer: out) == "X-Sum: 7\r\n\r\n")
    }

    private func body(_ text: String, in size: Int) throws -> (content: String, trailers: String) {
        var reader = BodyReader(.chunked, limits: GatewayLimits())
        var inbox = ByteBuffer()
        var content = ""
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            inbox.writeBytes(bytes[start..<min(start + size, bytes.count)])
            reading: while true {
                switch try reader.next(from: &inbox) {
                case .needMore: break reading
                case .data(let piece): content += String(buffer: piece)
                case .end(let trailers): return (content, trailers.map { String(buffer: $0) } ?? "")
                }
            }
        }
        Issue.record("the body did not end")
        return (content, "")
    }
}
