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
                    code: "manifest-changed", message: "\(order.path) is not what was planned from", retry: .terminal)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let edited = text.replacing(
                "version: \(order.from?.version ?? 0)\n", with: "version: \(order.to.version)\n")
            let made = order.delivery == .commit ? state.repository.commit([order.path: Array(edited.utf8)]) : tip
            state.proposals[key] = made
            return ProposalOutcome(commit: made ?? tip)
        }
    }
}

/// Histories of the simulated repository, in which nobody signs.
struct SimulatedHistory: HistorySource {
    let world: SimulatedWorld

    func faults(of roots: TrustRoots) async throws -> [String] { [] }

    func history(
        from base: RevisionID, to head: RevisionID, trusting roots: TrustRoots, now: Timestamp
    ) async throws -> RevisionHistory {
        try world.perform("reading history") { state in
            var steps: [RevisionHistory.Step] = []
            var next: RevisionID? = head
            while let revision = next, revision != base, let commit = state.repository.commits[revision] {
                let before = commit.parent.flatMap { state.repository.commits[$0]?.files } ?? [:]
                let changed = Set(before.keys).union(commit.files.keys).filter { before[$0] != commit.files[$0] }
                let facts = CommitFacts(
                    revision: revision, parents: [commit.parent].compactMap(\.self), author: "simulated",
                    committedAt: state.now, subject: "a commit", changedPaths: Array(changed), authenticity: .unsigned)
                guard let tree = ContentID(revision.text) else { break }
                steps.insert(RevisionHistory.Step(head: revision, tree: tree, commits: [facts]), at: 0)
                next = commit.parent
            }
            return RevisionHistory(steps: steps, approvals: [])
        }
    }
}
