// The laws that hold after every step, whatever goes wrong.
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

    /// Traffic goes only to registered versions whose gates were judged and passed.
    private static func evidence(for target: RoutingTable.Target, _ recorded: RecordedState) -> [String] {
        guard let version = recorded.versions[target.version.model]?[target.version.number] else {
            return ["\(target.version) gets traffic and is not registered"]
        }
        let failed = version.gates.filter { !$0.passed }
        return failed.map { "\(target.version) gets traffic although \($0.sentence)" }
    }
}
