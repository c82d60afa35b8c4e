// What is deleted, what depended on it, and what is lost with it.
import WritVocabulary

struct DeletionChanges {
    let world: ChangeWorld

    func deletions() -> [ChangePlan.Deletion] {
        world.scope.differing.filter { world.scope.after.resources[$0] == nil }.sorted().map { id in
            let dependents = world.scope.before.withDependents([id]).subtracting([id]).sorted()
            return ChangePlan.Deletion(
                resource: id, dependents: dependents,
                losses: losses(id) + dependents.compactMap { broken($0, without: id) })
        }
    }

    private func losses(_ id: ResourceID) -> [String] {
        switch id.kind {
        case .dataset: return runs(id)
        case .model: return runs(id) + versions(id.name)
        case .endpoint: return serving(id.name)
        case .policy:
            guard case .policy(let policy)? = world.scope.before.resources[id]?.spec else { return [] }
            return [
                policy.rules.count == 1
                    ? "its rule judges changes no longer" : "its \(policy.rules.count) rules judge changes no longer"
            ]
        }
    }

    /// Those that stay and still name it.
    private func broken(_ dependent: ResourceID, without id: ResourceID) -> String? {
        guard world.scope.after.resources[dependent]?.references.contains(id) == true else { return nil }
        return "\(dependent) still names it"
    }

    private func runs(_ id: ResourceID) -> [String] {
        (world.recorded?.unfinished[id] ?? []).map { "\($0) is under way and is cancelled" }
    }

    private func versions(_ model: ResourceName) -> [String] {
        let count = world.recorded?.versions[model]?.count ?? 0
        guard count > 0 else { return [] }
        let stays = count == 1 ? "stays" : "stay"
        return ["\(Words.count(count, "version")) \(stays) registered and can be pinned no more"]
    }

    private func serving(_ endpoint: ResourceName) -> [String] {
        if let recorded = world.recorded {
            guard let record = recorded.endpoints[endpoint], let target = record.route?.targets.first else { return [] }
            return [words(target.version, replicas: target.replicas.count)]
        }
        let serving = Serving(world.scope.before.endpoint(endpoint), in: world.before)
        return serving.map { [words($0.version, replicas: $0.replicas)] } ?? []
    }

    private func words(_ version: VersionID, replicas: Int) -> String {
        "version \(version.number) serves with \(Words.count(replicas, "replica"))"
    }
}
