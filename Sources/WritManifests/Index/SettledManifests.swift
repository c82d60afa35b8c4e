// Accepted manifests while nothing happens to them: tables that are searched in place, and the manifests' texts.
import Synchronization
import WritVocabulary

/// All manifests of one accepted revision, about as large as their files.
///
/// The tables are those of an index on disk. A resource is decoded from its text when it is asked for; a few are
/// remembered, since who asks once asks again.
final class SettledManifests: Sendable {
    private let index: StoredIndex
    /// The texts of the files in order of path, one after the other, and where each begins and the last one ends.
    private let texts: [UInt8]
    private let starts: [UInt32]
    private let recent = Mutex<[Int: [Resource]]>([:])

    /// nil for what the form has no room for.
    init?(_ manifests: ManifestIndex) {
        let sorted = manifests.manifests.sorted { $0.path < $1.path }
        guard let (bytes, sections) = IndexImage.body(sorted) else { return nil }
        index = StoredIndex(bytes, sections: sections)
        var texts: [UInt8] = []
        var starts: [UInt32] = [0]
        texts.reserveCapacity(sorted.reduce(0) { $0 + manifests.source(of: $1.path).count })
        starts.reserveCapacity(sorted.count + 1)
        for manifest in sorted {
            texts += manifests.source(of: manifest.path)
            guard let end = UInt32(exactly: texts.count) else { return nil }
            starts.append(end)
        }
        self.texts = texts
        self.starts = starts
    }

    var manifests: [KnownManifest] { index.manifests }

    func source(of path: RepositoryPath) -> ArraySlice<UInt8> { index.fileNumber(at: path).map(source(of:)) ?? [] }

    private func source(of file: Int) -> ArraySlice<UInt8> { texts[Int(starts[file])..<Int(starts[file + 1])] }

    private func resources(of file: Int) -> [Resource] {
        if let known = recent.withLock({ $0[file] }) { return known }
        guard let path = index.file(at: file)?.path else { return [] }
        let read = ManifestDecoder.decode(path: path, bytes: Array(source(of: file))).resources
        recent.withLock { recent in
            // Whichever: to know the one used longest ago costs more than to decode it again.
            if recent.count >= Limits.manifestsRemembered { recent.removeAll(keepingCapacity: true) }
            recent[file] = read
        }
        return read
    }
}

extension SettledManifests: SettledResources {
    var count: Int { index.count }
    var ids: [ResourceID] { Kind.allCases.flatMap(index.ids) }

    func contains(_ id: ResourceID) -> Bool { index.fileNumber(declaring: id) != nil }

    func resource(_ id: ResourceID) -> Resource? {
        index.fileNumber(declaring: id).flatMap { file in resources(of: file).first { $0.id == id } }
    }

    /// A model that is compared with an endpoint's champion names the endpoint, and does not wait for it.
    func dependents(of id: ResourceID) -> Set<ResourceID> {
        let waiting: Kind
        switch id.kind {
        case .dataset: waiting = .model
        case .model: waiting = .endpoint
        case .endpoint, .policy: return []
        }
        return index.referrers(of: id).filter { $0.kind == waiting }
    }

    func users(of path: RepositoryPath) -> Set<ResourceID> { index.users(of: path) }

    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool {
        index.hasUser(of: path, where: isMeant)
    }
}

/// What ``ManifestIndex`` asks of it.
extension SettledManifests {
    func declaration(of id: ResourceID) -> ManifestIndex.Declaration? { index.declaration(of: id) }
    func blob(of path: RepositoryPath) -> ContentID? { index.blob(of: path) }
    func declared(in path: RepositoryPath) -> [ResourceID] { index.declared(in: path) }
    func referrers(of id: ResourceID) -> Set<ResourceID> { index.referrers(of: id) }
    func ids(of kind: Kind) -> [ResourceID] { index.ids(of: kind) }
}

extension ManifestIndex {
    /// The text of an accepted manifest file.
    fileprivate func source(of path: RepositoryPath) -> ArraySlice<UInt8> {
        files[path]?.source[...] ?? settled?.source(of: path) ?? []
    }
}
