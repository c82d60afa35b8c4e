// What of the repository a change can reach, at the base and at the head.
import WritVocabulary

/// Two small desired states, made from the base with the change laid over it. A copy of the whole would cost as much as
/// the repository is large.
struct ChangeScope {
    /// What differs by itself: its declaration, or the content of its paths.
    let differing: Set<ResourceID>
    /// What differs and all that depends on it, at either side.
    let reached: Set<ResourceID>
    /// The reached resources and those they name, as they are at each side.
    let before: DesiredState
    let after: DesiredState

    init(base: DesiredState, change: DesiredState.Change) {
        let head = HeadView(base: base, change: change)
        var differing: Set<ResourceID> = []
        for (id, resource) in change.resources where ChangeScope.differ(base.resources[id], resource) {
            differing.insert(id)
        }
        for (path, content) in change.contents where base.contents[path] != content {
            differing.formUnion(head.users(of: path))
        }
        self.differing = differing
        let reached = head.reached(from: differing)
        self.reached = reached
        let named = reached.reduce(into: reached) { ids, id in
            ids.formUnion(base.resources[id]?.references ?? [])
            ids.formUnion(head.resource(id)?.references ?? [])
        }
        before = ChangeScope.part(
            named, base.revision ?? change.revision, { base.resources[$0] }, { base.contents[$0] })
        after = ChangeScope.part(named, change.revision, head.resource, head.content)
    }

    /// Where a manifest stands in its file is no part of what it declares; which file it is in may be.
    static func differ(_ old: Resource?, _ new: Resource?) -> Bool {
        guard let old, let new else { return old != nil || new != nil }
        return old.metadata != new.metadata || old.location.path != new.location.path || old.spec != new.spec
    }

    private static func part(
        _ ids: Set<ResourceID>, _ revision: RevisionID, _ resource: (ResourceID) -> Resource?,
        _ content: (RepositoryPath) -> ContentID?
    ) -> DesiredState {
        var part = DesiredState.Change(revision: revision)
        for id in ids {
            guard let resource = resource(id) else { continue }
            part.resources.updateValue(resource, forKey: id)
            for path in resource.paths { part.contents.updateValue(content(path), forKey: path) }
        }
        var desired = DesiredState()
        _ = desired.apply(part)
        return desired
    }
}

/// The head, answered from the change first and then from the base.
private struct HeadView {
    let base: DesiredState
    let change: DesiredState.Change
    /// Resource to those of the change that name it at the head.
    private var newDependents: [ResourceID: Set<ResourceID>] = [:]
    private var newUsers: [RepositoryPath: Set<ResourceID>] = [:]

    init(base: DesiredState, change: DesiredState.Change) {
        self.base = base
        self.change = change
        for case let resource? in change.resources.values {
            for reference in resource.references { newDependents[reference, default: []].insert(resource.id) }
            for path in resource.paths { newUsers[path, default: []].insert(resource.id) }
        }
    }

    func resource(_ id: ResourceID) -> Resource? {
        if let changed = change.resources[id] { return changed }
        return base.resources[id]
    }

    func content(_ path: RepositoryPath) -> ContentID? {
        if let changed = change.contents[path] { return changed }
        return base.contents[path]
    }

    /// Those whose content the path is at the base or at the head.
    func users(of path: RepositoryPath) -> Set<ResourceID> {
        base.users(of: path).union(newUsers[path] ?? [])
    }

    /// The resources and all that depend on them at the base or at the head.
    func reached(from ids: Set<ResourceID>) -> Set<ResourceID> {
        var found = ids
        var pending = Array(ids)
        while let id = pending.popLast() {
            let dependents = base.dependents(of: id).union(newDependents[id] ?? [])
            for dependent in dependents where found.insert(dependent).inserted { pending.append(dependent) }
        }
        return found
    }
}
