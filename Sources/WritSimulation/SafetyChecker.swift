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
        return found
    }

    /// What holds once everything is at rest.
    static func violations(atRest machine: ControllerMachine, log: MemoryEntryLog, world: SimulatedWorld) -> [String] {
        var found: [String] = []
        var folded = RecordedState()
        for entry in log.allEntries { folded.apply(entry) }
        if folded != log.state { found.append("the recorded state is not what its entries add up to") }
        if !log.state.openIntents.isEmpty { found.append("\(log.state.openIntents.count) intents are open at rest") }
        found += twice(log.allEntries)
        guard let live = machine.live else { return found + ["nothing was observed"] }
        let observed = ObservedState(recorded: log.state, live: live)
        let scope = Set(machine.desired.resources.keys).union(log.state.conditions.keys)
        let again = try? Planner().plan(
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

    /// Each key takes effect once: a start, a registration or an import that was completed is not intended again,
    /// unless
    /// the world has forgotten it.
    private static func twice(_ entries: [LedgerEntry]) -> [String] {
        var registered: Set<ActionKey> = []
        return entries.compactMap { entry in
            guard case .completed(let key, .registered) = entry.event, !registered.insert(key).inserted else {
                return nil
            }
            return "\(key) took effect twice"
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
