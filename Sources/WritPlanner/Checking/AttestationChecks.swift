// The laws of statements: once, about what is on record, and nothing but that.
import WritVocabulary

struct AttestationChecks {
    let recorded: RecordedState
    let live: LiveState

    func check(_ order: AttestationOrder) -> [String] {
        let broken = recorded.attestations[order.key] == nil ? [] : ["\(order.key) is stated a second time"]
        switch order {
        case .version(let facts): return broken + check(facts)
        case .deployment(let facts): return broken + check(facts)
        }
    }

    private func check(_ facts: AttestationOrder.VersionFacts) -> [String] {
        let words = "version \(facts.version.id) is attested"
        guard let version = recorded.versions[facts.version.id.model]?[facts.version.id.number] else {
            return ["\(words) and is not registered"]
        }
        var broken: [String] = []
        if facts.version.artefacts != version.artefacts { broken.append("\(words) with another digest than it has") }
        if facts.version != version { broken.append("\(words) with other facts than are on record") }
        if facts.training?.order.id != version.run || facts.training.map(isOnRecord) == false {
            broken.append("\(words) with another run than made it")
        }
        if facts.evaluation?.order.recipe != version.evaluation || facts.evaluation.map(isOnRecord) == false {
            broken.append("\(words) with another evaluation than judged it")
        }
        if let order = facts.imported,
            version.run != nil || recorded.imports[order.key]?.artefacts != version.artefacts
        {
            broken.append("\(words) with another import than brought it")
        }
        if facts.evaluation?.outcome.succeeded == false { broken.append("\(words) with an evaluation that failed") }
        return broken
    }

    private func isOnRecord(_ facts: AttestationOrder.ExecutionFacts) -> Bool {
        let record = recorded.executions[facts.order.id]
        return record?.order == facts.order && record?.outcome == facts.outcome
    }

    private func check(_ facts: AttestationOrder.DeploymentFacts) -> [String] {
        let words = "\(facts.deployment) is attested"
        guard let record = recorded.endpoints[facts.endpoint], let current = record.current, let moved = record.moved
        else { return ["\(words) and does not serve"] }
        var broken: [String] = []
        if moved.isAttested == true { broken.append("\(words) and this move of traffic was attested before") }
        if current.id.deployment != facts.deployment || moved.deployment != facts.deployment || moved.at != facts.at
            || moved.table != facts.table || record.uncertain
            || record.route?.targets.map(\.deployment) != [facts.deployment]
        {
            broken.append("\(words) and traffic did not move to it")
        }
        if let gateway = live.gateway, gateway.number < record.routeNumber {
            broken.append("\(words) and the gateway does not run its table")
        }
        let version = recorded.versions[facts.version.model]?[facts.version.number]
        if current.version != facts.version || version?.artefacts != facts.artefacts {
            broken.append("\(words) with another version or digest than it has")
        }
        if facts.revision != moved.revision || facts.change != moved.change
            || facts.change.map({ $0.head != facts.revision }) == true
        {
            broken.append("\(words) with another revision or judgement than traffic moved under")
        }
        if recorded.attestations[.attestation(of: facts.version)] != facts.attestations {
            broken.append("\(words) and its version is not, or otherwise")
        }
        return broken
    }
}
