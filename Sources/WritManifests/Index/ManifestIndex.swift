// All manifests of the accepted revision, so that a commit costs what it changes.
import WritVocabulary

/// What each manifest file declares, and who names what. A value: a refused update leaves it as it was.
///
/// An update goes in two steps: ``prepare(_:)`` reads what changed and says which paths it needs to know about;
/// ``commit(_:revision:contents:)`` accepts it, or refuses it with all that is wrong.
public struct ManifestIndex: Sendable {
    /// Accepted files, those that are settled left out; so with all tables but the last two.
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
    /// Accepted manifests that did not change for long.
    private(set) var settled: SettledManifests?
    /// Manifest files of which ``settled`` no longer tells the truth, and how many resources it has in them.
    private(set) var replaced: Set<RepositoryPath> = []
    private var replacedCount = 0

    struct IndexedFile: Sendable {
        var blob: ContentID
        var ids: [ResourceID]
        /// Shared with whoever read it.
        var source: [UInt8]
    }

    struct Declaration: Sendable {
        var path: RepositoryPath
        var line: UInt32
        var column: UInt32
        var mentions: [Mention]
    }

    public init() {}

    /// How many resources the accepted revision declares.
    public var count: Int { declarations.count + (settled?.count ?? 0) - replacedCount }

    /// How many files are not settled.
    public var unsettledCount: Int { files.count + replaced.count }

    var isEmpty: Bool { files.isEmpty && settled == nil }

    /// The accepted blob of a manifest file.
    public func blob(of path: RepositoryPath) -> ContentID? { files[path]?.blob ?? kept(path)?.blob(of: path) }

    /// Of changed files, those whose bytes ``prepare(_:)`` must be given; the others are known by their blob.
    public func needsBytes(of changed: [RepositoryPath: ContentID]) -> [RepositoryPath] {
        changed.filter { path, blob in self.blob(of: path) != blob && refused[blob] == nil }.keys.sorted()
    }

    /// Reads what changed and checks it against what did not. Cost follows the change.
    public func prepare(_ changes: ManifestChanges) -> PreparedUpdate {
        var decoded = [RepositoryPath: DecodedManifest](minimumCapacity: changes.files.count)
        for (path, file) in changes.files where isChanged(path, file) { decoded[path] = decode(path, file) }
        return prepared(changes, decoded)
    }

    func isChanged(_ path: RepositoryPath, _ file: ManifestChanges.File) -> Bool { blob(of: path) != file.blob }

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

    /// The update of a first look, where somebody prepared it already and it holds; else as ``prepare(_:)``.
    public func prepare(_ changes: ManifestChanges, having first: PreparedUpdate?) -> PreparedUpdate {
        guard let first, isEmpty, first.generation == generation else { return prepare(changes) }
        return first
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
        if let first = update.first, isEmpty {
            change.resources = first.resources
        } else {
            for path in update.decoded.keys.map(\.self) + update.removed {
                for id in declared(in: path) { change.resources[id] = .some(nil) }
            }
            ManifestIndex.add(update.decoded, to: &change.resources)
        }
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
        let next = generation + 1
        var change = DesiredState.Change(revision: revision)
        if let first = update.first, isEmpty {
            self = first.index
            change.resources = first.resources
        } else {
            if !isEmpty { for path in update.decoded.keys { remove(path, &change) } }
            for path in update.removed { remove(path, &change) }
            link(update.decoded, update.blobs)
            ManifestIndex.add(update.decoded, to: &change.resources)
        }
        generation = next
        for path in update.pathsNeeded where isUsed(path) { change.contents[path] = .some(contents[path]) }
        return change
    }

    /// The index of nothing but these files.
    init(_ decoded: [RepositoryPath: DecodedManifest], _ blobs: [RepositoryPath: ContentID]) {
        link(decoded, blobs)
    }

    static func add(_ decoded: [RepositoryPath: DecodedManifest], to resources: inout [ResourceID: Resource?]) {
        // Only for a first look: a reserve made for each small update would make the tables grow by inches.
        if resources.isEmpty { resources.reserveCapacity(decoded.count) }
        for manifest in decoded.values {
            // By index: a copy of a document would count every text of its resource.
            for index in manifest.documents.indices {
                guard let id = manifest.documents[index].id, manifest.documents[index].resource != nil else { continue }
                resources[id] = .some(manifest.documents[index].resource)
            }
        }
    }

    /// Gives the accepted manifests another form, in which each takes little more than its text, and returns it for
    /// the desired state of the same revision. The index answers as before. nil, and nothing is done, when the form
    /// has no room for them.
    public mutating func settle() -> (any SettledResources)? {
        guard let settled = SettledManifests(self) else { return nil }
        let refused = refused
        self = ManifestIndex(settled, generation)
        self.refused = refused
        return settled
    }

    private init(_ settled: SettledManifests, _ generation: Int) {
        self.settled = settled
        self.generation = generation
    }

    /// The settled manifests, where they tell the truth about a file.
    func kept(_ path: RepositoryPath) -> SettledManifests? { replaced.contains(path) ? nil : settled }

    private mutating func link(
        _ decoded: [RepositoryPath: DecodedManifest], _ blobs: [RepositoryPath: ContentID]
    ) {
        if isEmpty {
            files.reserveCapacity(decoded.count)
            declarations.reserveCapacity(decoded.count)
        }
        for (path, manifest) in decoded {
            files[path] = blobs[path].map {
                IndexedFile(blob: $0, ids: manifest.documents.compactMap(\.id), source: manifest.source)
            }
            for index in manifest.documents.indices {
                guard let id = manifest.documents[index].id, manifest.documents[index].resource != nil else { continue }
                link(id, at: path, manifest.documents[index])
            }
        }
    }

    private mutating func remove(_ path: RepositoryPath, _ change: inout DesiredState.Change) {
        if let settled = kept(path), settled.blob(of: path) != nil {
            let ids = settled.declared(in: path)
            for id in ids { change.resources[id] = .some(nil) }
            replaced.insert(path)
            replacedCount += ids.count
        }
        for id in files.removeValue(forKey: path)?.ids ?? [] {
            unlink(id)
            change.resources[id] = .some(nil)
        }
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
