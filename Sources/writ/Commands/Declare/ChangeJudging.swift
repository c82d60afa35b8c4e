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
    /// record's time, or the head's own when that is later.
    func decision(on declared: DeclaredChange, from base: RevisionID, _ recorded: RecordedState?) async throws
        -> PolicyDecision?
    {
        let policies = declared.base.policies
        let head = declared.change.revision
        guard !policies.isEmpty, base != head else { return nil }
        let committed = try await source.summary(of: head).committedAt
        let now = max(recorded?.lastTime ?? committed, committed)
        let roots = ChangeJudging.roots(policies.map(\.policy), declared.base.contents)
        let history = try await source.history(from: base, to: head, trusting: roots, now: now)
        guard let tree = history.steps.last?.tree else { return nil }
        return PolicyJudge(policies: policies).decide(
            unit(declared, base, tree, history), base: declared.base, head: declared.base.part(after: declared.change),
            recorded: recorded ?? RecordedState(), now: now)
    }

    private func unit(
        _ declared: DeclaredChange, _ base: RevisionID, _ tree: ContentID, _ history: RevisionHistory
    ) -> ChangeUnit {
        let commits = history.steps.flatMap(\.commits)
        let resources = declared.base.changedResources(by: declared.change)
        let touched = declared.changes.changedPaths.union(commits.flatMap(\.changedPaths)).union(resources.keys)
        var manifests = declared.changes.manifests.mapValues { $0.blob.text }
        for path in declared.changes.removedManifests { manifests[path] = "removed" }
        return ChangeUnit(
            target: target, base: base, head: declared.change.revision, tree: tree, commits: commits,
            items: touched.map { ChangedItem(path: $0, resources: Array(resources[$0] ?? [])) }, manifests: manifests,
            moves: declared.base.moves(by: declared.change), approvals: history.approvals)
    }

    /// The keys that count, as the policies of the base name them there.
    private static func roots(_ policies: [Policy], _ contents: [RepositoryPath: ContentID]) -> TrustRoots {
        func blobs(_ path: (Policy) -> RepositoryPath?) -> [ContentID] {
            Set(policies.compactMap(path).compactMap { contents[$0] }).sorted()
        }
        return TrustRoots(
            signers: blobs { $0.signers }, revoked: blobs { $0.revoked }, keyrings: blobs { $0.keyring },
            openPGP: policies.reduce(into: [:]) { $0.merge($1.openPGP) { first, _ in first } })
    }
}
