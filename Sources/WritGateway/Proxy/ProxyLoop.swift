// One event loop's share of the gateway: its table, its pools, its figures. Nothing in it is shared.
import NIOCore
import WritVocabulary

/// Confined to its event loop. Connections ask it who answers, and tell it what happened.
final class ProxyLoop {
    let loop: any EventLoop
    let limits: GatewayLimits
    let trustsForwarded: Bool
    let replay: GatewayConfiguration.Replay
    let connectionCount: ConnectionCount

    private(set) var table = LoopTable(number: 0, routes: [:])
    private(set) var isDraining = false
    /// The time of the last sweep; good enough for deadlines, and free.
    private(set) var coarseNow = NIODeadline.now()

    private let wallClock: @Sendable () -> Int64
    /// From this loop's clock to the wall's, in milliseconds; looked at anew with every sweep.
    private var wallOffset: Int64
    private var stamp: RequestStamp
    private var random: any RandomNumberGenerator
    private var replicas: [Replica.Key: Replica] = [:]
    private var series: [SeriesKey: VersionSeries] = [:]
    private var clients: [ObjectIdentifier: ClientConnection] = [:]
    private var refused: [Refusal: UInt64] = [:]
    private var connectsFailed: UInt64 = 0
    private var retries: UInt64 = 0

    init(
        loop: any EventLoop, index: Int, configuration: GatewayConfiguration, random: any RandomNumberGenerator,
        connectionCount: ConnectionCount
    ) {
        self.loop = loop
        wallClock = configuration.wallClock
        wallOffset = ProxyLoop.offset(configuration.wallClock)
        stamp = RequestStamp(loop: index, of: configuration.loops)
        limits = configuration.limits
        trustsForwarded = configuration.trustsForwarded
        replay = configuration.replay
        self.random = random
        self.connectionCount = connectionCount
    }

    // MARK: Tables

    /// Swaps to a checked table. Requests in flight stay where they are.
    func swap(to new: RoutingTable) throws {
        var routed: Set<Replica.Key> = []
        var routes: [String: LoopRoute] = [:]
        for route in new.routes {
            let targets = try route.targets.map { target in
                let replicas = try target.replicas.map { address in
                    routed.insert(Replica.Key(address))
                    return try replica(Replica.Key(address))
                }
                let key = SeriesKey(endpoint: route.endpoint, version: target.version)
                return LoopTarget(
                    version: target.version, weight: target.weight, replicas: replicas, series: series(key))
            }
            routes[route.endpoint.text] = LoopRoute(targets: targets)
        }
        table = LoopTable(number: new.number, routes: routes)
        for (key, replica) in replicas where !routed.contains(key) { replica.retire() }
        forgetEnded()
        forgetOldSeries(named: new)
    }

    private func replica(_ key: Replica.Key) throws -> Replica {
        let found = try replicas[key] ?? Replica(key, limits: limits)
        found.isRouted = true
        replicas[key] = found
        return found
    }

    private func series(_ key: SeriesKey) -> VersionSeries {
        let found = series[key] ?? VersionSeries(key)
        series[key] = found
        return found
    }

    private func forgetEnded() {
        replicas = replicas.filter { $0.value.isRouted || $0.value.inFlight > 0 || $0.value.connectionCount > 0 }
    }

    private func forgetOldSeries(named table: RoutingTable) {
        guard series.count > limits.seriesMax else { return }
        var kept: Set<SeriesKey> = []
        for route in table.routes {
            for target in route.targets { kept.insert(SeriesKey(endpoint: route.endpoint, version: target.version)) }
        }
        series = series.filter { kept.contains($0.key) }
    }

    // MARK: Choices

    /// Who answers for an endpoint now; again for every attempt, so that a retry follows the table in force.
    ///
    /// A retry stays with its version while that has another replica, and then goes where the weights say.
    func choose(_ endpoint: String, preferring version: VersionID?, tried: [Replica.Key]) throws(Refusal) -> Assignment
    {
        guard let route = table.routes[endpoint] else { throw .endpointUnknown }
        let turn = route.nextTurn()
        if let version, let target = route.targets.first(where: { $0.version == version && $0.weight > 0 }),
            let replica = pick(target, turn: turn, tried: tried)
        {
            return Assignment(target: target, replica: replica, tableNumber: table.number)
        }
        let weights = route.targets.map { target in
            target.replicas.contains { $0.hasRoom && !tried.contains($0.key) } ? target.weight : 0
        }
        guard let index = WeightedChoice.pick(weights, using: &random),
            let replica = pick(route.targets[index], turn: turn, tried: tried)
        else {
            guard tried.isEmpty else { throw .replicasUnreachable }
            throw route.targets.contains { $0.weight > 0 && !$0.replicas.isEmpty } ? .replicasBusy : .noReplica
        }
        return Assignment(target: route.targets[index], replica: replica, tableNumber: table.number)
    }

    private func pick(_ target: LoopTarget, turn: Int, tried: [Replica.Key]) -> Replica? {
        let now = coarseNow
        let index = ReplicaChoice.pick(count: target.replicas.count, turn: turn) { index in
            let replica = target.replicas[index]
            return ReplicaChoice.Candidate(
                inFlight: replica.inFlight, avoided: replica.avoidedUntil > now,
                excluded: !replica.hasRoom || tried.contains(replica.key))
        }
        return index.map { target.replicas[$0] }
    }

    /// The field with the id of a request that goes where `assignment` says.
    func requestLine(for assignment: Assignment, now: NIODeadline) -> [UInt8] {
        stamp.line(milliseconds: ProxyLoop.milliseconds(now) + wallOffset, assignment)
    }

    private static func milliseconds(_ time: NIODeadline) -> Int64 { Int64(time.uptimeNanoseconds / 1_000_000) }
    private static func offset(_ wall: () -> Int64) -> Int64 { wall() - milliseconds(.now()) }

    /// The replica refused a connection: others are asked first for a while.
    func noteConnectFailed(_ replica: Replica) {
        connectsFailed += 1
        replica.avoidedUntil = coarseNow + .milliseconds(limits.avoidMilliseconds + limits.sweepMilliseconds)
    }

    func noteRetry() { retries += 1 }
    func noteRefused(_ refusal: Refusal) { refused[refusal, default: 0] += 1 }

    // MARK: Connections

    func add(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = client }

    func remove(_ client: ClientConnection) {
        if clients.removeValue(forKey: ObjectIdentifier(client)) != nil { connectionCount.decrement() }
    }

    /// A deadline from now, late by at most one sweep and never early.
    func deadline(inMilliseconds milliseconds: Int64) -> NIODeadline {
        coarseNow + .milliseconds(milliseconds + limits.sweepMilliseconds)
    }

    /// Looks at all deadlines.
    func sweep(now: NIODeadline) {
        coarseNow = now
        wallOffset = ProxyLoop.offset(wallClock)
        for client in Array(clients.values) { client.checkDeadline(now) }
        let limit = now - .milliseconds(limits.replicaIdleMilliseconds)
        for replica in Array(replicas.values) {
            for connection in replica.idle.expire(before: limit) { connection.close() }
        }
        forgetEnded()
    }

    /// No request after the one in flight, on any connection.
    func drain() {
        isDraining = true
        for client in Array(clients.values) { client.drain() }
    }

    func closeAll() {
        for client in Array(clients.values) { client.abort() }
        for replica in replicas.values { replica.retire() }
    }

    // MARK: Figures

    func figures() -> GatewayFigures {
        var read = GatewayFigures()
        for (key, series) in series { read.series[key] = series.figures }
        for (refusal, count) in refused { read.refused[refusal.rawValue] = count }
        for (key, replica) in replicas {
            if replica.inFlight > 0 { read.active[key.replica, default: 0] += replica.inFlight }
            read.replicaConnections += replica.connectionCount
        }
        read.clientConnections = clients.count
        read.connectsFailed = connectsFailed
        read.retries = retries
        return read
    }
}

/// Where one attempt of a request goes.
struct Assignment {
    let target: LoopTarget
    let replica: Replica
    /// The table that said so.
    let tableNumber: Int64
}
