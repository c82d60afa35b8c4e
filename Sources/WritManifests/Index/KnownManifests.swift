// What a check asks about the manifests that stay as they are, wherever that is kept.
import WritVocabulary

/// The accepted manifests of one revision, in memory or on disk.
protocol KnownManifests {
    func declaration(of id: ResourceID) -> ManifestIndex.Declaration?
    /// The accepted blob of a manifest file.
    func blob(of path: RepositoryPath) -> ContentID?
    /// What a manifest file declares; nothing for a path that is no accepted manifest.
    func declared(in path: RepositoryPath) -> [ResourceID]
    /// The resources that name a resource.
    func referrers(of id: ResourceID) -> Set<ResourceID>
    /// The resources that name a path.
    func users(of path: RepositoryPath) -> Set<ResourceID>
    /// Whether one of those that name a path is as asked. A path may have a hundred thousand users: the first will do.
    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool
    /// All resources of a kind, in no order.
    func ids(of kind: Kind) -> [ResourceID]
}

extension KnownManifests {
    func isUsed(_ path: RepositoryPath) -> Bool { hasUser(of: path) { _ in true } }
}

extension ManifestIndex: KnownManifests {
    func declaration(of id: ResourceID) -> Declaration? { declarations[id] ?? settledDeclaration(of: id) }

    func declared(in path: RepositoryPath) -> [ResourceID] {
        files[path]?.ids ?? kept(path)?.declared(in: path) ?? []
    }

    func referrers(of id: ResourceID) -> Set<ResourceID> {
        (referrers[id] ?? []).union(kept(settled?.referrers(of: id)))
    }

    func users(of path: RepositoryPath) -> Set<ResourceID> {
        (pathUsers[path] ?? []).union(kept(settled?.users(of: path)))
    }

    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool {
        pathUsers[path]?.contains(where: isMeant) == true
            || settled?.hasUser(of: path) { isKept($0) && isMeant($0) } == true
    }

    func ids(of kind: Kind) -> [ResourceID] {
        let gone = settled.map { Set(replaced.flatMap($0.declared)) } ?? []
        return declarations.keys.filter { $0.kind == kind }
            + (settled?.ids(of: kind) ?? []).filter { !gone.contains($0) }
    }

    private func settledDeclaration(of id: ResourceID) -> Declaration? {
        settled?.declaration(of: id).flatMap { replaced.contains($0.path) ? nil : $0 }
    }

    private func isKept(_ id: ResourceID) -> Bool { replaced.isEmpty || settledDeclaration(of: id) != nil }

    private func kept(_ ids: Set<ResourceID>?) -> Set<ResourceID> { (ids ?? []).filter(isKept) }
}

extension ManifestIndex.Declaration {
    /// The resources named, those nothing waits for included.
    var references: [ResourceID] {
        mentions.compactMap { mention in
            if case .resource(let other, _) = mention.target { other } else { nil }
        }
    }
}
