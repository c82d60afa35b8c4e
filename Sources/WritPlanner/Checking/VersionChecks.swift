// The laws of versions: numbers are fresh, and nothing counts without its evidence.
import WritVocabulary

struct VersionChecks {
    let desired: DesiredState
    let recorded: RecordedState

    func check(register version: VersionRecord) -> [String] {
        var broken: [String] = []
        let known = recorded.versions[version.id.model] ?? [:]
        if let highest = known.keys.max(), version.id.number <= highest {
            broken.append("version \(version.id) is not a new number")
        }
        if known.values.contains(where: { $0.artefacts == version.artefacts && $0.recipe == version.recipe }) {
            broken.append("version \(version.id) is registered already under another number")
        }
        if !isJudged(version) { broken.append("version \(version.id) has no recorded judgement it passed") }
        return broken
    }

    /// A version serves only with its evidence, and with the bytes it was registered with.
    func check(start order: ReplicaOrder) -> [String] {
        guard let version = recorded.versions[order.version.model]?[order.version.number] else {
            return ["\(order.id) starts \(order.version), which is not registered"]
        }
        var broken: [String] = []
        if version.artefacts != order.artefacts {
            broken.append("\(order.id) starts \(order.version) with other files than it has")
        }
        if let gate = version.gates.first(where: { !$0.passed }) {
            broken.append("\(order.id) starts \(order.version), which did not pass: \(gate.sentence)")
        }
        let waivers = desired.policies.flatMap(\.policy.waivers)
        if order.walled != true,
            let format = version.formats?.codeCarrying.first(where: { format in
                waivers.contains { $0.covers(format, of: order.version) }
            })
        {
            broken.append("\(order.id) starts \(format.rawValue) under a waiver and not behind walls")
        }
        if desired.endpoint(order.endpoint) == nil {
            broken.append("\(order.id) starts for an endpoint that is not declared")
        }
        return broken
    }

    func check(execute order: ExecutionOrder) -> [String] {
        if recorded.executions[order.id]?.outcome != nil { return ["\(order.id) is started and has ended before"] }
        let others = (recorded.executionsByRecipe[order.recipe] ?? []).compactMap { recorded.executions[$0] }
            .filter { $0.order.purpose == order.purpose }
        if let done = others.first(where: { $0.outcome?.succeeded == true }) {
            return ["\(order.id) does again what \(done.order.id) has done"]
        }
        return []
    }

    private func isJudged(_ version: VersionRecord) -> Bool {
        guard version.gates.allSatisfy(\.passed), let model = desired.model(version.id.model) else { return false }
        let identity = JudgementIdentity(
            model: version.id.model, artefacts: version.artefacts, evaluation: version.evaluation,
            gates: model.evaluation?.gates ?? [])
        guard let digest = try? identity.digest, let judgement = recorded.judgements[digest] else { return false }
        return judgement.passed && judgement.artefacts == version.artefacts && judgement.results == version.gates
    }
}
