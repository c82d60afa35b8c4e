// Puts together what a change is judged by.
import WritBackends
import WritVocabulary

extension ChangeUnit {
    /// - Parameters:
    ///   - tree: The tree the target has afterwards.
    ///   - commits: Every commit that comes with the change.
    ///   - changes: What differs between base and head.
    ///   - change: What that means for declared resources.
    public init(
        target: String, base: RevisionID, tree: ContentID, commits: [CommitFacts], changes: SourceChanges,
        change: DesiredState.Change, desired: DesiredState, approvals: [Approval], reviews: [ReviewFacts] = [],
        landing: Landing? = nil, engines: [String: EngineVerdict] = [:]
    ) {
        let resources = desired.changedResources(by: change)
        let touched = changes.changedPaths.union(commits.flatMap(\.changedPaths)).union(resources.keys)
        var manifests = changes.manifests.mapValues { $0.blob.text }
        for path in changes.removedManifests { manifests[path] = "removed" }
        self.init(
            target: target, base: base, head: change.revision, tree: tree,
            commits: commits, items: touched.map { ChangedItem(path: $0, resources: Array(resources[$0] ?? [])) },
            manifests: manifests, moves: desired.moves(by: change),
            approvals: approvals,
            reviews: ReviewFacts.standing(reviews, for: change.revision, commits, landing: landing), landing: landing,
            engines: engines)
    }
}

extension DesiredState {
    /// The resources a change really changes, by every path they are declared at before or after it.
    public func changedResources(by change: Change) -> [RepositoryPath: Set<ResourceID>] {
        var found: [RepositoryPath: Set<ResourceID>] = [:]
        for (id, new) in change.resources {
            let old = resources[id]
            guard old?.spec != new?.spec || old?.metadata != new?.metadata || old?.location.path != new?.location.path
            else { continue }
            for path in [old?.location.path, new?.location.path].compactMap(\.self) {
                found[path, default: []].insert(id)
            }
        }
        return found
    }

    /// The endpoints whose pin a change moves.
    public func moves(by change: Change) -> [PinMove] {
        change.resources.compactMap { id, new in
            guard id.kind == .endpoint else { return nil }
            let before = endpoint(id.name)
            var after: Endpoint?
            if case .endpoint(let spec)? = new?.spec { after = spec }
            guard let model = after?.model ?? before?.model, before?.pin != after?.pin || before?.model != after?.model
            else { return nil }
            return PinMove(endpoint: id.name, model: model, from: before?.pin, to: after?.pin)
        }
    }

    /// The part of what a change leads to that a judgement may look at: the changed resources as they will be, with
    /// all they name and all that name them. Costs what the change does.
    public func part(after change: Change) -> DesiredState {
        func resource(_ id: ResourceID) -> Resource? { change.resources[id] ?? resources[id] }
        var ids = withDependents(Set(change.resources.keys))
        for id in ids { ids.formUnion(resource(id)?.references ?? []) }
        var part = DesiredState()
        let known = ids.map { ($0, resource($0)) }
        _ = part.apply(
            Change(revision: change.revision, resources: Dictionary(known) { first, _ in first }))
        return part
    }
}
