// Which resources differ, in what, and which are affected by those that do.
import WritVocabulary

struct ResourceChanges {
    let world: ChangeWorld

    /// Comes last: a resource is affected by what the other parts found.
    func plan(into draft: inout ChangeDraft) throws {
        for id in world.scope.reached.sorted() {
            if let change = try world.scope.differing.contains(id) ? differing(id) : affected(id, draft) {
                draft.resources.append(change)
            }
        }
    }

    private func differing(_ id: ResourceID) throws -> ChangePlan.ResourceChange? {
        let (old, new) = (world.scope.before.resources[id], world.scope.after.resources[id])
        guard let old else {
            return new.map { ChangePlan.ResourceChange(resource: id, kind: .created, location: $0.location) }
        }
        guard let new else {
            return ChangePlan.ResourceChange(resource: id, kind: .deleted, location: old.location)
        }
        return ChangePlan.ResourceChange(
            resource: id, kind: .changed, location: new.location,
            differences: world.limits.bounded(try differences(old, new)))
    }

    private func differences(_ old: Resource, _ new: Resource) throws -> [String] {
        var lines: [String] = []
        if old.location.path != new.location.path {
            lines.append("declared in \(world.limits.words(of: old.location.path.text, and: new.location.path.text))")
        }
        if old.metadata != new.metadata || old.spec != new.spec {
            lines += try SpecDifference.lines(from: old, to: new, limits: world.limits)
        }
        for path in old.paths.intersection(new.paths).sorted() {
            let (before, after) = (world.scope.before.contents[path], world.scope.after.contents[path])
            guard before != after else { continue }
            lines.append("content of \(SpecTree.quoted(path.text)): \(before.words) → \(after.words)")
        }
        return lines
    }

    // MARK: What depends on it

    private func affected(_ id: ResourceID, _ draft: ChangeDraft) -> ChangePlan.ResourceChange? {
        guard let resource = world.scope.after.resources[id] else { return nil }
        let because = resource.references.intersection(world.scope.differing).filter(isFelt).sorted()
        let words: [String]
        switch resource.spec {
        case .model:
            guard !because.isEmpty else { return nil }
            let gone = because.compactMap { lost($0) }
            let isIdle = gone.isEmpty && draft.training(of: id.name) == nil
            words = isIdle ? ["nothing of its recipe differs"] : gone
        case .endpoint(let endpoint):
            return affected(endpoint, resource, draft)
        case .dataset, .policy: return nil
        }
        return ChangePlan.ResourceChange(
            resource: id, kind: .affected, location: resource.location, differences: words, because: because)
    }

    /// A pin holds an endpoint where it is: it feels a model that goes away, or one whose next version Writ is to pin.
    private func affected(
        _ endpoint: Endpoint, _ resource: Resource, _ draft: ChangeDraft
    ) -> ChangePlan.ResourceChange? {
        let model = ResourceID(.model, endpoint.model)
        let words: String
        if let lost = lost(model) {
            words = lost
        } else if endpoint.promotion != .manual, draft.training(of: endpoint.model)?.course.givesNewVersion == true {
            let verb = endpoint.promotion == .auto ? "pinned" : "proposed"
            words = "promotion: \(endpoint.promotion.rawValue), so a version that passes its gates is \(verb) by Writ"
        } else {
            return nil
        }
        return ChangePlan.ResourceChange(
            resource: resource.id, kind: .affected, location: resource.location, differences: [words], because: [model])
    }

    private func lost(_ id: ResourceID) -> String? {
        let isLost = world.scope.before.resources[id] != nil && world.scope.after.resources[id] == nil
        return isLost ? "\(id) is no longer declared" : nil
    }

    /// Whether those that name a resource can tell that it changed: its owner and its place in the repository they
    /// cannot.
    private func isFelt(_ id: ResourceID) -> Bool {
        let (old, new) = (world.scope.before.resources[id], world.scope.after.resources[id])
        guard let old, let new else { return true }
        guard old.spec == new.spec else { return true }
        return new.paths.contains { world.scope.before.contents[$0] != world.scope.after.contents[$0] }
    }
}

extension ContentID? {
    /// `1a2b3c4d`, or `none` where there is no such path.
    var words: String { map(\.short) ?? "none" }
}

extension ChangePlan.TrainingChange.Course {
    /// Whether a version may come of it that is not registered yet.
    var givesNewVersion: Bool {
        switch self {
        case .train(let trials): trials > 0
        case .importFiles: true
        case .known(_, let version, _): version == nil
        }
    }
}
