// The operator's and the controller's side door: HTTP/1.1 over a Unix socket only its owner can open.
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers `GET /table /routes /active /stats /metrics` and `POST /reload /drain-and-exit`.
struct ControlServer {
    let gateway: Gateway

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>

    /// Serves until `stops` ends.
    func serve(on group: any EventLoopGroup, until stops: AsyncStream<Void>) async throws {
        let path = "\(gateway.configuration.folder)/control.sock"
        let server = try await ServerBootstrap(group: group)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        // Whoever reaches the folder before this line is its owner: the folder has mode 0700.
        chmod(path, 0o600)
        defer { unlink(path) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await _ in stops {} }
            tasks.addTask { try await accept(server) }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private func accept(_ server: NIOAsyncChannel<Connection, Never>) async throws {
        let limits = gateway.configuration.limits
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await connection in connections {
                    tasks.addTask { await answer(connection, limits) }
                }
            }
        }
    }

    /// One request, one answer. A caller that breaks off is no concern of anybody else.
    private func answer(_ connection: Connection, _ limits: GatewayLimits) async {
        let closing = connection.channel.eventLoop.scheduleTask(in: .milliseconds(limits.controlMilliseconds)) {
            connection.channel.close(promise: nil)
        }
        defer { closing.cancel() }
        do {
            try await connection.executeThenClose { inbound, outbound in
                for try await part in inbound {
                    guard case .head(let head) = part else { continue }
                    let answer = await ControlAnswer.make(head.method, head.uri, gateway)
                    try await outbound.write(answer.bytes)
                    if answer.stops { gateway.requestStop() }
                    return
                }
            }
        } catch {
            gateway.configuration.report("A control request was not answered: \(error)")
        }
    }
}
