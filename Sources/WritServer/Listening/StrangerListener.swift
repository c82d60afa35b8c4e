// A listener that strangers may speak to: every size, number and time of what they send is bounded.
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import WritVocabulary

/// Plain HTTP/1.1 on one address: small requests, answered one by one. Outside of a trusted network a proxy with TLS
/// belongs in front of it.
struct StrangerListener: Sendable {
    enum Limits {
        /// Body of a request.
        static let bodyBytes = 64 << 10
        /// Head of a request: all fields, one field, and how many.
        static let headBytes = 16 << 10
        static let fieldBytes = 8 << 10
        static let fields = 64
        /// Connections served at once; further ones wait in the backlog.
        static let connections = 64
    }

    var host: String
    /// 0: one that is free.
    var port: Int
    /// Of a connection, from its first byte to its last.
    var life: TimeSpan
    var logger: Logger
    /// Where it cannot listen: the failure, from the system's error number.
    var failure: @Sendable (Int32) -> ServerFailure

    /// Serves until it is cancelled; `ready` is called with the port once connections are accepted.
    func run(
        ready: @escaping @Sendable (Int) async -> Void, answer: @escaping @Sendable (Request) async -> Response
    ) async throws {
        // What strangers do wrong is counted by who answers, not logged a line each.
        var quiet = logger
        quiet.logLevel = .critical
        var head = HTTP1Channel.Configuration.DecoderConfiguration()
        head.maxHeaderListSize = Limits.headBytes
        head.maxHeaderFieldSize = Limits.fieldBytes
        head.maxHeaderFieldCount = Limits.fields
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in await answer(request) },
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionLife(life)], httpDecoderConfiguration: head)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.connections)),
            onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw failure(error.errnoCode)
        }
    }

    /// nil when it is too long, by what the request says or by what it is.
    static func body(of request: Request) async -> [UInt8]? {
        var request = request
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= Limits.bodyBytes, let body = try? await request.collectBody(upTo: Limits.bodyBytes) else {
            return nil
        }
        return Array(body.readableBytesView)
    }
}
