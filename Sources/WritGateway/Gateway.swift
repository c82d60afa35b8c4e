// The gateway process: listens, keeps the loops in step, and stops without losing a request.
import NIOCore
import NIOPosix
import WritVocabulary

/// A reverse proxy that obeys numbered routing tables. It needs nobody: without a controller it goes on as it is.
public final class Gateway: Sendable {
    /// The port it listens on.
    public let port: Int
    let keeper: TableKeeper
    let configuration: GatewayConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let workers: [NIOLoopBound<ProxyLoop>]
    private let eventLoops: [any EventLoop]
    private let stops: AsyncStream<Void>
    private let stop: AsyncStream<Void>.Continuation

    /// Loads the table, then listens.
    public static func start(_ configuration: GatewayConfiguration) async throws -> Gateway {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.loops)
        do {
            return try await Gateway(configuration, group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private init(_ configuration: GatewayConfiguration, _ group: MultiThreadedEventLoopGroup) async throws {
        self.configuration = configuration
        self.group = group
        let count = ConnectionCount(limit: configuration.limits.connectionsMax)
        let eventLoops = Array(group.makeIterator())
        let workers = try await Gateway.makeWorkers(configuration, eventLoops, count)
        self.eventLoops = eventLoops
        self.workers = workers
        let file = TableFile(path: "\(configuration.folder)/table.json", bytesMax: configuration.limits.tableBytesMax)
        keeper = TableKeeper(file: file, loops: workers, eventLoops: eventLoops)
        do {
            try await keeper.reload()
        } catch let failure as GatewayFailure {
            configuration.report(failure.message)
        }
        listener = try await Gateway.listen(configuration, group, workers, eventLoops, count)
        port = listener.localAddress?.port ?? configuration.port
        (stops, stop) = AsyncStream.makeStream()
    }

    /// Serves until asked to stop, then drains.
    public func run() async throws {
        let number = await keeper.table.number
        configuration.report("The gateway listens on \(configuration.host):\(port) with table \(number).")
        do {
            try await ControlServer(gateway: self).serve(on: group, until: stops)
        } catch {
            configuration.report("The gateway's control socket failed: \(error)")
            try await shutDown()
            throw error
        }
        configuration.report("The gateway takes no new connections and finishes its requests.")
        try await shutDown()
        configuration.report("The gateway has stopped.")
    }

    /// Makes `run` drain and return. May be called from anywhere, and again.
    public func requestStop() { stop.finish() }

    /// Everything counted, added up over the loops.
    func figures() async throws -> GatewayFigures {
        var sum = GatewayFigures()
        for (worker, loop) in zip(workers, eventLoops) {
            sum.merge(try await loop.submit { worker.value.figures() }.get())
        }
        return sum
    }

    private func shutDown() async throws {
        try await listener.close()
        for (worker, loop) in zip(workers, eventLoops) { loop.execute { worker.value.drain() } }
        try await waitUntilIdle()
        for (worker, loop) in zip(workers, eventLoops) { try await loop.submit { worker.value.closeAll() }.get() }
        try await group.shutdownGracefully()
    }

    private func waitUntilIdle() async throws {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(configuration.limits.drainMilliseconds)
        while try await figures().clientConnections > 0 {
            guard clock.now < end else {
                return configuration.report("Some requests were not finished in time and are cut off.")
            }
            try await clock.sleep(for: .milliseconds(20))
        }
    }
}

extension Gateway {
    private static func makeWorkers(
        _ configuration: GatewayConfiguration, _ eventLoops: [any EventLoop], _ count: ConnectionCount
    ) async throws -> [NIOLoopBound<ProxyLoop>] {
        var workers: [NIOLoopBound<ProxyLoop>] = []
        for (index, loop) in eventLoops.enumerated() {
            let worker = loop.submit {
                let worker = ProxyLoop(
                    loop: loop, index: index, configuration: configuration, random: configuration.makeRandom(index),
                    connectionCount: count)
                let pause = TimeAmount.milliseconds(configuration.limits.sweepMilliseconds)
                let bound = NIOLoopBound(worker, eventLoop: loop)
                loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in bound.value.sweep(now: .now()) }
                return bound
            }
            workers.append(try await worker.get())
        }
        return workers
    }

    private static func listen(
        _ configuration: GatewayConfiguration, _ group: MultiThreadedEventLoopGroup,
        _ workers: [NIOLoopBound<ProxyLoop>], _ eventLoops: [any EventLoop], _ count: ConnectionCount
    ) async throws -> any Channel {
        let limits = configuration.limits
        let byLoop = Dictionary(uniqueKeysWithValues: zip(eventLoops.map { ObjectIdentifier($0) }, workers))
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: limits.acceptBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.writeBufferLowBytes, high: limits.writeBufferHighBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = byLoop[ObjectIdentifier(channel.eventLoop)]?.value, count.admit() else {
                        return try channel.pipeline.syncOperations.addHandler(BusyConnection())
                    }
                    let address = Array((channel.remoteAddress?.ipAddress ?? "unknown").utf8)
                    try channel.pipeline.syncOperations.addHandler(
                        ClientConnection(worker: worker, clientAddress: address))
                }
            }
            .bind(host: configuration.host, port: configuration.port).get()
    }
}
