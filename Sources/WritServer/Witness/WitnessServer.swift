// Serves a witness over HTTP: add-checkpoint for logs, and their last cosigned heads for who monitors (tlog-witness).
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import WritLedger
import WritVocabulary

/// Serves until it is cancelled.
public struct WitnessServer: Sendable {
    public struct Configuration: Sendable {
        /// An address of this machine: `127.0.0.1`.
        public var host: String
        /// 0: one that is free.
        public var port: Int
        /// Before `/add-checkpoint`: empty, or a path such as `/witness`.
        public var prefix: String

        public init(host: String, port: Int, prefix: String = "") {
            self.host = host
            self.port = port
            self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        }
    }

    /// Long enough for a log to keep a connection for a few requests.
    private static let connectionLife = TimeSpan.seconds(30)

    private let configuration: Configuration
    private let store: WitnessStore
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    /// Of a connection.
    private let life: TimeSpan

    /// `now` is what the clock shows; cosignatures carry it.
    public init(
        _ configuration: Configuration, store: WitnessStore, logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.init(
            configuration, store: store, logger: logger, now: now,
            life: Self.connectionLife)
    }

    init(
        _ configuration: Configuration, store: WitnessStore, logger: Logger,
        now: @escaping @Sendable () -> Timestamp, life: TimeSpan
    ) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        self.now = now
        self.life = life
    }

    /// `ready` is called with the port once connections are accepted.
    public func run(ready: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        let address = "\(configuration.host):\(configuration.port)"
        let listener = StrangerListener(
            host: configuration.host, port: configuration.port, life: life, logger: logger,
            failure: { number in
                ServerFailure(
                    code: "witness-address",
                    message: "the witness cannot listen at \(address), error \(number); choose an address of this "
                        + "machine that is free", retry: .stalled)
            })
        try await listener.run(ready: ready) { await respond(to: $0) }
    }

    private func respond(to request: Request) async -> Response {
        let path = request.uri.path
        guard path.hasPrefix(configuration.prefix) else { return Response(status: .notFound) }
        let rest = path.dropFirst(configuration.prefix.count)
        if request.method == .post, rest == "/add-checkpoint" { return await add(request) }
        if request.method == .get, rest.hasPrefix("/"), rest.hasSuffix("/checkpoint") {
            return head(of: String(rest.dropFirst().dropLast("/checkpoint".count)))
        }
        return Response(status: .notFound)
    }

    private func add(_ request: Request) async -> Response {
        guard let body = await StrangerListener.body(of: request) else { return Response(status: .contentTooLarge) }
        do {
            return answer(try store.add(body, now: now()))
        } catch {
            logger.error("a head could not be kept, and was not cosigned", metadata: ["reason": "\(error)"])
            return Response(status: .serviceUnavailable)
        }
    }

    private func answer(_ answer: WitnessAnswer) -> Response {
        switch answer {
        case .cosigned(let head):
            return text(store.cosignatures(of: head), .ok, "text/plain; charset=utf-8")
        case .conflict(let size): return text("\(size)\n", .conflict, "text/x.tlog.size")
        case .forked(let size):
            logger.warning("\(Self.misbehaviour)")
            return text("\(size)\n", .conflict, "text/x.tlog.size")
        case .refused(let refusal):
            if refusal == .inconsistent { logger.warning("\(Self.misbehaviour)") }
            return Response(status: HTTPResponse.Status(code: refusal.rawValue))
        }
    }

    private static let misbehaviour =
        "a log showed a head that does not go on from the last one: ask its operator why"

    private func head(of originHash: String) -> Response {
        do {
            guard let bytes = try store.head(originHash: originHash) else { return Response(status: .notFound) }
            return text(String(decoding: bytes, as: UTF8.self), .ok, "text/plain; charset=utf-8")
        } catch {
            logger.error("a kept head cannot be read", metadata: ["reason": "\(error)"])
            return Response(status: .serviceUnavailable)
        }
    }

    private func text(_ text: String, _ status: HTTPResponse.Status, _ type: String) -> Response {
        let body = ResponseBody(byteBuffer: ByteBuffer(string: text))
        return Response(status: status, headers: [.contentType: type], body: body)
    }
}
