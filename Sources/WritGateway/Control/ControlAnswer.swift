// What the control socket answers to what.
import Foundation
import NIOCore
import NIOHTTP1
import WritVocabulary

struct ControlAnswer: Sendable {
    var code: Int
    var contentType = "application/json"
    var body: [UInt8]
    /// The gateway drains once this is written; before that, stopping could overtake the answer.
    var stops = false

    static func make(_ method: HTTPMethod, _ uri: String, _ gateway: Gateway) async -> ControlAnswer {
        do {
            return try await answer(method, uri, gateway)
        } catch let failure as GatewayFailure {
            return ControlAnswer.json(409, FailureRecord(failure))
        } catch {
            return ControlAnswer.json(500, FailureRecord(error))
        }
    }

    private static func answer(_ method: HTTPMethod, _ uri: String, _ gateway: Gateway) async throws -> ControlAnswer {
        switch (method, uri) {
        case (.GET, "/table"): return json(200, try await TableReport(gateway.keeper))
        case (.GET, "/routes"): return json(200, await gateway.keeper.table)
        case (.GET, "/active"):
            let number = await gateway.keeper.table.number
            return json(200, GatewayObservation(number: number, active: try await gateway.figures().active))
        case (.GET, "/stats"): return json(200, StatsReport(try await gateway.figures()))
        case (.GET, "/metrics"):
            let text = PrometheusText.render(
                try await gateway.figures(), tableNumber: await gateway.keeper.table.number)
            return ControlAnswer(code: 200, contentType: "text/plain; version=0.0.4", body: Array(text.utf8))
        case (.POST, "/reload"):
            let before = await gateway.keeper.table.number
            try await gateway.keeper.reload()
            let report = try await TableReport(gateway.keeper)
            gateway.configuration.report("Table \(report.number) is in force; it was \(before).")
            return json(200, report)
        case (.POST, "/drain-and-exit"):
            var answer = json(202, ["draining": true])
            answer.stops = true
            return answer
        case (_, _):
            return json(
                404,
                FailureRecord(
                    code: "unknown",
                    message:
                        "Ask GET /table, /routes, /active, /stats or /metrics, or POST /reload or /drain-and-exit.",
                    retry: .terminal))
        }
    }

    private static func json(_ code: Int, _ value: some Encodable) -> ControlAnswer {
        guard let bytes = try? Canonical.encode(value) else { return ControlAnswer(code: 500, body: []) }
        return ControlAnswer(code: code, body: Array(bytes) + [0x0A])
    }

    /// The whole answer; the connection ends with it.
    var bytes: ByteBuffer {
        let reason = HTTPResponseStatus(statusCode: code).reasonPhrase
        var out = ByteBuffer(string: "HTTP/1.1 \(code) \(reason)\r\ncontent-type: \(contentType)\r\n")
        out.writeString("content-length: \(body.count)\r\nconnection: close\r\n\r\n")
        out.writeBytes(body)
        return out
    }
}

/// The table in force, and why a newer file is not.
struct TableReport: Codable, Sendable {
    var number: Int64
    var digest: Digest
    var endpoints: Int
    var refused: FailureRecord?

    init(_ keeper: TableKeeper) async throws {
        let table = await keeper.table
        number = table.number
        digest = try table.digest
        endpoints = table.routes.count
        refused = await keeper.refusal.map { FailureRecord($0) }
    }
}
