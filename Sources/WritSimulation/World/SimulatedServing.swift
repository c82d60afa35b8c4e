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
            // A server that only ever answers for the first version.
            if case .command(let argv, _) = order.server, argv.last == "first-only", order.version.number > 1 {
                state.replicas[order.id]?.exitedAt = state.now
            }
        }
    }

    func stop(_ order: ReplicaStopOrder) async throws {
        try world.perform("stopping \(order.id)") { state in
            let before = state.answered
            guard state.replicas.removeValue(forKey: order.id) != nil else { return }
            state.checkAnswers("stopping \(order.id)", answeredBefore: before, stops: true)
        }
    }

    func observe() async throws -> [ReplicaID: ReplicaObservation] {
        try world.perform("observing replicas") { state in
            state.harmSomeReplica()
            if state.strikes(\.staleRead) {
                state.sight = state.lastSight
                return state.lastReplicas
            }
            let partial = state.strikes(\.partialRead)
            state.sight = partial ? nil : state.now
            var seen: [ReplicaID: ReplicaObservation] = [:]
            for (id, replica) in state.replicas.sorted(by: { $0.key < $1.key }) {
                if partial, state.random.chance(50) { continue }
                seen[id] = replica.observed(at: state.now)
            }
            if !partial { (state.lastReplicas, state.lastSight) = (seen, state.now) }
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
                isSilent ? .unready : .ready
            } else {
                .starting
            }
        return ReplicaObservation(phase: phase, startedAt: startedAt, address: address, integrity: integrity(at: now))
    }

    /// Looked at every minute, and once more whenever it is asked for after a change.
    private func integrity(at now: Timestamp) -> IntegrityObservation {
        let last = min(now, corruptSince ?? now)
        let minutes = max(0, (last - startedAt).milliseconds / 60_000)
        let intactAt = startedAt + TimeSpan(milliseconds: minutes * 60_000)
        return IntegrityObservation(
            intactAt: intactAt,
            fault: corruptSince.map {
                IntegrityObservation.Fault(detectedAt: $0, path: "model", found: "its bytes were changed")
            })
    }
}

extension SimulatedWorld.State {
    mutating func harmSomeReplica() {
        let dies = strikes(\.replicaDeath)
        let falls = strikes(\.silence)
        let changes = strikes(\.bytesChange)
        guard dies || falls || changes else { return }
        let alive = replicas.filter { $0.value.answers(at: now) }.keys.sorted()
        guard let victim = alive.randomElement(using: &random) else { return }
        if dies { replicas[victim]?.exitedAt = now }
        if falls { replicas[victim]?.isSilent = true }
        if changes { replicas[victim]?.corruptSince = now }
        guard let endpoint = replicas[victim]?.order.endpoint else { return }
        harmedAt[endpoint] = now
        if changes { corrupted.insert(endpoint) }
    }

    /// Endpoints with a routed replica that answers.
    var answered: Set<ResourceName> {
        Set(
            table.routes.filter { route in
                route.targets.flatMap(\.replicas).contains { replicas[$0.replica]?.answers(at: now) ?? false }
            }.map(\.endpoint))
    }

    /// Routed endpoints none of whose replicas answers.
    var unanswered: Set<ResourceName> { Set(table.routes.map(\.endpoint)).subtracting(answered) }

    /// An act of the controller leaves no endpoint without an answer that had one, unless a fault struck one of its
    /// replicas that whoever decided the act had not been shown. There is no time of grace: what was shown counts.
    mutating func checkAnswers(_ act: String, answeredBefore: Set<ResourceName>, stops: Bool) {
        for endpoint in unanswered.intersection(answeredBefore).sorted() {
            if let harmed = harmedAt[endpoint] {
                guard let decidedKnowing, harmed <= decidedKnowing else { continue }
            }
            // Where none can answer, the route stays as it is.
            let others = replicas.values.filter { $0.order.endpoint == endpoint && $0.answers(at: now) }
            guard stops || !others.isEmpty else { continue }
            violations.append("\(act) left \(endpoint) without an answer")
        }
    }
}

struct SimulatedRouter: TrafficRouter {
    let world: SimulatedWorld

    func publish(_ change: RoutingChange) async throws {
        try world.perform("publishing table \(change.number)") { state in
            guard change.number > state.table.number else { return }
            let before = state.answered
            // As the real router does: a change holds some routes only.
            let base = state.table.number == 0 ? state.recordedTable : state.table
            state.table = base.number < change.number ? base.applying(change) : base
            state.checkAnswers("publishing table \(change.number)", answeredBefore: before, stops: false)
            for route in change.routes where route.targets.reduce(0, { $0 + $1.weight }) != 100 {
                state.violations.append("the weights of \(route.endpoint) do not sum to 100")
            }
            for route in change.routes {
                for target in route.targets where target.weight > 0 {
                    if !target.replicas.isEmpty { state.served.insert(target.deployment) }
                    guard target.replicas.isEmpty, !state.corrupted.contains(route.endpoint) else { continue }
                    state.violations.append("\(target.version) gets traffic and has no replica")
                }
            }
        }
    }

    func observe() async throws -> GatewayObservation? {
        try world.perform("observing the gateway") { state in
            if state.strikes(\.lostTable) { state.table = RoutingTable() }
            return GatewayObservation(number: state.table.number)
        }
    }
}
