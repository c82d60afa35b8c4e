// A replica that is killed while requests are on their way to it.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite(.timeLimit(.minutes(3))) struct GatewayKilledReplicaTests {
    private static let callers = 8
    private static let requests = 400

    @Test("GETs, PUTs and requests with an Idempotency-Key never fail", arguments: ["GET", "PUT", "POST"])
    func idempotent(method: String) async throws {
        let fields = method == "POST" ? "Idempotency-Key: k\r\n" : ""
        let outcome = try await load(method, fields: fields)
        #expect(outcome.answers.count == Self.callers * Self.requests)
        let failed = outcome.answers.filter { !$0.hasPrefix("HTTP/1.1 200") }
        #expect(failed.isEmpty)
    }

    @Test("with --replay-all no request fails, whatever its method")
    func replayAll() async throws {
        let outcome = try await load("POST", gateway: ["--replay-all"])
        let failed = outcome.answers.filter { !$0.hasPrefix("HTTP/1.1 200") }
        #expect(failed.isEmpty)
    }

    /// By default a POST that was on its way when the replica died is answered 502, since the replica may have acted on
    /// it; one that had not been sent goes to another replica.
    @Test(
        "other POSTs are never sent twice: at most those in flight are answered 502, and say which version they were for"
    )
    func post() async throws {
        let outcome = try await load("POST")
        let failed = outcome.answers.filter { !$0.hasPrefix("HTTP/1.1 200") }
        #expect(failed.count <= Self.callers)
        for answer in failed {
            #expect(answer.hasPrefix("HTTP/1.1 502") && answer.contains("response-missing"))
            #expect(answer.contains("x-writ-version: m:1"))
        }
        #expect(Set(outcome.seen).count == outcome.seen.count)
        #expect(outcome.seen.count >= outcome.answers.count - failed.count)
    }

    /// Every caller sends its requests while one of two replicas is killed. Bodies are unique.
    private func load(_ method: String, fields: String = "", gateway words: [String] = []) async throws -> (
        answers: [String], seen: [String]
    ) {
        let world = try GatewayWorld()
        try await world.process(words).ensure()
        let (first, second) = (
            try await GatewayReplica("1", in: world.data), try await GatewayReplica("2", in: world.data)
        )
        let route = GatewayWorld.route(ports: [first.port, second.port])
        try await world.router.publish(RoutingChange(number: 1, routes: [route]))
        let caller = GatewayCaller(port: try world.port())
        let answers = try await withThrowingTaskGroup(of: [String].self) { tasks in
            for number in 0..<Self.callers {
                let requests = (0..<Self.requests).map {
                    GatewayCaller.request(
                        method, "/a/x", body: method == "GET" ? "" : "\(number)-\($0)", fields: fields)
                }
                tasks.addTask { try await caller.ask(requests) }
            }
            // Both have had some, and none is near its end.
            let enough = "\"2xx\":[1-9][0-9]{2}"
            try await becomesTrue {
                try await world.curl("http://g/stats").range(of: enough, options: .regularExpression) != nil
            }
            first.stop()
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        let seen = ["1", "2"].flatMap { name in
            (try? String(contentsOfFile: "\(world.data.path)/\(name).seen", encoding: .utf8))?.split(separator: "\n")
                ?? []
        }
        return (answers, seen.map(String.init))
    }
}
