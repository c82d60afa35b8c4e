// A first look at many manifests, on several cores.
import WritVocabulary

extension ManifestIndex {
    /// The same update as ``prepare(_:)`` of the same changes, its files decoded by so many workers at once.
    ///
    /// Worth it for a first look; below a few hundred files one worker does the work.
    public func prepare(_ changes: ManifestChanges, workers: Int) async -> PreparedUpdate {
        let count = min(workers, changes.files.count / Limits.filesPerWorker)
        guard count > 1 else { return prepare(changes) }
        let changed = changes.files.filter { path, file in isChanged(path, file) }.map { ($0.key, $0.value) }
        let share = max(1, (changed.count + count - 1) / count)
        let decoded = await withTaskGroup(of: [(RepositoryPath, DecodedManifest)].self) { group in
            for start in stride(from: 0, to: changed.count, by: share) {
                let part = changed[start..<min(start + share, changed.count)]
                group.addTask { part.map { path, file in (path, decode(path, file)) } }
            }
            var decoded = [RepositoryPath: DecodedManifest](minimumCapacity: changed.count)
            for await part in group {
                for (path, manifest) in part { decoded[path] = manifest }
            }
            return decoded
        }
        return prepared(changes, decoded)
    }
}
