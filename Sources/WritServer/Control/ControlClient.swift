// The other end of the control socket: one request, one connection, one deadline.
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import WritVocabulary

/// Asks a running controller.
public struct ControlClient: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let path: String
    private let deadline: TimeSpan

    /// `deadline` bounds each request from connecting to the last byte.
    public init(socket path: String, deadline: TimeSpan = .seconds(30)) {
        self.path = path
        self.deadline = deadline
    }

    public func answer(_ request: AnswerRequest) async throws -> Answer {
        try decode(Answer.self, await send(.answer(request)))
    }

    public func live() async throws -> LiveState? { try decode(LiveState?.self, await send(.live)) }
    public func standing() async throws -> ControllerStanding {
        try decode(ControllerStanding.self, await send(.standing))
    }

    /// An act; returns the controller's standing after it.
    @discardableResult
    public func act(_ request: ControlRequest) async throws -> ControllerStanding {
        try request.check()
        return try decode(ControllerStanding.self, await send(request))
    }

    public func log(of id: ExecutionID, from offset: Int64) async throws -> [UInt8] {
        try await send(.log(id, from: offset))
    }

    /// The signed statements about a version: JSON Lines, a DSSE envelope in each.
    public func statements(about id: VersionID) async throws -> [UInt8] { try await send(.statements(id)) }

    /// The bytes of the answer. A refusal of the controller is thrown as it was written there.
    public func send(_ request: ControlRequest) async throws -> [UInt8] {
        try ControlSocket.checkLength(path)
        let (accepted, bytes) = try await withDeadline {
            do {
                return try await exchange(request)
            } catch let error where error is IOError || error is ChannelError {
                throw ControlClient.broken
            }
        }
        guard !accepted else { return bytes }
        throw (try? Canonical.decode(ServerFailure.self, from: bytes)) ?? ControlClient.garbled
    }

    private func exchange(_ request: ControlRequest) async throws -> (accepted: Bool, bytes: [UInt8]) {
        let body = try request.body()
        let connection = try await connect()
        return try await connection.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: request.isAct ? .POST : .GET, uri: request.address)
            head.headers = ["host": "writ", "content-length": "\(body.count)", "connection": "close"]
            // One write: after the head alone of a request without a body, a quick controller has answered and closed.
            let content: [HTTPClientRequestPart] = body.isEmpty ? [] : [.body(.byteBuffer(ByteBuffer(bytes: body)))]
            try await outbound.write(contentsOf: [.head(head)] + content + [.end(nil)])
            return try await ControlClient.read(inbound)
        }
    }

    private func connect() async throws -> Connection {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw ServerFailure(
                code: "no-controller", message: "no controller answers at \(path)", retry: .stalled,
                hint: "start one with `writ serve`")
        }
    }

    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
    ) async throws -> (accepted: Bool, bytes: [UInt8]) {
        var accepted = false
        var bytes: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let head): accepted = (200..<300).contains(head.status.code)
            case .body(let buffer):
                guard bytes.count + buffer.readableBytes <= Limits.responseBytes else { throw garbled }
                bytes += buffer.readableBytesView
            case .end: return (accepted, bytes)
            }
        }
        throw garbled
    }

    private func withDeadline<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        try await withThrowingTaskGroup { group in
            group.addTask { try await body() }
            group.addTask { [deadline] in
                try await Task.sleep(for: .milliseconds(deadline.milliseconds))
                throw ServerFailure(
                    code: "controller-silent", message: "the controller did not answer within \(deadline)",
                    retry: .transient,
                    hint: "`writ doctor` looks for the cause")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw ControlClient.garbled }
            return first
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        do {
            return try Canonical.decode(type, from: bytes)
        } catch {
            throw ServerFailure(
                code: "other-version", message: "the controller's answer is not understood", retry: .stalled,
                hint: "the controller may be of another version than this command; compare `writ version`")
        }
    }

    private static var broken: ServerFailure {
        ServerFailure(
            code: "broken", message: "the controller closed the connection before its answer was whole",
            retry: .transient, hint: "run the command again; `writ doctor` tells whether the controller still runs")
    }

    private static var garbled: ServerFailure {
        ServerFailure(code: "garbled", message: "the controller's answer broke off", retry: .transient)
    }
}
