// The control socket: HTTP over a Unix socket that only its owner may open.
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import WritVocabulary

/// Serves one controller's control socket until it is cancelled.
///
/// The caller holds the data directory's lock, so a socket found at the path belongs to nobody.
public struct ControlServer: Sendable {
    private let desk: ControlDesk
    private let path: String
    private let logger: Logger

    public init(
        controller: any ControllerHandle, socket path: String, logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        desk = ControlDesk(controller: controller, now: now)
        self.path = path
        self.logger = logger
    }

    /// `ready` is called once connections are accepted.
    public func run(ready: @escaping @Sendable () async -> Void = {}) async throws {
        try ControlSocket.checkLength(path)
        try ControlSocket.removeStale(path)
        let application = Application(
            responder: CallbackResponder<ControlContext> { [desk, logger] request, context in
                await ControlServer.respond(to: request, context, desk, logger)
            },
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path),
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.connections)),
            onServerRunning: { [path, logger] _ in
                do {
                    try ControlSocket.restrict(path)
                    await ready()
                } catch {
                    logger.error(
                        "control socket stays closed to others only by its folder", metadata: ["error": "\(error)"])
                }
            },
            logger: quiet)
        try await application.run()
    }

    /// The framework's own messages about starting and stopping are not ours to print.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = .critical
        return logger
    }

    private static func respond(
        to request: Request, _ context: ControlContext, _ desk: ControlDesk, _ logger: Logger
    ) async -> Response {
        do {
            guard let asked = try await controlRequest(request) else {
                throw ServerFailure(
                    code: "no-such-address", message: "nothing is at \(VisibleText.line(request.uri.path))")
            }
            let peer = await PeerIdentity.of(context.channel)
            let reply = try await desk.reply(to: asked, actor: peer?.name)
            return response(.ok, reply)
        } catch {
            let failure = ServerFailure(wrapping: error)
            logger.debug("control request failed", metadata: ["code": "\(failure.code)"])
            let reply =
                (try? ControlDesk.Reply.json(failure)) ?? ControlDesk.Reply(body: Data(), contentType: "text/plain")
            return response(code(for: failure), reply)
        }
    }

    private static func controlRequest(_ request: Request) async throws -> ControlRequest? {
        var request = request
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        switch request.method {
        case .get: return ControlRequest(get: request.uri.path, query: query)
        case .post:
            let body = try await request.collectBody(upTo: Limits.requestBytes)
            return try ControlRequest(post: request.uri.path, body: Data(body.readableBytesView))
        case _: return nil
        }
    }

    private static func response(_ code: HTTPResponse.Status, _ reply: ControlDesk.Reply) -> Response {
        Response(
            status: code, headers: [.contentType: reply.contentType],
            body: .init(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    private static func code(for failure: ServerFailure) -> HTTPResponse.Status {
        if ServerFailure.unknownCodes.contains(failure.code) || failure.code == "no-such-address" { return .notFound }
        if failure.code == "bad-request" { return .badRequest }
        return failure.code == "internal" ? .internalServerError : .conflict
    }
}

/// A request's context with the connection it came over.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension ServerFailure {
    /// Errors of other rooms keep their code and message; what is not Writ's own is not shown in detail.
    init(wrapping error: any Error) {
        if let failure = error as? ServerFailure {
            self = failure
        } else if let failure = error as? any WritFailure {
            self.init(code: failure.code, message: failure.message, retry: failure.retry)
        } else {
            self.init(
                code: "internal", message: "the controller could not answer", retry: .transient,
                hint: "the controller's log says more")
        }
    }
}
