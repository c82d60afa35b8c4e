// A whole tree of manifests at once: `writ validate`.
import WritVocabulary

extension ManifestIndex {
    /// Checks all manifests together. Gives the resources in order of kind and name, or all that is wrong.
    ///
    /// `exists` says whether the repository has a path.
    public static func validate(
        files: [RepositoryPath: [UInt8]], exists: (RepositoryPath) -> Bool
    ) -> Result<[Resource], ManifestRefusal> {
        let decoded = Dictionary(uniqueKeysWithValues: files.map { ($0, ManifestDecoder.decode(path: $0, bytes: $1)) })
        return verdict(on: decoded, exists: exists)
    }

    /// The same verdict, the files decoded by so many workers at once.
    public static func validate(
        files: [RepositoryPath: [UInt8]], workers: Int, exists: (RepositoryPath) -> Bool
    ) async -> Result<[Resource], ManifestRefusal> {
        // An empty index compares no blob with another.
        guard let blob = ContentID(String(repeating: "0", count: 40)) else {
            return validate(files: files, exists: exists)
        }
        let changes = ManifestChanges(files: files.mapValues { ManifestChanges.File(blob: blob, bytes: $0) })
        guard let decoded = await ManifestIndex().decode(changes, workers: workers) else {
            return validate(files: files, exists: exists)
        }
        return verdict(on: decoded, exists: exists)
    }

    private static func verdict(
        on decoded: [RepositoryPath: DecodedManifest], exists: (RepositoryPath) -> Bool
    ) -> Result<[Resource], ManifestRefusal> {
        let check = UpdateCheck(ManifestIndex(), decoded: decoded, removed: [])
        let missing = Set(check.pathsNeeded().filter { !exists($0) })
        let between = check.problems() + check.missingPaths(missing)
        let count = decoded.values.reduce(between.count) { $0 + $1.problemCount }
        guard count == 0 else {
            let all = (decoded.values.flatMap(\.diagnostics) + between).sorted()
            return .failure(
                ManifestRefusal(diagnostics: Array(all.prefix(Limits.diagnosticsPerRepository)), count: count))
        }
        // Each id once: it is made anew whenever a resource is asked for it.
        let named = decoded.values.flatMap { $0.resources.map { (id: $0.id, resource: $0) } }
        return .success(named.sorted { $0.id < $1.id }.map(\.resource))
    }
}
