// Signed statements in a simulated world: no keys, but the facts are compared with what is there.
import WritBackends
import WritVocabulary

struct SimulatedAttestor: Attestor {
    let world: SimulatedWorld

    func attest(_ order: AttestationOrder) async throws -> [Attestation] {
        try world.perform("attesting \(order.key)") { state in
            switch order {
            case .version(let facts):
                if state.registry[facts.version.id]?.artefacts != facts.version.artefacts {
                    state.violations.append("\(facts.version.id) is attested with bytes it was not registered with")
                }
                if let run = facts.version.run, facts.training?.order.id != run {
                    state.violations.append("\(facts.version.id) is attested without the run that made it")
                }
                return kinds(
                    facts.evaluation == nil ? [.provenance, .signature] : [.provenance, .tests, .signature], order)
            case .deployment(let facts):
                if !state.served.contains(facts.deployment) {
                    state.violations.append("\(facts.deployment) is attested and never got traffic")
                }
                if facts.attestations.isEmpty {
                    state.violations.append("\(facts.deployment) is attested before its version")
                }
                return kinds([.approval, .summary], order)
            }
        }
    }

    private func kinds(_ kinds: [AttestationKind], _ order: AttestationOrder) -> [Attestation] {
        kinds.map { kind in
            Attestation(
                kind: kind, blob: Digest(of: Array("\(kind.rawValue) of \(order.key)".utf8)),
                key: Digest(of: Array("simulated".utf8)))
        }
    }
}
