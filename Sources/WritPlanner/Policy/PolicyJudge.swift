// The judge of changes: what the policies in force at the base say of what follows it.
import WritVocabulary

/// Decides whether a change may take effect. Pure: the same unit, records and time give the same decision, whatever
/// the order in which commits, approvals, reviews, policies and rules are handed in.
///
/// Without a policy everything is allowed. With one, each path, and in it each resource and each risk tier it
/// concerns, must be covered by a rule, and every rule that applies must be met.
public struct PolicyJudge: Sendable {
    private let policies: [(name: ResourceName, policy: Policy)]
    private let sandbox: String?

    /// The policies in force at the base, by name: never those the change itself brings. `sandbox` is the walls around
    /// replicas, in the words of ``SandboxRecord/kind``; nil where that is not known, as before anything is merged.
    public init(policies: [(name: ResourceName, policy: Policy)], sandbox: String? = nil) {
        self.sandbox = sandbox
        self.policies = policies.sorted { $0.name < $1.name }
    }

    /// The judgement of the change at `now`. It serves a plan as well, before anything is merged: commits that are
    /// there are judged as they are, and what is missing is what is still to come.
    ///
    /// `base` and `head` are the desired states before and after the change; risk tiers are read from both.
    /// A review counts when its `head` is the unit's, so whoever makes the unit of a merge commit names the reviews of
    /// the merged tip by the merge.
    public func decide(
        _ unit: ChangeUnit, base: DesiredState, head: DesiredState, recorded: RecordedState, now: Timestamp
    ) -> PolicyDecision {
        guard !policies.isEmpty else { return PolicyDecision(verdict: .allowed, rules: []) }
        return PolicyHearing(policies, unit, base: base, head: head, recorded, sandbox: sandbox).decision(at: now)
    }
}
