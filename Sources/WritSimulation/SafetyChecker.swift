// The laws that hold after every step, whatever goes wrong.
import WritController
import WritLedger
import WritPlanner
import WritVocabulary

/// Checks what the controller recorded against what the world shows.
enum SafetyChecker {
    static func violations(recorded: RecordedState, world: SimulatedWorld) -> [String] {
        var found: [String] = []
        for route in world.table.routes {
            let champions = route.targets.filter { $0.weight > 0 }
            if champions.count != 1 { found.append("\(route.endpoint) has \(champions.count) champions") }
            for target in champions { found += evidence(for: target, recorded) }
        }
        for (model, versions) in recorded.versions {
            let artefacts = versions.values.map { "\($0.artefacts) \($0.recipe?.text ?? "import")" }
            if Set(artefacts).count != artefacts.count { found.append("\(model) has one candidate under two numbers") }
        }
        return found + wrongBytes(world)
    }

    /// How long traffic may stay on a replica with wrong bytes while calls fail and looks are stale. Where nothing
    /// fails it is one look and one pass.
    private static let wrongBytesAtMost = TimeSpan.minutes(3)

    private static func wrongBytes(_ world: SimulatedWorld) -> [String] {
        // A suspension is no excuse.
        world.corruptTraffic(longerThan: wrongBytesAtMost).map { endpoint, replica in
            "\(endpoint) has had traffic on \(replica) for \(wrongBytesAtMost) although its bytes are wrong"
        }
    }

    /// Every version, and every move of traffic to what serves, is attested in the end.
    private static func unattested(_ recorded: RecordedState) -> [String] {
        let versions = recorded.versions.values.flatMap(\.values).map(\.id).filter {
            recorded.attestations[.attestation(of: $0)] == nil
        }
        let deployments = recorded.endpoints.values.compactMap { record -> DeploymentID? in
            guard let moved = record.moved, record.route?.targets.first?.deployment == moved.deployment,
                moved.isAttested != true
            else { return nil }
            return moved.deployment
        }
        return versions.sorted().map { "\($0) is registered and not attested" }
            + deployments.sorted().map { "\($0) serves and is not attested" }
    }

    /// What holds once everything is at rest.
    static func violations(atRest machine: ControllerMachine, log: MemoryEntryLog, world: SimulatedWorld) -> [String] {
        var found: [String] = []
        var folded = RecordedState()
        for entry in log.allEntries { folded.apply(entry) }
        if folded != log.state { found.append("the recorded state is not what its entries add up to") }
        if !log.state.openIntents.isEmpty { found.append("\(log.state.openIntents.count) intents are open at rest") }
        for (id, proposal) in log.state.proposals.sorted(by: { $0.key < $1.key }) where proposal.ending == nil {
            guard machine.desired.endpoint(id.endpoint)?.pin?.version == proposal.order.to.version else { continue }
            found.append("\(id) is open although Git has what it asks for")
        }
        found += twice(log.allEntries) + unattested(log.state)
        guard let live = machine.live else { return found + ["nothing was observed"] }
        let observed = ObservedState(recorded: log.state, live: live)
        let scope = Set(machine.desired.resources.keys).union(log.state.conditions.keys)
        let again = try? Planner(attests: true).plan(
            scope: scope, desired: machine.desired, observed: observed, inFlight: [], now: world.now)
        for planned in again?.actions ?? [] where !isRetry(planned, log.state) {
            found.append("at rest, \(planned.key) is planned")
        }
        for route in world.table.routes where world.isUnanswered(route.endpoint) {
            if log.state.conditions[ResourceID(.endpoint, route.endpoint)]?.ready == true {
                found.append("\(route.endpoint) is called ready and none of its replicas answers")
            }
        }
        return found
    }

    /// An act that waits for its next try may be due at the very moment of the question.
    private static func isRetry(_ planned: PlannedAction, _ recorded: RecordedState) -> Bool {
        recorded.failures[planned.key] != nil
    }

    /// Each registration and each attestation takes effect once.
    private static func twice(_ entries: [LedgerEntry]) -> [String] {
        var done: Set<ActionKey> = []
        return entries.compactMap { entry in
            switch entry.event {
            case .completed(let key, .registered), .completed(let key, .attested):
                done.insert(key).inserted ? nil : "\(key) took effect twice"
            default: nil
            }
        }
    }

    /// Traffic goes only to registered versions whose gates were judged and passed.
    private static func evidence(for target: RoutingTable.Target, _ recorded: RecordedState) -> [String] {
        guard let version = recorded.versions[target.version.model]?[target.version.number] else {
            return ["\(target.version) gets traffic and is not registered"]
        }
        let failed = version.gates.filter { !$0.passed }
        return failed.map { "\(target.version) gets traffic although \($0.sentence)" }
    }
}
