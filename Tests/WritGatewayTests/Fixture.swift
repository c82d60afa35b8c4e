// Tables, a gateway in a folder of its own, replicas that do as they are told, and a client that sees raw bytes.
import Foundation
import NIOCore
import NIOPosix
import WritVocabulary

@testable import WritGateway

enum Fixture {
    static let deployment = DeploymentID("a-1f2e3d4c5b6a")!

    static func address(_ host: String, _ port: Int, ordinal: Int = 0) -> RoutingTable.Address {
        RoutingTable.Address(replica: ReplicaID(deployment, ordinal: ordinal, generation: port), host: host, port: port)
    }

    static func target(_ version: String, weight: Int, _ replicas: [(String, Int)]) -> RoutingTable.Target {
        RoutingTable.Target(
            version: VersionID(version)!, weight: weight, deployment: deployment,
            replicas: replicas.enumerated().map { address($0.element.0, $0.element.1, ordinal: $0.offset) })
    }

    static func table(_ number: Int64, _ targets: [RoutingTable.Target]) -> RoutingTable {
        RoutingTable(number: number, routes: [.init(endpoint: ResourceName("a")!, targets: targets)])
    }

    /// A table whose endpoint `a` has one version on these ports.
    static func table(_ number: Int64 = 1, ports: [Int]) -> RoutingTable {
        table(number, [target("m:\(number)", weight: 100, ports.map { ("127.0.0.1", $0) })])
    }
}

/// A gateway under test.
struct TestGateway: Sendable {
    let gateway: Gateway
    let folder: String
    var port: Int { gateway.port }

    func publish(_ table: RoutingTable) async throws {
        try Canonical.encode(table).write(to: URL(fileURLWithPath: "\(folder)/table.json"), options: .atomic)
        try await gateway.keeper.reload()
    }

    func figures() async throws -> GatewayFigures { try await gateway.figures() }

    static func run(
        _ table: RoutingTable, loops: Int = 1, replay: GatewayConfiguration.Replay = .idempotent,
        limits change: (inout GatewayLimits) -> Void = { _ in }, _ body: @Sendable (TestGateway) async throws -> Void
    ) async throws {
        var limits = GatewayLimits()
        limits.sweepMilliseconds = 10
        limits.drainMilliseconds = 2000
        limits.drainIdleMilliseconds = 50
        change(&limits)
        let folder = FileManager.default.temporaryDirectory.path + "/writ-gateway-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Canonical.encode(table).write(to: URL(fileURLWithPath: "\(folder)/table.json"))
        let gateway = try await Gateway.start(
            GatewayConfiguration(
                folder: folder, host: "127.0.0.1", port: 0, loops: loops, limits: limits, replay: replay,
                makeRandom: { SplitMix64(seed: UInt64($0)) }, report: { _ in }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await gateway.run() }
            let result = await Result(awaiting: { try await body(TestGateway(gateway: gateway, folder: folder)) })
            gateway.requestStop()
            try await tasks.waitForAll()
            try result.get()
        }
    }
}

extension Result where Failure == any Error {
    init(awaiting body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

typealias RawChannel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

/// A replica whose every byte the test decides.
enum TestReplica {
    typealias Conversation = @Sendable (inout RawReader, NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Void

    /// Listens while `body` runs; every connection gets its own conversation.
    static func run(_ conversation: @escaping Conversation, _ body: @Sendable (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Wrapped only when it is served: one that is accepted while the test ends is served by nobody.
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
        let port = server.channel.localAddress?.port ?? 0
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await server.executeThenClose { connections in
                    await withDiscardingTaskGroup { serving in
                        do {
                            for try await connection in connections {
                                serving.addTask { await serve(connection, conversation) }
                            }
                        } catch {
                            serving.cancelAll()
                        }
                        serving.cancelAll()
                    }
                }
            }
            let result = await Result(awaiting: { try await body(port) })
            tasks.cancelAll()
            try result.get()
        }
    }

    private static func serve(_ channel: any Channel, _ conversation: Conversation) async {
        // Broken connections are what many tests are about.
        _ = await Result(awaiting: {
            let connection = try await channel.eventLoop.submit {
                try RawChannel(wrappingChannelSynchronously: channel)
            }.get()
            try await connection.executeThenClose { inbound, outbound in
                try await channel.setOption(.autoRead, value: true).get()
                var reader = RawReader(inbound.makeAsyncIterator())
                try await conversation(&reader, outbound)
            }
        })
    }

    /// Answers every request with the same text, and goes on.
    static func answering(_ text: String) -> Conversation {
        { reader, out in
            while let request = try await reader.request() {
                let body = request.hasPrefix("HEAD") ? "" : text
                try await out.write(
                    ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(body)"))
            }
        }
    }
}

/// Takes requests and answers out of a connection's bytes.
struct RawReader {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private(set) var bytes = ByteBuffer()

    init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.iterator = iterator }

    /// False at the end.
    mutating func more() async throws -> Bool {
        guard var next = try await iterator.next() else { return false }
        bytes.discardReadBytes()
        bytes.writeBuffer(&next)
        return true
    }

    /// Up to and including a text; nil at the end.
    mutating func until(_ text: String) async throws -> String? {
        while true {
            let view = String(buffer: bytes)
            if let range = view.range(of: text) {
                return bytes.readString(length: view[..<range.upperBound].utf8.count)
            }
            guard try await more() else { return nil }
        }
    }

    mutating func exactly(_ count: Int) async throws -> String? {
        while bytes.readableBytes < count { guard try await more() else { return nil } }
        return bytes.readString(length: count)
    }

    /// A head, and its body when it has a length.
    mutating func request() async throws -> String? {
        guard let head = try await until("\r\n\r\n") else { return nil }
        let length =
            head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        guard length > 0, !head.hasPrefix("HTTP/1.1 304") else { return head }
        return try await exactly(length).map { head + $0 }
    }

    /// Throws away what is here and says how much it was.
    mutating func skipAll() -> Int {
        defer { bytes.clear() }
        return bytes.readableBytes
    }

    mutating func rest() async throws -> String {
        while try await more() {}
        return bytes.readString(length: bytes.readableBytes) ?? ""
    }
}

enum TestClient {
    static func connect<Value>(
        _ port: Int, _ body: (inout RawReader, NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try RawChannel(wrappingChannelSynchronously: channel) }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var reader = RawReader(inbound.makeAsyncIterator())
            return try await body(&reader, outbound)
        }
    }

    /// Sends bytes and returns all that comes back until the gateway closes.
    static func whole(_ port: Int, _ text: String) async throws -> String {
        try await connect(port) { reader, out in
            // The gateway may have closed already on a client that says nothing.
            if !text.isEmpty { try await out.write(ByteBuffer(string: text)) }
            return try await reader.rest()
        }
    }
}
