// Writ's own commits in a simulated world, and the requests people merge.
import Synchronization
import WritBackends
import WritVocabulary

/// A pull request of Writ's.
struct SimulatedRequest {
    enum Phase { case open, merged, closed }

    var number: Int
    var order: ProposalOrder
    var phase = Phase.open
    var openedAt: Timestamp
    /// How often it was told that a newer one takes its place.
    var farewells = 0
}

/// Moves pins by commits on the branch, or by requests. A call can fail between any two of its effects; done again, it
/// finds what it did before, as the real one does.
struct SimulatedProposer: Proposer {
    let world: SimulatedWorld

    func propose(_ order: ProposalOrder) async throws -> ProposalOutcome {
        try world.perform("proposing \(order.id)") { state in
            let key = "\(order.id) from \(order.from?.version ?? 0)"
            switch order.delivery {
            case .commit:
                if let made = state.proposals[key] { return ProposalOutcome(commit: made) }
                let made = try state.move(order, by: Person("writ@example.com"))
                state.proposals[key] = made
                return ProposalOutcome(commit: made)
            case .branch:
                return try state.offer(order, key)
            }
        }
    }
}

extension SimulatedWorld.State {
    private func half(_ what: String) -> BackendFailure { SimulatedWorld.timeout(what, "half of it was done") }

    /// The branch, the request, and the end of those it replaces.
    fileprivate mutating func offer(_ order: ProposalOrder, _ key: String) throws -> ProposalOutcome {
        guard let tip = repository.tip else {
            throw BackendFailure(code: "empty", message: "the repository has no commit yet", retry: .stalled)
        }
        let commit = proposals[key] ?? tip
        proposals[key] = commit
        if strikes(\.timeoutAfter) { throw half("proposing \(order.id)") }
        let isMerged = requests.contains {
            $0.order.id == order.id && $0.order.from == order.from && $0.phase == .merged
        }
        var outcome = ProposalOutcome(commit: commit)
        if let open = requests.firstIndex(where: { $0.order.id == order.id && $0.phase == .open }) {
            requests[open].order = order
            outcome.request = requests[open].number
        } else if !isMerged {
            requests.append(SimulatedRequest(number: requests.count + 1, order: order, openedAt: now))
            outcome.request = requests.count
        }
        for index in requests.indices
        where requests[index].phase == .open && order.supersedes.contains(requests[index].order.id) {
            if strikes(\.timeoutAfter) { throw half("superseding \(requests[index].order.id)") }
            requests[index].farewells += 1
            requests[index].phase = .closed
        }
        let open = requests.filter { $0.phase == .open && $0.order.id.endpoint == order.id.endpoint }
        if open.count > 1 { violations.append("\(order.id.endpoint) has \(open.count) open requests") }
        return outcome
    }

    /// Commits the pin to the branch.
    fileprivate mutating func move(_ order: ProposalOrder, by person: Person?) throws -> RevisionID {
        guard let tip = repository.tip, let bytes = repository.commits[tip]?.files[order.path],
            person == nil || SimulatedRepository.id(of: bytes) == order.manifest
        else {
            throw BackendFailure(
                code: "manifest-changed", message: "\(order.path) is not what was planned from", retry: .transient)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let edited = text.replacing(
            "version: \(order.from?.version ?? 0)\n", with: "version: \(order.to.version)\n")
        guard edited != text else {
            violations.append("\(order.id) moves a pin that is not there any more")
            return tip
        }
        let draft = SimulatedRepository.Commit(
            parent: tip, files: [:], signer: person, subject: order.title, at: now)
        guard let made = repository.add([order.path: Array(edited.utf8)], to: draft) else { return tip }
        repository.move(to: made)
        return made
    }

    /// Somebody merges what has been open for long enough; whether there was any.
    mutating func mergeRequests(openFor span: TimeSpan) throws -> Bool {
        let due = requests.indices.filter { requests[$0].phase == .open && requests[$0].openedAt + span <= now }
        for index in due {
            requests[index].phase = .merged
            _ = try move(requests[index].order, by: nil)
        }
        return !due.isEmpty
    }
}

extension SimulatedWorld {
    var openRequests: Int { state.withLock { $0.requests.count { $0.phase == .open } } }
    /// Requests that gave way to a newer one, and were told so in vain or more than once.
    var ill: [String] {
        state.withLock { state in
            state.requests.filter { $0.farewells != ($0.phase == .closed ? 1 : 0) }.map {
                "request \($0.number) was told \($0.farewells) times that a newer one takes its place"
            }
        }
    }

    func mergeRequests(openFor span: TimeSpan) throws -> Bool {
        try state.withLock { try $0.mergeRequests(openFor: span) }
    }
}
