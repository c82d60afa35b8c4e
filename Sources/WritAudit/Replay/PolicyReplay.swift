// What the policies said of a change, made again: the same judge over the review on record and the records before it.
import WritPlanner
import WritVocabulary

struct PolicyReplay {
    private let state: RecordedState
    private let sources: ReplaySources

    init(_ state: RecordedState, _ sources: ReplaySources) {
        self.state = state
        self.sources = sources
    }

    func outcome(
        of change: JudgedChange, _ inputs: inout [Replay.Input], _ remarks: inout [String]
    ) throws -> Replay.Outcome {
        guard let evidence = change.evidence, let bytes = try sources.blob(evidence, ReplayLimits.reviewBytes) else {
            return .incomplete("the review it was made from is not among the blobs")
        }
        guard let review = try? Canonical.decode(PolicyReview.self, from: bytes) else {
            return .incomplete("the review \(evidence.short) cannot be read by this version of Writ")
        }
        inputs += [
            Replay.Input("review", evidence.text), Replay.Input("time", review.at.text),
            Replay.Input("policies", review.policies.keys.sorted().map(\.text).joined(separator: ", ")),
        ]
        let base = try sources.desired(review.unit.base)
        let head = try sources.desired(review.unit.head)
        if base != nil { inputs.append(Replay.Input("manifests at the base", review.unit.base.text)) }
        if head != nil { inputs.append(Replay.Input("manifests at the head", review.unit.head.text)) }
        let policies = review.policies.map { (name: $0.key, policy: $0.value) }
        let decision = PolicyJudge(policies: policies, sandbox: review.sandbox).decide(
            review.unit, base: base ?? DesiredState(), head: head ?? DesiredState(), recorded: state, now: review.at)
        if let difference = try difference(of: change, review, decision) {
            // Risk tiers and models of endpoints are read from the manifests.
            guard base != nil, head != nil else {
                return .incomplete(
                    "it takes the manifests at \(review.unit.base.short) and \(review.unit.head.short), and the "
                        + "repository does not give them")
            }
            return .different(difference)
        }
        if base == nil || head == nil {
            remarks.append("the manifests were not at hand; the decision follows without them")
        }
        if let base, let words = rules(of: review, in: base) { remarks.append(words) }
        return .same(try Digest(canonical: decision))
    }

    private func difference(
        of change: JudgedChange, _ review: PolicyReview, _ decision: PolicyDecision
    ) throws -> Replay.Difference? {
        let recorded = Array(try Canonical.encode(review.decision))
        let remade = Array(try Canonical.encode(decision))
        if let found = Replay.Difference(recorded: recorded, remade: remade, at: "decision") { return found }
        let entry = JudgedChange(remade: decision, of: review, evidence: change.evidence)
        return Replay.Difference(
            recorded: Array(try Canonical.encode(change)), remade: Array(try Canonical.encode(entry)), at: "change")
    }

    /// A sentence where the rules on record are others than the base declares.
    private func rules(of review: PolicyReview, in base: DesiredState) -> String? {
        let declared = Dictionary(base.policies.map { ($0.name, $0.policy) }) { first, _ in first }
        if declared.isEmpty { return "the rules were the operator's: the base declares no policy" }
        return declared == review.policies
            ? "the rules are those the base declares"
            : "the rules on record are not those the base declares"
    }
}

extension JudgedChange {
    /// As the controller shortens a review for the ledger.
    fileprivate init(remade decision: PolicyDecision, of review: PolicyReview, evidence: Digest?) {
        let lacks = decision.lacks
        self.init(
            base: review.unit.base, head: review.unit.head, verdict: decision.verdict,
            missing: lacks.prefix(20).map { String($0.message.prefix(500)) }, missingCount: lacks.count,
            authors: Array(Set(review.unit.commits.compactMap(\.authenticity.person))), approvers: decision.approvers,
            until: decision.until, breakGlass: decision.breakGlass, evidence: evidence)
    }
}
