// Listens to one forge's webhooks on an address of its own, apart from the control socket.
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import WritVocabulary

/// Serves one path until it is cancelled.
public struct WebhookServer: Sendable {
    public struct Configuration: Sendable {
        public var kind: WebhookKind
        /// An address of this machine: `127.0.0.1`.
        public var host: String
        /// 0: one that is free.
        public var port: Int
        /// At most one wake in this time, and one more after it.
        public var interval: TimeSpan

        public init(kind: WebhookKind, host: String, port: Int, interval: TimeSpan = .seconds(5)) {
            self.kind = kind
            self.host = host
            self.port = port
            self.interval = interval
        }
    }

    private let configuration: Configuration
    private let secret: @Sendable () throws -> String
    private let logger: Logger
    private let wake: @Sendable () async -> Void
    private let pause: @Sendable () async throws -> Void
    /// Of a connection.
    private let life: TimeSpan
    let desk = WebhookDesk()

    /// `secret` is called at each delivery. `wake` means: fetch the configured repository soon.
    public init(
        _ configuration: Configuration, secret: @escaping @Sendable () throws -> String, logger: Logger,
        wake: @escaping @Sendable () async -> Void
    ) {
        let interval = configuration.interval
        self.init(
            configuration, secret: secret, logger: logger, wake: wake,
            pause: { try await Task.sleep(for: .milliseconds(interval.milliseconds)) },
            life: .seconds(WebhookLimits.connectionSeconds))
    }

    init(
        _ configuration: Configuration, secret: @escaping @Sendable () throws -> String, logger: Logger,
        wake: @escaping @Sendable () async -> Void, pause: @escaping @Sendable () async throws -> Void, life: TimeSpan
    ) {
        self.configuration = configuration
        self.secret = secret
        self.logger = logger
        self.wake = wake
        self.pause = pause
        self.life = life
    }

    public var counts: WebhookCounts { desk.counts }

    /// `ready` is called with the port once connections are accepted.
    public func run(ready: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        try checkSecret()
        try await withThrowingTaskGroup { group in
            group.addTask { try await listen(ready) }
            group.addTask { try await desk.pass(on: wake, pause: pause) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func listen(_ ready: @escaping @Sendable (Int) async -> Void) async throws {
        let address = "\(configuration.host):\(configuration.port)"
        let listener = StrangerListener(
            host: configuration.host, port: configuration.port, life: life, logger: logger,
            failure: { number in
                ServerFailure(
                    code: "webhook-address",
                    message: "webhooks cannot be listened for at \(address), error \(number); choose an address of this "
                        + "machine that is free", retry: .stalled)
            })
        try await listener.run(ready: ready) { await respond(to: $0) }
    }

    private func checkSecret() throws {
        guard try secret().utf8.count >= WebhookLimits.secretBytes else {
            throw ServerFailure(
                code: "webhook-secret",
                message:
                    "the secret of \(configuration.kind.path) has fewer than \(WebhookLimits.secretBytes) characters; "
                    + "make a longer one and set it on the forge too", retry: .stalled)
        }
    }

    /// The code is all an answer says: 200, 403, 404, 413.
    private func respond(to request: Request) async -> Response {
        guard request.method == .post, request.uri.path == configuration.kind.path else {
            return Response(status: .notFound)
        }
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        guard let proof = WebhookProof(configuration.kind, header: header) else { return refused() }
        guard let body = await StrangerListener.body(of: request) else {
            desk.countUnread()
            return Response(status: .contentTooLarge)
        }
        do {
            let verdict = desk.judge(
                proof, secret: try secret(), delivery: configuration.kind.deliveryHeaders.compactMap(header).first,
                body: body)
            return verdict == .forged ? refused() : Response(status: .ok)
        } catch {
            logger.error("the webhook secret cannot be read", metadata: ["path": "\(configuration.kind.path)"])
            return Response(status: .serviceUnavailable)
        }
    }

    /// A flood of them makes a few lines in the log.
    private func refused() -> Response {
        let count = desk.countForged()
        if count.nonzeroBitCount == 1 {
            logger.warning(
                "a webhook did not prove that it knows the secret; is it the same on the forge?",
                metadata: ["path": "\(configuration.kind.path)", "so far": "\(count)"])
        }
        return Response(status: .forbidden)
    }
}
