// What the policies in force at the base say of a change before anybody merges it.
import WritBackends
import WritController
import WritPlanner
import WritSource
import WritVocabulary

struct ChangeJudging {
    let source: GitSource
    /// The branch the change is for, by the name approvals use.
    let target: String

    /// nil where no policy is in force at the base, or nothing changes.
    ///
    /// The moment it is judged at is the last one the three inputs know of, so that they decide alone: the last
    /// record's time, the head's own, or that of an approval, whichever is latest.
    func decision(on declared: DeclaredChange, from base: RevisionID, _ recorded: RecordedState?) async throws
        -> PolicyDecision?
    {
        let policies = declared.base.policies
        let head = declared.change.revision
        guard !policies.isEmpty, base != head else { return nil }
        let committed = try await source.summary(of: head).committedAt
        let now = max(recorded?.lastTime ?? committed, committed)
        let roots = declared.base.trustRoots(under: Governance(target: target))
        let history = try await source.history(from: base, to: head, trusting: roots, now: now)
        guard let tree = history.steps.last?.tree else { return nil }
        let unit = ChangeUnit(
            target: target, base: base, tree: tree, commits: history.steps.flatMap(\.commits),
            changes: declared.changes, change: declared.change, desired: declared.base, approvals: history.approvals)
        return PolicyJudge(policies: policies).decide(
            unit, base: declared.base, head: declared.base.part(after: declared.change),
            recorded: recorded ?? RecordedState(), now: history.moment(after: now))
    }
}
