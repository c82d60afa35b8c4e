// Limits in time and size, and what happens to a request whose connection or replica fails.
import NIOCore
import Testing
import WritVocabulary

@testable import WritGateway

@Suite("A gateway under strain", .timeLimit(.minutes(2)))
struct ProxyStrainTests {
    @Test("ends a head that trickles in")
    func slowHead() async throws {
        try await TestGateway.run(Fixture.table(ports: [])) {
            $0.headMilliseconds = 3000
        } _: { gateway in
            let answer = try await TestClient.whole(gateway.port, "GET /a HTTP/1.1\r\nHos")
            #expect(answer.contains("head-timeout"))
            #expect(try await TestClient.whole(gateway.port, "") == "")
        }
    }

    @Test("ends a body that stops, and a replica that says nothing")
    func slowBody() async throws {
        let silent: TestReplica.Conversation = { reader, _ in while try await reader.more() {} }
        try await TestReplica.run(silent) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) {
                $0.bodyIdleMilliseconds = 100
                $0.responseMilliseconds = 100
            } _: { gateway in
                let body = try await TestClient.whole(
                    gateway.port, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
                #expect(body.hasPrefix("HTTP/1.1 408") && body.contains("body-timeout"))
                let response = try await TestClient.whole(
                    gateway.port, "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                #expect(response.hasPrefix("HTTP/1.1 504"))
            }
        }
    }

    @Test("refuses a chunked body once it is too large")
    func largeBody() async throws {
        let silent: TestReplica.Conversation = { reader, _ in while try await reader.more() {} }
        try await TestReplica.run(silent) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) {
                $0.requestBodyBytesMax = 1000
            } _: { gateway in
                let chunk = "200\r\n\(String(repeating: "x", count: 512))\r\n"
                let answer = try await TestClient.whole(
                    gateway.port, "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)")
                #expect(answer.hasPrefix("HTTP/1.1 413"))
            }
        }
    }

    @Test("tells a client over the limit of connections so")
    func connections() async throws {
        try await TestReplica.run(TestReplica.answering("ok")) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) {
                $0.connectionsMax = 1
            } _: { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    try await out.write(ByteBuffer(string: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"))
                    let got = try await reader.request()
                    #expect(got?.hasSuffix("ok") == true)
                    let answer = try await TestClient.connect(gateway.port) { reader, _ in try await reader.rest() }
                    #expect(answer.contains("gateway-busy"))
                }
            }
        }
    }

    @Test("repeats a GET on a fresh connection when the kept one turns out closed")
    func staleConnection() async throws {
        // Every connection answers once, then takes the next request and closes without a word.
        let conversation: TestReplica.Conversation = { reader, out in
            _ = try await reader.request()
            try await out.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
            _ = try await reader.request()
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    for _ in 0..<20 {
                        try await out.write(ByteBuffer(string: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"))
                        let got = try await reader.request()
                        #expect(got?.hasSuffix("ok") == true)
                    }
                    try await out.write(ByteBuffer(string: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"))
                    let got = try await reader.request()
                    #expect(got?.contains("response-missing") == true)
                }
                #expect(try await gateway.figures().retries == 19)
            }
        }
    }

    @Test("asks another replica when one refuses connections, even for a POST")
    func replicaGone() async throws {
        try await TestReplica.run(TestReplica.answering("ok")) { port in
            // Nobody listens on port 1.
            try await TestGateway.run(Fixture.table(ports: [1, port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    for _ in 0..<50 {
                        try await out.write(
                            ByteBuffer(string: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"))
                        let got = try await reader.request()
                        #expect(got?.hasSuffix("ok") == true)
                    }
                }
                let figures = try await gateway.figures()
                #expect(figures.connectsFailed >= 1 && figures.connectsFailed < 10)
            }
        }
    }

    @Test("says so when no replica accepts connections")
    func allGone() async throws {
        try await TestGateway.run(Fixture.table(ports: [1])) { gateway in
            let answer = try await TestClient.whole(
                gateway.port, "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(answer.contains("replicas-unreachable"))
            #expect(try await gateway.figures().active.isEmpty)
        }
    }

    @Test("swaps tables under load without one failed request")
    func swap() async throws {
        try await TestReplica.run(TestReplica.answering("one")) { first in
            try await TestReplica.run(TestReplica.answering("two")) { second in
                try await TestGateway.run(Fixture.table(1, ports: [first]), loops: 2) { gateway in
                    try await withThrowingTaskGroup(of: Void.self) { tasks in
                        for _ in 0..<8 {
                            tasks.addTask {
                                try await TestClient.connect(gateway.port) { reader, out in
                                    for _ in 0..<300 {
                                        try await out.write(
                                            ByteBuffer(
                                                string: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"))
                                        let answer = try await reader.request() ?? ""
                                        #expect(answer.hasPrefix("HTTP/1.1 200"))
                                        // The version named is the version that answered: odd ones say "one".
                                        let version = answer.firstMatch(of: /x-writ-version: m:(\d+)\r\n/).flatMap {
                                            Int($0.1)
                                        }
                                        #expect(
                                            answer.hasSuffix(version.map { $0 % 2 == 1 ? "one" : "two" } ?? "nobody"))
                                    }
                                }
                            }
                        }
                        for number in Int64(2)...40 {
                            try await gateway.publish(Fixture.table(number, ports: [number % 2 == 0 ? second : first]))
                        }
                        try await tasks.waitForAll()
                    }
                    let figures = try await gateway.figures()
                    #expect(figures.series.values.map { $0.answeredByClass[1] }.reduce(0, +) == 2400)
                    #expect(figures.series.values.allSatisfy { $0.answeredByClass[4] == 0 && $0.cutShort == 0 })
                }
            }
        }
    }

    @Test("holds little of a large body while either side is slow")
    func backPressure() async throws {
        let size = 48 << 20
        let piece = ByteBuffer(repeating: 0x61, count: 1 << 20)
        let conversation: TestReplica.Conversation = { reader, out in
            _ = try await reader.until("\r\n\r\n")
            var count = reader.skipAll()
            while count < size, try await reader.more() { count += reader.skipAll() }
            try await out.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n"))
            for _ in 0..<(size >> 20) { try await out.write(piece) }
            // Leaving would drop what is not yet written.
            _ = try await reader.more()
        }
        try await TestReplica.run(conversation) { port in
            try await TestGateway.run(Fixture.table(ports: [port])) { gateway in
                try await TestClient.connect(gateway.port) { reader, out in
                    try await out.write(
                        ByteBuffer(string: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n"))
                    for _ in 0..<(size >> 20) { try await out.write(piece) }
                    let head = try await reader.until("\r\n\r\n") ?? ""
                    #expect(head.hasPrefix("HTTP/1.1 200"))
                    var count = reader.skipAll()
                    while count < size, try await reader.more() { count += reader.skipAll() }
                    #expect(count == size)
                }
            }
        }
    }
}
