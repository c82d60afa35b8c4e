// What merging a head would do, as the controller sees it.
import WritBackends
import WritLedger
import WritManifests
import WritPlanner
import WritVocabulary

/// A change somebody offers, planned against what is accepted now.
public struct ReviewedChange: Sendable {
    public var base: RevisionID
    public var head: RevisionID
    public var outcome: Outcome
    /// What the policies say as things stand now, with the reviews there are and the operator's own rule. The plan
    /// itself knows only base, head and observation, so that it is the same everywhere.
    public var verdict: PolicyDecision?

    init(base: RevisionID, head: RevisionID, outcome: Outcome, verdict: PolicyDecision? = nil) {
        self.base = base
        self.head = head
        self.outcome = outcome
        self.verdict = verdict
    }

    public enum Outcome: Sendable {
        case planned(ChangePlan)
        /// Its manifests are refused: the diagnostics as people see them.
        case refused([String])
    }
}

/// Everything read of an offered change.
struct OfferedChange {
    var base: RevisionID
    var head: RevisionID
    /// The tree the branch has once it is merged.
    var tree: ContentID
    var reading: RevisionReading
    /// nil where no policy is in force.
    var history: RevisionHistory?
    var reviews: [ReviewFacts]
    /// The moment the plan is made for: the last one its inputs know of.
    var moment: Timestamp
}

extension ControllerMachine {
    /// The update an offered change makes of what is accepted; nothing is kept of it.
    func prepare(_ offered: OfferedChange) -> PreparedUpdate { index.prepare(offered.reading.manifestChanges) }

    /// Plans an offered change. `contents` are the ids of the paths its update needs.
    func plan(
        _ offered: OfferedChange, _ update: PreparedUpdate, _ contents: [RepositoryPath: ContentID], at now: Timestamp
    ) throws -> ReviewedChange {
        let refused = offered.reading.changes.refused.map { "\($0.path): \($0.message)" }
        switch index.preview(update, revision: offered.head, contents: contents) {
        case .failure(let refusal):
            let errors = refused + refusal.diagnostics.map(\.rendered)
            return ReviewedChange(base: offered.base, head: offered.head, outcome: .refused(errors))
        case .success where !refused.isEmpty:
            return ReviewedChange(base: offered.base, head: offered.head, outcome: .refused(refused))
        case .success(let change):
            let observation = ObservationRecord(recorded: log.state, root: log.root)
            let plan = try ChangePlanner().plan(
                base: desired, change: change, observation: observation, basis: try observation.basis,
                // Whoever has the three inputs makes the same plan: what this machine is like is no part of it.
                decision: decision(
                    desired.policies, on: offered, change, reviews: [], sandbox: nil, at: offered.moment))
            let policies = desired.policies(under: governance)
            return ReviewedChange(
                base: offered.base, head: offered.head, outcome: .planned(plan),
                verdict: decision(
                    policies, on: offered, change, reviews: offered.reviews, sandbox: governance.sandbox, at: now))
        }
    }

    /// nil where no policy is in force. Engines are not asked before something is merged.
    private func decision(
        _ policies: [(name: ResourceName, policy: Policy)], on offered: OfferedChange, _ change: DesiredState.Change,
        reviews: [ReviewFacts], sandbox: String?, at now: Timestamp
    ) -> PolicyDecision? {
        guard !policies.isEmpty, let history = offered.history else { return nil }
        let unit = ChangeUnit(
            target: governance.target, base: offered.base, tree: offered.tree,
            commits: history.steps.flatMap(\.commits),
            changes: offered.reading.changes, change: change, desired: desired, approvals: history.approvals,
            reviews: reviews)
        return PolicyJudge(policies: policies, sandbox: sandbox).decide(
            unit, base: desired, head: desired.part(after: change), recorded: log.state, now: now)
    }
}
