// A newer version that passed its gates is offered to the endpoints that asked to be told.
import WritVocabulary

struct PromotionRules {
    let situation: Situation
    let endpoint: ResourceID

    /// Proposes the newest version that may follow the pinned one; at most one proposal of an endpoint is open.
    func promote(_ spec: Endpoint, into draft: inout Draft) {
        guard spec.promotion != .manual, let version = candidate(spec) else { return }
        let id = ProposalID(endpoint.name, .promotion, version.id.number)
        guard !isSettled(id, from: spec.pin), let location = situation.desired.resources[endpoint]?.location else {
            return
        }
        let message = ProposalWords(id: id, version: version, from: spec.pin).message
        offer(id, to: version, spec, at: location.path, message: message, Reason(.newerVersion, words(version)), &draft)
    }

    /// Asks for one commit on the pin. Shared with the way back.
    func offer(
        _ id: ProposalID, to version: VersionRecord, _ spec: Endpoint, at path: RepositoryPath, message: String,
        _ reason: Reason, _ draft: inout Draft
    ) {
        guard let base = situation.desired.revision else { return }
        let older = situation.recorded.proposals.filter {
            $0.key.endpoint == endpoint.name && $0.key != id && $0.value.ending == nil
        }
        let order = ProposalOrder(
            id: id, delivery: delivery(spec, version, path), path: path, from: spec.pin,
            to: Endpoint.Pin(version: version.id.number, digest: version.artefacts), base: base, message: message,
            supersedes: older.keys.sorted())
        draft.offer(.propose(order), for: endpoint, because: reason, in: situation)
    }

    /// The newest version after the pin that was not taken back here. Registered versions have passed their gates.
    private func candidate(_ spec: Endpoint) -> VersionRecord? {
        let rejected = Set(
            (situation.recorded.endpoints[endpoint.name]?.rejections ?? [:]).values.map(\.rejection.version))
        return (situation.recorded.versions[spec.model] ?? [:]).values
            .filter { $0.id.number > spec.pin?.version ?? 0 && !rejected.contains($0.id) }
            .max { $0.id < $1.id }
    }

    /// Whether it was proposed before: it is open, or somebody decided.
    private func isSettled(_ id: ProposalID, from pin: Endpoint.Pin?) -> Bool {
        guard let known = situation.recorded.proposals[id] else { return false }
        return known.ending != nil || known.order.from?.version == pin?.version
    }

    private func words(_ version: VersionRecord) -> String {
        let gates = version.gates.isEmpty ? "it has no gates" : version.gates.map(\.sentence).joined(separator: "; ")
        return "\(version.id) is newer than what is pinned: \(gates)"
    }

    /// Writ commits by itself only where the policies in force would let it.
    private func delivery(_ spec: Endpoint, _ version: VersionRecord, _ path: RepositoryPath) -> ProposalOrder.Delivery
    {
        guard spec.promotion == .auto, let automation = situation.automation, let base = situation.desired.revision,
            let tree = ContentID(base.text)
        else { return .branch }
        let own = CommitFacts(
            revision: base, author: automation.person.text, committedAt: situation.now, subject: "",
            changedPaths: [path], authenticity: .signed(by: automation.person, key: ""))
        let unit = ChangeUnit(
            target: automation.target, base: base, head: base, tree: tree, commits: [own],
            items: [ChangedItem(path: path, resources: [endpoint])],
            moves: [
                PinMove(
                    endpoint: endpoint.name, model: spec.model, from: spec.pin,
                    to: Endpoint.Pin(version: version.id.number, digest: version.artefacts))
            ])
        let decision = PolicyJudge(policies: situation.desired.policies).decide(
            unit, base: situation.desired, head: situation.desired, recorded: situation.recorded, now: situation.now
        )
        return decision.verdict == .allowed ? .commit : .branch
    }
}
