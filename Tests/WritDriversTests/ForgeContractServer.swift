// A real HTTP server that holds the drivers to each forge's documented contract, and misbehaves when it is told to.
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

/// One request as a contract sees it.
struct ContractRequest {
    var method: String
    /// Decoded segments of the path.
    var path: [String]
    var query: [String: String]
    var body: [String: Any]
    /// For links.
    var base: String
}

struct ContractAnswer {
    var code: Int
    var headers: [String: String] = [:]
    var json: Any?

    static func list(_ items: [Any], headers: [String: String] = [:]) -> ContractAnswer {
        ContractAnswer(code: 200, headers: headers, json: items)
    }

    static func message(_ code: Int, _ text: Any) -> ContractAnswer {
        ContractAnswer(code: code, json: ["message": text])
    }
}

/// What one forge documents, over the one model of a repository.
protocol ForgeContract: Sendable {
    /// nil when the credentials are right.
    func refusal(_ headers: HTTPFields, token: String) -> ContractAnswer?
    func answer(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer
}

final class ForgeContractServer: Sendable {
    static let token = "writ-secret-0123456789abcdef"

    /// What becomes of one request.
    enum Fault: Sendable {
        case answer(Int, [String: String], String)
        /// Longer than the driver's deadline.
        case slow
        /// The connection ends before an answer; with `effect` it has happened all the same.
        case reset(effect: Bool)
        /// The body ends before its announced length.
        case truncated
        /// A whole body of half the JSON.
        case half
        /// The answer as it is, without what it says about pages.
        case noPaging
        /// A page of the list is given without its last entries.
        case shortPage
        case endless
    }

    private struct State {
        var faults: [Fault?] = []
        var requests: [String] = []
        var tokens = 0
        var port = 0
    }

    let kind: ForgeKind
    let world: SimulatedForge
    private let contract: any ForgeContract
    private let state = Mutex(State())

    init(_ kind: ForgeKind) {
        self.kind = kind
        world = SimulatedForge(account: "writ-bot")
        contract =
            switch kind {
            case .github: GitHubContract()
            case .gitlab: GitLabContract()
            case .gitea: GiteaContract()
            }
    }

    var port: Int { state.withLock { $0.port } }
    /// `GET /repos/…`, in order.
    var requests: [String] { state.withLock { $0.requests } }
    /// Requests that carried the token anywhere in their head.
    var tokensSeen: Int { state.withLock { $0.tokens } }
    func script(_ faults: [Fault?]) { state.withLock { $0.faults = faults } }
    func forget() { state.withLock { $0.requests = [] } }

    /// Serves until cancelled.
    func run(ready: @escaping @Sendable () async -> Void) async throws {
        var logger = Logger(label: "forge-contract", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<ContractContext> { request, context in
                try await self.respond(request, context.channel)
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                self.state.withLock { $0.port = channel.localAddress?.port ?? 0 }
                await ready()
            }, logger: logger)
        try await application.run()
    }

    struct Reset: Error {}

    private func respond(_ request: Request, _ channel: any Channel) async throws -> Response {
        let fault = state.withLock { state in
            state.requests.append("\(request.method.rawValue) \(request.uri.path)")
            if request.headers.contains(where: { $0.value.contains(Self.token) }) { state.tokens += 1 }
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        switch fault {
        case .answer(let code, let headers, let body):
            return response(code, headers, ByteBuffer(string: body))
        case .slow:
            try await Task.sleep(for: .seconds(60))
            throw Reset()
        case .reset(let effect):
            if effect { _ = try await answer(request) }
            try await channel.close()
            throw Reset()
        case .endless:
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody { writer in
                    let block = ByteBuffer(repeating: UInt8(ascii: " "), count: 1 << 20)
                    for _ in 0..<64 { try await writer.write(block) }
                    try await writer.finish(nil)
                })
        case .truncated, .half, .noPaging, .shortPage, nil:
            return try await damaged(answer(request), fault)
        }
    }

    private func damaged(_ answer: ContractAnswer, _ fault: Fault?) throws -> Response {
        var answer = answer
        if case .noPaging = fault {
            for name in ["link", "x-next-page", "x-total", "x-total-count"] { answer.headers[name] = nil }
        }
        if case .shortPage = fault, let list = answer.json as? [Any] { answer.json = Array(list.dropLast(2)) }
        let data = try answer.json.map { try JSONSerialization.data(withJSONObject: $0, options: [.fragmentsAllowed]) }
        var headers = answer.headers
        if data != nil { headers["content-type"] = "application/json; charset=utf-8" }
        let body = ByteBuffer(bytes: data ?? Data())
        let half = ByteBuffer(bytes: (data ?? Data()).prefix((data ?? Data()).count / 2))
        switch fault {
        case .half: return response(answer.code, headers, half)
        case .truncated:
            var damaged = response(answer.code, headers, body)
            damaged.body = ResponseBody(contentLength: body.readableBytes) { writer in
                try await writer.write(half)
                throw Reset()
            }
            return damaged
        case _: return response(answer.code, headers, body)
        }
    }

    private func response(_ code: Int, _ headers: [String: String], _ body: ByteBuffer) -> Response {
        var fields = HTTPFields()
        for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
        return Response(status: .init(code: code), headers: fields, body: .init(byteBuffer: body))
    }

    private func answer(_ request: Request) async throws -> ContractAnswer {
        var request = request
        let bytes = try await request.collectBody(upTo: 8 << 20)
        if let refusal = contract.refusal(request.headers, token: Self.token) { return refusal }
        var body: [String: Any] = [:]
        if bytes.readableBytes > 0 {
            guard request.headers[.contentType]?.hasPrefix("application/json") == true,
                let object = try? JSONSerialization.jsonObject(with: Data(bytes.readableBytesView)) as? [String: Any]
            else { return .message(400, "Problems parsing JSON") }
            body = object
        }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        let path = request.uri.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        return contract.answer(
            ContractRequest(
                method: request.method.rawValue, path: path, query: query, body: body,
                base: "http://127.0.0.1:\(port)\(request.uri.path)"), world)
    }
}

private struct ContractContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension ContractRequest {
    /// A number in the query, or the default; never more than the cap.
    func size(_ name: String, standard: Int, cap: Int) -> Int {
        min(max(query[name].flatMap(Int.init) ?? standard, 1), cap)
    }

    var page: Int { max(query["page"].flatMap(Int.init) ?? 1, 1) }

    func slice<Item>(_ items: [Item], size: Int) -> [Item] { Array(items.dropFirst((page - 1) * size).prefix(size)) }

    /// RFC 8288 links as GitHub, GitLab and Gitea write them; none where one page holds all.
    func links(_ count: Int, size: Int) -> String? {
        let last = max((count + size - 1) / size, 1)
        guard last > 1 else { return nil }
        var parts: [String] = []
        // The address is a lie, as behind a proxy that knows no outer name: nobody may follow it.
        func link(_ page: Int, _ rel: String) {
            parts.append("<http://192.0.2.1/elsewhere?page=\(page)>; rel=\"\(rel)\"")
        }
        if page > 1 { link(page - 1, "prev") }
        if page < last { link(page + 1, "next") }
        link(last, "last")
        return parts.joined(separator: ", ")
    }
}

/// Runs `body` against a server and a driver of its own.
func withForge(
    _ kind: ForgeKind, deadline: TimeSpan = .seconds(20), token: String = ForgeContractServer.token,
    now: @escaping @Sendable () -> Timestamp = { Timestamp(milliseconds: 1_767_225_600_000) },
    _ body: @escaping @Sendable (any ForgeDriver, ForgeContractServer) async throws -> Void
) async throws {
    let server = ForgeContractServer(kind)
    let (ready, signal) = AsyncStream<Void>.makeStream()
    try await withThrowingTaskGroup { group in
        group.addTask { try await server.run { signal.finish() } }
        group.addTask {
            for await _ in ready {}
            let configuration = ForgeConfiguration(
                baseURL: "http://127.0.0.1:\(server.port)", repository: kind.testRepository, deadline: deadline)
            let forge = try kind.driver(configuration, token: { token }, now: now)
            do {
                try await body(forge, server)
            } catch {
                try await forge.shutdown()
                throw error
            }
            try await forge.shutdown()
            throw CancellationError()
        }
        defer { group.cancelAll() }
        do { try await group.next() } catch is CancellationError {}
    }
}

extension ForgeKind {
    var testRepository: String { self == .gitlab ? "ml/teams/models" : "ml/models" }
    /// A commit of the tests.
    static func revision(_ seed: String) -> RevisionID {
        RevisionID(String(Digest(of: Array(seed.utf8)).hex.prefix(40)))!
    }
}
