// One commit on the pin of an endpoint, asked for in the way the endpoint and the policies in force allow.
import WritVocabulary

struct ProposalRules {
    let situation: Situation
    let endpoint: ResourceID
    let spec: Endpoint

    /// Asks for the pin to move to the version. Whatever else is open for the endpoint gives way to it.
    func offer(
        _ purpose: ProposalID.Purpose, _ version: VersionRecord, saying because: String? = nil, _ reason: Reason,
        into draft: inout Draft
    ) {
        guard let base = situation.desired.revision,
            let path = situation.desired.resources[endpoint]?.location.path
        else { return }
        let id = ProposalID(endpoint.name, purpose, version.id.number)
        let older = situation.recorded.proposals.filter {
            $0.key.endpoint == endpoint.name && $0.key != id && $0.value.ending == nil
        }
        let order = ProposalOrder(
            id: id, delivery: delivery(version, path, base), path: path, from: spec.pin, to: pin(version), base: base,
            message: ProposalWords(id: id, version: version, from: spec.pin, because: because).message,
            supersedes: older.keys.sorted())
        draft.offer(.propose(order), for: endpoint, because: reason, in: situation)
    }

    /// Whether the record is of a proposal that Git, as it is now, still has to answer: the same pin to the same files.
    func isOpen(_ known: RecordedState.ProposalRecord, to version: VersionRecord) -> Bool {
        known.ending == nil && known.order.from == spec.pin && known.order.to == pin(version)
    }

    private func pin(_ version: VersionRecord) -> Endpoint.Pin {
        Endpoint.Pin(version: version.id.number, digest: version.artefacts)
    }

    /// Writ commits by itself only where the policies in force would let it.
    private func delivery(
        _ version: VersionRecord, _ path: RepositoryPath, _ base: RevisionID
    ) -> ProposalOrder.Delivery {
        guard spec.promotion == .auto, let automation = situation.automation, let tree = ContentID(base.text) else {
            return .branch
        }
        let own = CommitFacts(
            revision: base, author: automation.person.text, committedAt: situation.now, subject: "",
            changedPaths: [path], authenticity: .signed(by: automation.person, key: ""))
        let unit = ChangeUnit(
            target: automation.target, base: base, head: base, tree: tree, commits: [own],
            items: [ChangedItem(path: path, resources: [endpoint])],
            moves: [PinMove(endpoint: endpoint.name, model: spec.model, from: spec.pin, to: pin(version))])
        let decision = PolicyJudge(policies: situation.desired.policies, sandbox: situation.sandbox).decide(
            unit, base: situation.desired, head: situation.desired, recorded: situation.recorded, now: situation.now)
        return decision.verdict == .allowed ? .commit : .branch
    }
}
