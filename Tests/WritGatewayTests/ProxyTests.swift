// Requests through a real gateway to replicas on loopback.
import Foundation
import NIOCore
import Testing
import WritVocabulary

@testable import WritGateway

@Suite("A gateway", .timeLimit(.minutes(2)))
struct ProxyTests {
    @Test("passes a request on and says which version answered")
    func simple() async throws {
        try await TestReplica.run(TestReplica.answering("hello")) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                let answer = try await TestClient.whole(
                    gateway.port, "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                let id = /x-writ-request-id: [0-9a-f]{12}-1-[0-9a-f]{6}-m:1\r\n/
                #expect(answer.contains(id))
                #expect(
                    answer.replacing(id, with: "")
                        == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\nx-writ-version: m:1\r\nvia: 1.1 writ\r\n\r\nhello"
                )
                let figures = try await gateway.figures()
                #expect(figures.series.first?.value.answeredByClass == [0, 1, 0, 0, 0])
                #expect(figures.series.first?.value.latency.count == 1)
                #expect(figures.active.isEmpty)
            }
        }
    }

    @Test(
        "answers what it cannot serve itself",
        arguments: [
            ("GET /b/x HTTP/1.1\r\nHost: h\r\n", "404 Not Found", "endpoint-unknown"),
            ("GET / HTTP/1.1\r\nHost: h\r\n", "404 Not Found", "endpoint-unknown"),
            ("GET /a HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 40_000))\r\n", "431", "head-too-large"),
            ("GET /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\nHost: h\r\n", "414", "target-too-long"),
            ("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n", "413", "body-too-large"),
            (
                "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", "400",
                "length-and-transfer-coding"
            ),
            ("GET /a HTTP/1.1\r\nHost: h\r\n", "503 Service Unavailable\r\n", "no-replica"),
        ])
    func refusals(head: String, line: String, code: String) async throws {
        try await TestGateway.run(Fixture.table(ports: [])) { gateway in
            let answer = try await TestClient.whole(gateway.port, head + "Connection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 \(line)"))
            #expect(answer.contains("\"code\":\"\(code)\""))
            #expect(answer.contains("retry-after: 1") == line.hasPrefix("503"))
            #expect(try await gateway.figures().refused == [code: 1])
        }
    }

    @Test("serves ten thousand requests over one connection, pipelined in part")
    func keepAlive() async throws {
        try await TestReplica.run(TestReplica.answering("ok")) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    let four = String(repeating: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", count: 4)
                    for _ in 0..<2500 {
                        try await out.write(ByteBuffer(string: four))
                        for _ in 0..<4 {
                            let got = try await reader.request()
                            #expect(got?.hasSuffix("\r\n\r\nok") == true)
                        }
                    }
                }
                #expect(try await gateway.figures().series.first?.value.requests == 10_000)
            }
        }
    }

    @Test("many pipelined requests it refuses cost no stack")
    func pipelinedRefusals() async throws {
        try await TestGateway.run(Fixture.table(ports: [])) { gateway in
            let count = 3000
            let requests = String(repeating: "GET /b HTTP/1.1\r\nHost: h\r\n\r\n", count: count - 1)
            let answer = try await TestClient.whole(
                gateway.port, requests + "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.components(separatedBy: "HTTP/1.1 404").count == count + 1)
        }
    }

    @Test("keeps the framing of HEAD, 204 and 304, and the connection with it")
    func bodiless() async throws {
        let conversation: TestReplica.Conversation = { reader, out in
            while let request = try await reader.request() {
                let code =
                    request.hasPrefix("HEAD")
                    ? "200 OK" : request.contains("/204") ? "204 No Content" : "304 Not Modified"
                try await out.write(ByteBuffer(string: "HTTP/1.1 \(code)\r\ncontent-length: 7\r\n\r\n"))
            }
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    for (request, expected) in [("HEAD /a", true), ("GET /a/204", false), ("GET /a/304", true)] {
                        try await out.write(ByteBuffer(string: "\(request) HTTP/1.1\r\nHost: h\r\n\r\n"))
                        let head = try await reader.until("\r\n\r\n") ?? ""
                        #expect(head.contains("content-length: 7") == expected)
                        #expect(reader.bytes.readableBytes == 0)
                    }
                }
            }
        }
    }

    @Test("re-chunks bodies both ways and passes trailers")
    func chunked() async throws {
        let conversation: TestReplica.Conversation = { reader, out in
            let head = try await reader.until("\r\n\r\n") ?? ""
            let body = try await reader.until("X-Sum: 7\r\n\r\n") ?? ""
            #expect(head.contains("transfer-encoding: chunked"))
            #expect(body.hasSuffix("0\r\nX-Sum: 7\r\n\r\n"))
            #expect(!body.contains("ext"))
            try await out.write(
                ByteBuffer(
                    string: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;ext\r\nabc\r\n0\r\nX-Out: 1\r\n\r\n"
                ))
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                let answer = try await TestClient.whole(
                    gateway.port,
                    "POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5;ext\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n"
                )
                #expect(answer.hasSuffix("\r\n\r\n3\r\nabc\r\n0\r\nX-Out: 1\r\n\r\n"))
            }
        }
    }

    @Test("ends a response of unknown length by chunks, or for HTTP/1.0 by closing")
    func untilClose() async throws {
        let conversation: TestReplica.Conversation = { reader, out in
            _ = try await reader.request()
            try await out.write(ByteBuffer(string: "HTTP/1.0 200 OK\r\n\r\nabc"))
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                let new = try await TestClient.connect(gateway.port) { reader, out in
                    try await out.write(ByteBuffer(string: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"))
                    return try await reader.until("0\r\n\r\n") ?? ""
                }
                #expect(new.hasSuffix("3\r\nabc\r\n0\r\n\r\n"))
                let old = try await TestClient.whole(gateway.port, "GET /a HTTP/1.0\r\n\r\n")
                #expect(old.hasSuffix("\r\n\r\nabc"))
                #expect(!old.contains("chunked"))
            }
        }
    }

    @Test("says 100 itself and only when a replica is there")
    func expectation() async throws {
        try await TestReplica.run(TestReplica.answering("ok")) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    try await out.write(
                        ByteBuffer(
                            string: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"))
                    let got = try await reader.until("\r\n\r\n")
                    #expect(got == "HTTP/1.1 100 Continue\r\n\r\n")
                    try await out.write(ByteBuffer(string: "abc"))
                    let last = try await reader.request()
                    #expect(last?.hasSuffix("ok") == true)
                }
                let answer = try await TestClient.whole(
                    gateway.port, "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 404"))
                #expect(answer.contains("connection: close"))
            }
        }
    }

    @Test(
        "refuses a replica's answer that is not HTTP",
        arguments: [
            "nonsense\r\n\r\n", "HTTP/1.1 200 OK\nx: 1\n\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n", "HTTP/1.1 999 OK\r\n\r\n",
        ])
    func malformed(text: String) async throws {
        let conversation: TestReplica.Conversation = { reader, out in
            _ = try await reader.request()
            try await out.write(ByteBuffer(string: text))
            _ = try await reader.more()
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                let answer = try await TestClient.whole(
                    gateway.port, "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 502"))
                #expect(answer.contains("response-malformed"))
            }
        }
    }

    @Test("cuts a response short when the replica does")
    func brokenBody() async throws {
        let conversation: TestReplica.Conversation = { reader, out in
            _ = try await reader.request()
            try await out.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"))
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                let answer = try await TestClient.whole(gateway.port, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(answer.hasSuffix("abc"))
                #expect(try await gateway.figures().series.first?.value.cutShort == 1)
            }
        }
    }
}
