// The promises of `Serving` and of a `TrafficRouter`.
import WritBackends
import WritVocabulary

public struct ServingConformance: Sendable {
    let serving: any Serving
    let clock: ConformanceClock
    let order: ReplicaOrder

    public init(serving: any Serving, clock: ConformanceClock, order: ReplicaOrder) {
        self.serving = serving
        self.clock = clock
        self.order = order
    }

    public func run() async throws {
        try await serving.start(order)
        try await serving.start(order)
        let address = try await clock.wait(for: "\(order.id) to be ready") {
            let seen = try await serving.observe()
            try demand(seen.keys.filter { $0 == order.id }.count <= 1, "one replica an id")
            guard let replica = seen[order.id], replica.phase == .ready else { return nil as RoutingTable.Address? }
            return replica.address
        }
        try demand(address.replica == order.id, "an address names its replica")
        try await serving.start(order)
        let again = try await serving.observe()[order.id]?.address
        try demand(again == address, "starting a running replica again changes nothing")

        try await serving.stop(ReplicaStopOrder(id: order.id, drain: TimeSpan(milliseconds: 200)))
        try await clock.wait(for: "\(order.id) to be gone") {
            try await serving.observe()[order.id] == nil ? true : nil
        }
        try await serving.stop(ReplicaStopOrder(id: order.id, drain: TimeSpan(milliseconds: 200)))
    }
}

public struct RouterConformance: Sendable {
    let router: any TrafficRouter
    let clock: ConformanceClock
    let route: RoutingTable.Route

    public init(router: any TrafficRouter, clock: ConformanceClock, route: RoutingTable.Route) {
        self.router = router
        self.clock = clock
        self.route = route
    }

    public func run() async throws {
        try await router.publish(RoutingChange(number: 1, routes: [route]))
        try await clock.wait(for: "table 1") { try await router.observe()?.number == 1 ? true : nil }
        try await router.publish(RoutingChange(number: 2, routes: [], removed: [route.endpoint]))
        try await clock.wait(for: "table 2") { try await router.observe()?.number == 2 ? true : nil }
        try await router.publish(RoutingChange(number: 1, routes: [route]))
        let number = try await router.observe()?.number
        try demand(number == 2, "a number that was passed changes nothing, but table \(number ?? -1) runs")
    }
}

public struct RegistryConformance: Sendable {
    let registry: any ModelRegistry
    let version: VersionRecord
    /// The same number with other artefacts, which exist.
    let impostor: VersionRecord

    public init(registry: any ModelRegistry, version: VersionRecord, impostor: VersionRecord) {
        self.registry = registry
        self.version = version
        self.impostor = impostor
    }

    public func run() async throws {
        try await registry.register(version)
        try await registry.register(version)
        do {
            try await registry.register(impostor)
        } catch {
            return try demand(
                FailureRecord(error).retry == .terminal, "another version under a taken number is never retried")
        }
        throw ConformanceFailure(description: "a number was given to two versions")
    }
}
