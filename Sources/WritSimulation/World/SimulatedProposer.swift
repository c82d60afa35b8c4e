// Writ's own commits in a simulated world.
import WritBackends
import WritVocabulary

/// Moves pins by commits on the branch; proposals of their own branch are merged by nobody.
struct SimulatedProposer: Proposer {
    let world: SimulatedWorld

    func propose(_ order: ProposalOrder) async throws -> ProposalOutcome {
        try world.perform("proposing \(order.id)") { state in
            let key = "\(order.id) from \(order.from?.version ?? 0)"
            if let made = state.proposals[key] { return ProposalOutcome(commit: made) }
            guard let tip = state.repository.tip, let bytes = state.repository.commits[tip]?.files[order.path],
                SimulatedRepository.id(of: bytes) == order.manifest
            else {
                throw BackendFailure(
                    code: "manifest-changed", message: "\(order.path) is not what was planned from", retry: .transient)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let edited = text.replacing(
                "version: \(order.from?.version ?? 0)\n", with: "version: \(order.to.version)\n")
            var made: RevisionID? = tip
            if order.delivery == .commit {
                let draft = SimulatedRepository.Commit(
                    parent: tip, files: [:], signer: Person("writ@example.com"), subject: order.title, at: state.now)
                made = state.repository.add([order.path: Array(edited.utf8)], to: draft)
                state.repository.move(to: made)
            }
            state.proposals[key] = made
            return ProposalOutcome(commit: made ?? tip)
        }
    }
}
