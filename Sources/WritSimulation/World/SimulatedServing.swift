// Simulated replicas and gateway: ready after a while, routed at once.
import WritBackends
import WritVocabulary

struct SimulatedServing: Serving {
    let world: SimulatedWorld

    func start(_ order: ReplicaOrder) async throws {
        try world.perform("starting \(order.id)") { state in
            guard state.replicas[order.id] == nil else { return }
            if state.registry[order.version]?.artefacts != order.artefacts {
                state.violations.append("\(order.id) serves bytes that are not registered as \(order.version)")
            }
            state.nextPort += 1
            state.replicas[order.id] = SimulatedReplica(
                order: order, startedAt: state.now, readyAt: state.now + state.random.milliseconds(500...8_000),
                address: RoutingTable.Address(replica: order.id, host: "127.0.0.1", port: state.nextPort))
        }
    }

    func stop(_ order: ReplicaStopOrder) async throws {
        try world.perform("stopping \(order.id)") { state in
            guard let replica = state.replicas.removeValue(forKey: order.id) else { return }
            let targets = state.table.routes.flatMap(\.targets)
            let others = targets.first { $0.replicas.contains { $0.replica == order.id } }?.replicas.count ?? 0
            if others == 1, replica.exitedAt == nil, replica.readyAt <= state.now {
                state.violations.append("\(order.id) was stopped while all traffic of its endpoint went to it")
            }
        }
    }

    func observe() async throws -> [ReplicaID: ReplicaObservation] {
        try world.perform("observing replicas") { state in
            state.killSomeReplica()
            if state.strikes(\.staleRead) { return state.lastReplicas }
            let partial = state.strikes(\.partialRead)
            var seen: [ReplicaID: ReplicaObservation] = [:]
            for (id, replica) in state.replicas.sorted(by: { $0.key < $1.key }) {
                if partial, state.random.chance(50) { continue }
                seen[id] = replica.observed(at: state.now)
            }
            if !partial { state.lastReplicas = seen }
            return seen
        }
    }
}

extension SimulatedReplica {
    func observed(at now: Timestamp) -> ReplicaObservation {
        let phase: ReplicaObservation.Phase =
            if let exitedAt {
                .exited(.signalled(signal: 9), at: exitedAt)
            } else if readyAt <= now {
                .ready
            } else {
                .starting
            }
        return ReplicaObservation(phase: phase, startedAt: startedAt, address: address)
    }
}

extension SimulatedWorld.State {
    mutating func killSomeReplica() {
        guard strikes(\.replicaDeath) else { return }
        let alive = replicas.filter { $0.value.exitedAt == nil }.keys.sorted()
        guard let victim = alive.randomElement(using: &random) else { return }
        replicas[victim]?.exitedAt = now
    }
}

struct SimulatedRouter: TrafficRouter {
    let world: SimulatedWorld

    func publish(_ change: RoutingChange) async throws {
        try world.perform("publishing table \(change.number)") { state in
            guard change.number > state.table.number else { return }
            state.table = state.table.applying(change)
            for route in change.routes where route.targets.reduce(0, { $0 + $1.weight }) != 100 {
                state.violations.append("the weights of \(route.endpoint) do not sum to 100")
            }
            for target in change.routes.flatMap(\.targets) where target.weight > 0 && target.replicas.isEmpty {
                state.violations.append("\(target.version) gets traffic and has no replica")
            }
        }
    }

    func observe() async throws -> GatewayObservation? {
        try world.perform("observing the gateway") { GatewayObservation(number: $0.table.number) }
    }
}
