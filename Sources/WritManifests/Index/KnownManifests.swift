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
    func declaration(of id: ResourceID) -> Declaration? { declarations[id] }
    func declared(in path: RepositoryPath) -> [ResourceID] { files[path]?.ids ?? [] }
    func referrers(of id: ResourceID) -> Set<ResourceID> { referrers[id] ?? [] }
    func users(of path: RepositoryPath) -> Set<ResourceID> { pathUsers[path] ?? [] }
    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool {
        pathUsers[path]?.contains(where: isMeant) == true
    }
    func ids(of kind: Kind) -> [ResourceID] { declarations.keys.filter { $0.kind == kind } }
}

extension ManifestIndex.Declaration {
    /// The resources named, those nothing waits for included.
    var references: [ResourceID] {
        mentions.compactMap { mention in
            if case .resource(let other, _) = mention.target { other } else { nil }
        }
    }
}
