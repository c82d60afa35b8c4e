// The index of a revision of which most stays on disk: the same verdicts, at the cost of what changed.
import WritVocabulary

/// What ``ManifestIndex`` is, over a stored one. The same checks decide, so the verdicts are the same.
public struct PartialIndex {
    var known: LayeredIndex

    public init(_ stored: StoredIndex) { known = LayeredIndex(stored) }

    /// Whether the stored index proved damaged. Nothing it was asked for counts then.
    public var isDamaged: Bool { known.stored.isDamaged }

    /// How many manifests differ from the stored index.
    public var replacedCount: Int { known.replaced.count }

    /// The accepted blob of a manifest file.
    public func blob(of path: RepositoryPath) -> ContentID? { known.blob(of: path) }

    /// See ``ManifestIndex/prepare(_:)``.
    public func prepare(_ changes: ManifestChanges) -> PreparedUpdate {
        var decoded: [RepositoryPath: DecodedManifest] = [:]
        for (path, file) in changes.files where known.blob(of: path) != file.blob {
            decoded[path] = ManifestDecoder.decode(path: path, bytes: file.bytes ?? [])
        }
        let check = UpdateCheck(known, decoded: decoded, removed: changes.removed)
        let between = check.problems()
        return PreparedUpdate(
            pathsNeeded: check.pathsNeeded(changed: changes.changedPaths),
            diagnostics: (decoded.values.flatMap(\.diagnostics) + between).sorted(),
            problemCount: decoded.values.reduce(between.count) { $0 + $1.problemCount }, decoded: decoded,
            blobs: changes.files.mapValues(\.blob), removed: changes.removed, generation: known.newer.generation)
    }

    /// See ``ManifestIndex/commit(_:revision:contents:)``.
    public mutating func commit(
        _ update: PreparedUpdate, revision: RevisionID, contents: [RepositoryPath: ContentID]
    ) -> Result<DesiredState.Change, ManifestRefusal> {
        guard update.generation == known.newer.generation else { return .failure(.stale) }
        let absent = Set(update.pathsNeeded.lazy.filter { contents[$0] == nil })
        let missing = UpdateCheck(known, decoded: update.decoded, removed: update.removed).missingPaths(absent)
        let problems = update.diagnostics + missing
        guard problems.isEmpty else {
            let shown = Array(problems.sorted().prefix(Limits.diagnosticsPerRepository))
            return .failure(ManifestRefusal(diagnostics: shown, count: update.problemCount + missing.count))
        }
        return .success(accept(update, revision, contents))
    }

    private mutating func accept(
        _ update: PreparedUpdate, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID]
    ) -> DesiredState.Change {
        var change = DesiredState.Change(revision: revision)
        for path in update.removed.union(update.decoded.keys) {
            for id in known.declared(in: path) { change.resources[id] = .some(nil) }
        }
        let newer = known.newer.accept(update, revision, contents)
        for (id, resource) in newer.resources where resource != nil { change.resources[id] = .some(resource) }
        known.replaced.formUnion(update.removed)
        known.replaced.formUnion(update.decoded.keys)
        for path in update.pathsNeeded where known.isUsed(path) {
            change.contents[path] = .some(contents[path])
        }
        return change
    }
}

extension PartialIndex {
    /// The manifests of this revision that a plan of a change may look at: what changes, all that depends on it, all
    /// that these name, the endpoints of the models among them, and the policies.
    ///
    /// `changedPaths` are all paths of the repository whose content differs; `after` has accepted the change.
    public func concern(
        of change: DesiredState.Change, changedPaths: Set<RepositoryPath>, after: PartialIndex
    ) -> Concern {
        let sides = [known, after.known]
        var ids = Set(change.resources.keys)
        for path in changedPaths.flatMap(\.selfAndAncestors) where change.contents[path] != nil {
            for side in sides { ids.formUnion(side.users(of: path)) }
        }
        ids = closure(of: ids) { id in sides.flatMap { $0.referrers(of: id) } }
        func withReferences(_ ids: Set<ResourceID>) -> Set<ResourceID> {
            closure(of: ids) { id in sides.flatMap { $0.declaration(of: id)?.references ?? [] } }
        }
        ids = withReferences(ids)
        let models = ids.filter { $0.kind == .model }
        for side in sides { for model in models { ids.formUnion(side.referrers(of: model)) } }
        ids = withReferences(ids).union(known.ids(of: .policy))
        var files: [RepositoryPath: ContentID] = [:]
        for id in ids {
            guard let path = known.declaration(of: id)?.path, let blob = known.blob(of: path) else { continue }
            files[path] = blob
        }
        return Concern(ids: ids, files: files, paths: change.contents.keys.filter { known.isUsed($0) })
    }

    private func closure(of ids: Set<ResourceID>, _ next: (ResourceID) -> [ResourceID]) -> Set<ResourceID> {
        var found = ids
        var pending = Array(ids)
        while let id = pending.popLast() {
            for other in next(id) where found.insert(other).inserted { pending.append(other) }
        }
        return found
    }

    /// What must be read of a revision to plan a change of it.
    public struct Concern: Sendable {
        let ids: Set<ResourceID>
        /// The manifests that declare them, with their blobs.
        public let files: [RepositoryPath: ContentID]
        /// Of the paths the change knows the content of, those that are used at this revision too.
        public let paths: [RepositoryPath]

        /// The resources, from the manifests' bytes; nil when these are not what was accepted.
        public func resources(from bytes: [RepositoryPath: [UInt8]]) -> [Resource]? {
            var found: [Resource] = []
            for (path, bytes) in bytes {
                let manifest = ManifestDecoder.decode(path: path, bytes: bytes)
                guard manifest.problemCount == 0 else { return nil }
                found += manifest.resources.filter { ids.contains($0.id) }
            }
            return found
        }
    }
}
