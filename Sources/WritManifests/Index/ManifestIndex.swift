// All manifests of the accepted revision, so that a commit costs what it changes.
import WritVocabulary

/// What each manifest file declares, and who names what. A value: a refused update leaves it as it was.
///
/// An update goes in two steps: ``prepare(_:)`` reads what changed and says which paths it needs to know about;
/// ``commit(_:revision:contents:)`` accepts it, or refuses it with all that is wrong.
public struct ManifestIndex: Sendable {
    /// Accepted files.
    private(set) var files: [RepositoryPath: IndexedFile] = [:]
    /// Accepted resources.
    private(set) var declarations: [ResourceID: Declaration] = [:]
    /// Resource to those that name it.
    private(set) var referrers: [ResourceID: Set<ResourceID>] = [:]
    /// Path to the resources that name it.
    private(set) var pathUsers: [RepositoryPath: Set<ResourceID>] = [:]
    /// Files of a refused update, so that the next one need not read them again.
    private var refused: [ContentID: DecodedManifest] = [:]
    /// Counts accepted updates.
    private(set) var generation = 0

    struct IndexedFile: Sendable {
        var blob: ContentID
        var ids: [ResourceID]
    }

    struct Declaration: Sendable {
        var path: RepositoryPath
        var line: UInt32
        var column: UInt32
        var mentions: [Mention]
    }

    public init() {}

    /// How many resources the accepted revision declares.
    public var count: Int { declarations.count }

    /// The accepted blob of a manifest file.
    public func blob(of path: RepositoryPath) -> ContentID? { files[path]?.blob }

    /// Of changed files, those whose bytes ``prepare(_:)`` must be given; the others are known by their blob.
    public func needsBytes(of changed: [RepositoryPath: ContentID]) -> [RepositoryPath] {
        changed.filter { path, blob in files[path]?.blob != blob && refused[blob] == nil }.keys.sorted()
    }

    /// Reads what changed and checks it against what did not. Cost follows the change.
    public func prepare(_ changes: ManifestChanges) -> PreparedUpdate {
        var decoded = [RepositoryPath: DecodedManifest](minimumCapacity: changes.files.count)
        for (path, file) in changes.files where isChanged(path, file) { decoded[path] = decode(path, file) }
        return prepared(changes, decoded)
    }

    func isChanged(_ path: RepositoryPath, _ file: ManifestChanges.File) -> Bool { files[path]?.blob != file.blob }

    func decode(_ path: RepositoryPath, _ file: ManifestChanges.File) -> DecodedManifest {
        refused[file.blob]?.moved(to: path) ?? ManifestDecoder.decode(path: path, bytes: file.bytes ?? [])
    }

    /// Checks decoded files against each other and against what did not change.
    func prepared(_ changes: ManifestChanges, _ decoded: [RepositoryPath: DecodedManifest]) -> PreparedUpdate {
        let check = UpdateCheck(self, decoded: decoded, removed: changes.removed)
        var diagnostics = check.problems()
        var problemCount = diagnostics.count
        for manifest in decoded.values where manifest.problemCount > 0 {
            diagnostics += manifest.diagnostics
            problemCount += manifest.problemCount
        }
        return PreparedUpdate(
            pathsNeeded: check.pathsNeeded(changed: changes.changedPaths), diagnostics: diagnostics.sorted(),
            problemCount: problemCount, decoded: decoded,
            blobs: changes.files.mapValues(\.blob), removed: changes.removed, generation: generation)
    }

    /// What accepting a prepared update would change, without accepting it: for those who have to judge it first.
    public func preview(
        _ update: PreparedUpdate, revision: RevisionID, contents: [RepositoryPath: ContentID]
    ) -> Result<DesiredState.Change, ManifestRefusal> {
        guard update.generation == generation else { return .failure(.stale) }
        let missing = missingPaths(of: update, contents)
        let problems = update.diagnostics + missing
        guard problems.isEmpty else {
            let shown = Array(problems.sorted().prefix(Limits.diagnosticsPerRepository))
            return .failure(ManifestRefusal(diagnostics: shown, count: update.problemCount + missing.count))
        }
        var change = DesiredState.Change(revision: revision)
        for path in update.decoded.keys.map(\.self) + update.removed {
            for id in files[path]?.ids ?? [] { change.resources[id] = .some(nil) }
        }
        for resource in update.decoded.values.flatMap(\.resources) { change.resources[resource.id] = .some(resource) }
        for path in update.pathsNeeded { change.contents[path] = .some(contents[path]) }
        return .success(change)
    }

    /// Accepts a prepared update, given the id of each needed path that exists at the revision.
    public mutating func commit(
        _ update: PreparedUpdate, revision: RevisionID, contents: [RepositoryPath: ContentID]
    ) -> Result<DesiredState.Change, ManifestRefusal> {
        guard update.generation == generation else { return .failure(.stale) }
        let missing = missingPaths(of: update, contents)
        let problems = update.diagnostics + missing
        guard problems.isEmpty else {
            refused = Dictionary(update.decoded.compactMap { path, file in update.blobs[path].map { ($0, file) } }) {
                first, _ in first
            }
            let shown = Array(problems.sorted().prefix(Limits.diagnosticsPerRepository))
            return .failure(ManifestRefusal(diagnostics: shown, count: update.problemCount + missing.count))
        }
        refused = [:]
        return .success(accept(update, revision, contents))
    }
}

// MARK: - Accepting

extension ManifestIndex {
    /// The check holds the index, so it must be gone before the index changes: a shared one would be copied whole.
    private func missingPaths(of update: PreparedUpdate, _ contents: [RepositoryPath: ContentID]) -> [Diagnostic] {
        let missing = Set(update.pathsNeeded.lazy.filter { contents[$0] == nil })
        guard !missing.isEmpty else { return [] }
        return UpdateCheck(self, decoded: update.decoded, removed: update.removed).missingPaths(missing)
    }

    mutating func accept(
        _ update: PreparedUpdate, _ revision: RevisionID, _ contents: [RepositoryPath: ContentID]
    ) -> DesiredState.Change {
        generation += 1
        var change = DesiredState.Change(revision: revision)
        if !files.isEmpty { for path in update.decoded.keys { remove(path, &change) } }
        for path in update.removed { remove(path, &change) }
        reserve(update.decoded.count, &change)
        for (path, manifest) in update.decoded {
            files[path] = update.blobs[path].map { IndexedFile(blob: $0, ids: manifest.documents.compactMap(\.id)) }
            // By index: a copy of a document would count every text of its resource.
            for index in manifest.documents.indices {
                guard let id = manifest.documents[index].id, manifest.documents[index].resource != nil else { continue }
                link(id, at: path, manifest.documents[index])
                change.resources[id] = .some(manifest.documents[index].resource)
            }
        }
        for path in update.pathsNeeded where pathUsers[path] != nil { change.contents[path] = .some(contents[path]) }
        return change
    }

    private mutating func remove(_ path: RepositoryPath, _ change: inout DesiredState.Change) {
        for id in files.removeValue(forKey: path)?.ids ?? [] {
            unlink(id)
            change.resources[id] = .some(nil)
        }
    }

    /// Only for a first look: a reserve made for each small update would make the tables grow by inches.
    private mutating func reserve(_ count: Int, _ change: inout DesiredState.Change) {
        guard files.isEmpty else { return }
        files.reserveCapacity(count)
        declarations.reserveCapacity(count)
        change.resources.reserveCapacity(count)
    }

    private mutating func link(
        _ id: ResourceID, at path: RepositoryPath, _ document: borrowing DecodedManifest.Document
    ) {
        declarations[id] = Declaration(
            path: path, line: document.line, column: document.column, mentions: document.mentions)
        for mention in document.mentions {
            switch mention.target {
            case .resource(let other, _): referrers[other, default: []].insert(id)
            case .path(let path): pathUsers[path, default: []].insert(id)
            }
        }
    }

    private mutating func unlink(_ id: ResourceID) {
        for mention in declarations.removeValue(forKey: id)?.mentions ?? [] {
            switch mention.target {
            case .resource(let other, _):
                referrers[other]?.remove(id)
                if referrers[other]?.isEmpty == true { referrers[other] = nil }
            case .path(let path):
                pathUsers[path]?.remove(id)
                if pathUsers[path]?.isEmpty == true { pathUsers[path] = nil }
            }
        }
    }
}
