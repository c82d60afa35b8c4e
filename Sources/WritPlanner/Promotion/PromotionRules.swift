// A newer version that passed its gates is offered to the endpoints that asked to be told.
import WritVocabulary

struct PromotionRules {
    let situation: Situation
    let endpoint: ResourceID

    /// Proposes the newest version that may follow the pinned one, once.
    func promote(_ spec: Endpoint, into draft: inout Draft) {
        guard spec.promotion != .manual, situation.desired.model(spec.model) != nil, let version = candidate(spec)
        else { return }
        let rules = ProposalRules(situation: situation, endpoint: endpoint, spec: spec)
        guard !isSettled(version, rules) else { return }
        rules.offer(.promotion, version, Reason(.newerVersion, words(version, spec.pin)), into: &draft)
    }

    /// The newest version that passed its gates, when it is newer than the pin and than all that was tried here: after
    /// one was taken back the next is waited for, and none from before it comes up again.
    private func candidate(_ spec: Endpoint) -> VersionRecord? {
        let tried = (situation.recorded.endpoints[endpoint.name]?.rejections ?? [:]).values
            .map(\.rejection.version).filter { $0.model == spec.model }.map(\.number)
        let highest = max(spec.pin?.version ?? 0, tried.max() ?? 0)
        return (situation.recorded.versions[spec.model] ?? [:]).values
            .filter { $0.id.number > highest && $0.gates.allSatisfy(\.passed) }
            .max { $0.id < $1.id }
    }

    /// Whether it is being asked for, or somebody decided. What gave way to another proposal was not decided.
    private func isSettled(_ version: VersionRecord, _ rules: ProposalRules) -> Bool {
        let id = ProposalID(endpoint.name, .promotion, version.id.number)
        guard let known = situation.recorded.proposals[id] else { return false }
        // Another model counts its versions from 1 as well.
        let isSame = known.order.to.digest == version.artefacts
        return rules.isOpen(known, to: version) || isSame && (known.ending == .merged || known.ending == .declined)
    }

    private func words(_ version: VersionRecord, _ pin: Endpoint.Pin?) -> String {
        let limit = situation.limits.listed
        let shown = version.gates.prefix(limit).map(\.sentence)
        let over = version.gates.count - limit
        let rest = over > 0 ? ["\(Words.count(over, "more gate")) passed"] : []
        let gates = shown.isEmpty ? "it has no gates" : (shown + rest).joined(separator: "; ")
        let before = pin.map { "version \($0.version) is pinned" } ?? "no version is pinned"
        return "\(before) and version \(version.id.number) is registered: \(gates)"
    }
}
