// A stored index with what has changed since laid over it.
import WritVocabulary

/// Answers for the newer revision. Only what changed is in memory.
struct LayeredIndex: KnownManifests {
    let stored: StoredIndex
    /// The manifests added or changed since.
    var newer = ManifestIndex()
    /// Manifest files of which the stored index no longer tells the truth.
    var replaced: Set<RepositoryPath> = []

    init(_ stored: StoredIndex) { self.stored = stored }

    func declaration(of id: ResourceID) -> ManifestIndex.Declaration? { newer.declaration(of: id) ?? kept(id) }

    func blob(of path: RepositoryPath) -> ContentID? {
        replaced.contains(path) ? newer.blob(of: path) : stored.blob(of: path)
    }

    func declared(in path: RepositoryPath) -> [ResourceID] {
        replaced.contains(path) ? newer.declared(in: path) : stored.declared(in: path)
    }

    func referrers(of id: ResourceID) -> Set<ResourceID> {
        newer.referrers(of: id).union(kept(stored.referrers(of: id)))
    }

    func users(of path: RepositoryPath) -> Set<ResourceID> { newer.users(of: path).union(kept(stored.users(of: path))) }

    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool {
        newer.hasUser(of: path, where: isMeant)
            || stored.hasUser(of: path) { (replaced.isEmpty || kept($0) != nil) && isMeant($0) }
    }

    func ids(of kind: Kind) -> [ResourceID] {
        let gone = Set(replaced.flatMap(stored.declared))
        return stored.ids(of: kind).filter { !gone.contains($0) } + newer.ids(of: kind)
    }

    /// All accepted manifests, in no order.
    var manifests: [KnownManifest] {
        stored.manifests.filter { !replaced.contains($0.path) } + newer.manifests
    }

    private func kept(_ id: ResourceID) -> ManifestIndex.Declaration? {
        stored.declaration(of: id).flatMap { replaced.contains($0.path) ? nil : $0 }
    }

    private func kept(_ ids: Set<ResourceID>) -> Set<ResourceID> {
        replaced.isEmpty ? ids : ids.filter { kept($0) != nil }
    }
}
