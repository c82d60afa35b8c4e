// A first look at many manifests, on several cores.
import WritVocabulary

extension ManifestIndex {
    /// The same update as ``prepare(_:)`` of the same changes, its files decoded by so many workers at once.
    ///
    /// Worth it for a first look; below a few hundred files one worker does the work.
    public func prepare(_ changes: ManifestChanges, workers: Int) async -> PreparedUpdate {
        guard let decoded = await decode(changes, workers: workers) else { return prepare(changes) }
        guard isEmpty, !decoded.values.contains(where: { $0.problemCount > 0 }) else {
            return prepared(changes, decoded)
        }
        // Nothing of it depends on what the check finds, so it is made beside the check.
        let blobs = changes.files.mapValues(\.blob)
        async let index = ManifestIndex(decoded, blobs)
        async let resources = ManifestIndex.resources(of: decoded)
        var update = prepared(changes, decoded)
        update.first = PreparedUpdate.FirstLook(index: await index, resources: await resources)
        return update
    }

    private static func resources(of decoded: [RepositoryPath: DecodedManifest]) -> [ResourceID: Resource?] {
        var resources: [ResourceID: Resource?] = [:]
        add(decoded, to: &resources)
        return resources
    }

    /// The changed files, decoded by so many workers at once; nil when there are too few for that.
    func decode(_ changes: ManifestChanges, workers: Int) async -> [RepositoryPath: DecodedManifest]? {
        let count = min(workers, changes.files.count / Limits.filesPerWorker)
        guard count > 1 else { return nil }
        let changed = changes.files.compactMap { path, file in isChanged(path, file) ? (path, file) : nil }
        // Many shares, so that all end at one time, and what one has read is put in its place beside the next.
        let share = max(Limits.filesPerWorker, changed.count / (count * 16))
        return await withTaskGroup(of: [(RepositoryPath, DecodedManifest)].self) { group in
            var starts = stride(from: 0, to: changed.count, by: share).makeIterator()
            func addShare() {
                guard let start = starts.next() else { return }
                let part = changed[start..<min(start + share, changed.count)]
                group.addTask { part.map { path, file in (path, decode(path, file)) } }
            }
            for _ in 0...count { addShare() }
            var decoded = [RepositoryPath: DecodedManifest](minimumCapacity: changed.count)
            while let part = await group.next() {
                addShare()
                for (path, manifest) in part { decoded[path] = manifest }
            }
            return decoded
        }
    }
}
