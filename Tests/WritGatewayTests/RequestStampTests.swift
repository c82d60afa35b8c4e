// The id of a request says by itself when, by which table and by which version it was answered.
import NIOCore
import Testing
import WritVocabulary

@testable import WritGateway

@Suite("The id of a request", .timeLimit(.minutes(2)))
struct RequestStampTests {
    static var id: Regex<(Substring, id: Substring)> {
        /x-writ-request-id: (?<id>[0-9a-f]{12}-[0-9a-f]+-[0-9a-f]{6}-m:[0-9]+)\r\n/
    }

    private func assignment(_ version: String, table: Int64) throws -> Assignment {
        let replica = try Replica(Replica.Key(Fixture.address("127.0.0.1", 1)), limits: GatewayLimits())
        let series = VersionSeries(SeriesKey(endpoint: ResourceName("a")!, version: VersionID(version)!))
        let target = LoopTarget(version: VersionID(version)!, weight: 100, replicas: [replica], series: series)
        return Assignment(target: target, replica: replica, tableNumber: table)
    }

    @Test("holds the time, the table's number, a counter and the version")
    func line() throws {
        var stamp = RequestStamp(loop: 1, of: 2)
        let chosen = try assignment("m-2:17", table: 0x1A2)
        let first = stamp.line(milliseconds: 0x19C_AEFD_E200, chosen)
        #expect(String(decoding: first, as: UTF8.self) == "x-writ-request-id: 019caefde200-1a2-000001-m-2:17\r\n")
        let second = stamp.line(milliseconds: 0, try assignment("m:1", table: 0))
        #expect(String(decoding: second, as: UTF8.self) == "x-writ-request-id: 000000000000-0-000003-m:1\r\n")
    }

    @Test("is no other loop's")
    func distinct() throws {
        let chosen = try assignment("m:1", table: 1)
        var seen: Set<[UInt8]> = []
        for loop in 0..<3 {
            var stamp = RequestStamp(loop: loop, of: 3)
            for _ in 0..<1000 { seen.insert(stamp.line(milliseconds: 5, chosen)) }
        }
        #expect(seen.count == 3000)
    }

    @Test("is the same for client and replica; what a client claims is dropped, its own id is passed on")
    func shared() async throws {
        try await TestReplica.run(echo) { port in
            try await TestGateway.run(Fixture.table(7, ports: [port])) { gateway in
                let answer = try await TestClient.whole(
                    gateway.port,
                    "GET /a/x HTTP/1.1\r\nHost: h\r\nX-Writ-Request-Id: 000000000000-1-000000-m:9\r\n"
                        + "X-Request-Id: theirs\r\nConnection: close\r\n\r\n")
                let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
                let told = try #require(parts.first.map { "\($0)\r\n" }?.firstMatch(of: Self.id)?.id)
                let heard = try #require(parts.last?.firstMatch(of: Self.id)?.id)
                #expect(told == heard)
                #expect(told.dropFirst(12).hasPrefix("-7-") && told.hasSuffix("-m:7"))
                #expect(!answer.contains("m:9"))
                #expect(parts.last?.contains("X-Request-Id: theirs") == true)
                // The clock of the gateway, not that of its start.
                let milliseconds = try #require(Int64(told.prefix(12), radix: 16))
                #expect(abs(milliseconds - WallClock.milliseconds()) < 60_000)
            }
        }
    }

    @Test("is a new one where another version answers after all")
    func renamed() async throws {
        try await TestReplica.run(echo) { port in
            let table = Fixture.table(
                3, [Fixture.target("m:1", weight: 99, [("127.0.0.1", 1)]), target("m:2", port)])
            try await TestGateway.run(table) { gateway in
                for _ in 0..<5 {
                    let answer = try await TestClient.whole(
                        gateway.port, "GET /a/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    #expect(answer.contains("x-writ-version: m:2\r\n"))
                    let ids = answer.matches(of: Self.id).map(\.id)
                    #expect(ids.count == 2 && ids.first == ids.last && ids.first?.hasSuffix("-m:2") == true)
                }
            }
        }
    }

    private func target(_ version: String, _ port: Int) -> RoutingTable.Target {
        Fixture.target(version, weight: 1, [("127.0.0.1", port)])
    }

    @Test("is looked for at the beginning of a line only, when it has to change")
    func placed() {
        let head = RequestHead(
            method: .get, methodRange: 0..<0, target: 0..<0, isHTTP11: true, body: .none, keepAlive: true,
            expectsContinue: false, isIdempotent: true)
        let exchange = Exchange(
            head, endpoint: "a", startedAt: .uptimeNanoseconds(0), replay: .all, limits: GatewayLimits())
        exchange.requestLine = Array("x-writ-request-id: 1\r\n".utf8)
        exchange.keep(
            ByteBuffer(string: "GET / HTTP/1.1\r\nx: x-writ-request-id: 1\r\nx-writ-request-id: 1\r\n\r\nbody"))
        exchange.rename(Array("x-writ-request-id: 22\r\n".utf8))
        #expect(
            exchange.sent.map { $0.map { String(buffer: $0) } }
                == ["GET / HTTP/1.1\r\nx: x-writ-request-id: 1\r\nx-writ-request-id: 22\r\n\r\nbody"])
    }

    /// Answers with the request as it came.
    private var echo: TestReplica.Conversation {
        { reader, out in
            while let request = try await reader.request() {
                try await out.write(
                    ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(request.utf8.count)\r\n\r\n\(request)"))
            }
        }
    }
}
