// A repository in memory: commits of whole file sets, ids from their content.
import Synchronization
import WritBackends
import WritVocabulary

/// Commits in lines; the branch is the line that leads to the tip.
struct SimulatedRepository {
    struct Commit {
        var parent: RevisionID?
        /// What a merge brought in.
        var merged: RevisionID?
        var files: [RepositoryPath: [UInt8]]
        /// Whose key signed it.
        var signer: Person?
        var subject = "a commit"
        var at: Timestamp

        var parents: [RevisionID] { [parent, merged].compactMap(\.self) }
    }

    private(set) var commits: [RevisionID: Commit] = [:]
    private(set) var tip: RevisionID?
    /// Revisions beside the branch, by reference.
    var references: [String: RevisionID] = [:]
    /// References that cannot be fetched, and nothing together with them.
    var spoiled: Set<String> = []
    /// Approvals as they are kept, of any base.
    var approvals: [Approval] = []

    /// Adds a commit with its parent's files and these; nil takes a file away.
    mutating func add(_ files: [RepositoryPath: [UInt8]?], to commit: Commit) -> RevisionID? {
        var commit = commit
        if let parent = commit.parent { commit.files.merge(commits[parent]?.files ?? [:]) { mine, _ in mine } }
        for (path, bytes) in files { commit.files[path] = bytes }
        let content = "\(commit.parent?.text ?? "root")\n\(commits.count)\n\(SimulatedRepository.list(commit.files))"
        guard let id = RevisionID(String(Digest(of: Array(content.utf8)).hex.prefix(40))) else { return nil }
        commits[id] = commit
        return id
    }

    /// Moves the branch.
    mutating func move(to revision: RevisionID?) { tip = revision }

    /// The id of all that lies at a revision.
    func tree(of revision: RevisionID) -> ContentID? {
        commits[revision].map { SimulatedRepository.id(of: Array(SimulatedRepository.list($0.files).utf8)) }
    }

    static func list(_ files: [RepositoryPath: [UInt8]]) -> String {
        files.keys.sorted().map { "\($0) \(SimulatedRepository.id(of: files[$0] ?? []))" }.joined(separator: "\n")
    }

    static func id(of bytes: [UInt8]) -> ContentID {
        // The first forty digits of a SHA-256 are always a well-formed id.
        ContentID(String(Digest(of: bytes).hex.prefix(40))) ?? ContentID(String(repeating: "0", count: 40))!
    }

    /// A file's blob, or a folder's tree: the id of the list of what is below it.
    func content(of path: RepositoryPath, at revision: RevisionID) -> ContentID? {
        guard let files = commits[revision]?.files else { return nil }
        if let bytes = files[path] { return SimulatedRepository.id(of: bytes) }
        let below = files.keys.filter { $0.isWithin(path) }.sorted()
        guard !below.isEmpty else { return nil }
        let text = below.map { "\($0) \(SimulatedRepository.id(of: files[$0] ?? []))" }.joined(separator: "\n")
        return SimulatedRepository.id(of: Array(text.utf8))
    }

    func bytes(of order: SnapshotOrder) throws -> [UInt8]? {
        guard case .content(let id) = order.source else { return nil }
        for commit in commits.values {
            if let found = commit.files.values.first(where: { SimulatedRepository.id(of: $0) == id }) { return found }
        }
        return nil
    }

    func isAncestor(_ ancestor: RevisionID, of revision: RevisionID) -> Bool {
        var next: RevisionID? = revision
        while let current = next {
            if current == ancestor { return true }
            if let merged = commits[current]?.merged, isAncestor(ancestor, of: merged) { return true }
            next = commits[current]?.parent
        }
        return false
    }
}

struct SimulatedSource: RevisionSource {
    let world: SimulatedWorld

    func fetch() async throws -> RevisionID {
        try world.perform("fetching") { state in
            guard let tip = state.repository.tip else {
                throw BackendFailure(code: "empty", message: "the repository has no commit yet", retry: .stalled)
            }
            return tip
        }
    }

    func isAncestor(_ ancestor: RevisionID, of revision: RevisionID) async throws -> Bool {
        try world.perform("reading history") { $0.repository.isAncestor(ancestor, of: revision) }
    }

    func changes(from base: RevisionID?, to revision: RevisionID) async throws -> SourceChanges {
        try world.perform("comparing revisions") { state in
            let old = base.flatMap { state.repository.commits[$0]?.files } ?? [:]
            let new = state.repository.commits[revision]?.files ?? [:]
            var changes = SourceChanges()
            for path in Set(old.keys).union(new.keys) where old[path] != new[path] {
                changes.changedPaths.insert(path)
                guard path.text.hasSuffix(".yaml") else { continue }
                if let bytes = new[path] {
                    changes.manifests[path] = ManifestFile(blob: SimulatedRepository.id(of: bytes))
                } else {
                    changes.removedManifests.insert(path)
                }
            }
            return changes
        }
    }

    func contents(of paths: Set<RepositoryPath>, at revision: RevisionID) async throws -> [RepositoryPath: ContentID] {
        try world.perform("reading paths") { state in
            var found: [RepositoryPath: ContentID] = [:]
            for path in paths { found[path] = state.repository.content(of: path, at: revision) }
            return found
        }
    }

    func read(_ blobs: [ContentID], limit: Int) async throws -> [[UInt8]] {
        try world.perform("reading blobs") { state in
            var known: [ContentID: [UInt8]] = [:]
            for bytes in state.repository.commits.values.flatMap(\.files.values) {
                known[SimulatedRepository.id(of: bytes)] = bytes
            }
            return try blobs.map { blob in
                guard let bytes = known[blob] else {
                    throw BackendFailure(code: "no-blob", message: "there is no blob \(blob.short)", retry: .terminal)
                }
                return bytes
            }
        }
    }

    func accept(_ revision: RevisionID) async throws {}

    func export(_ content: ContentID, name: String, to folder: String) async throws {}
}

extension SimulatedWorld {
    public var source: any RevisionSource & HistorySource & ReferenceSource { SimulatedSource(world: self) }
    var tip: RevisionID? { state.withLock { $0.repository.tip } }

    /// Commits files on the branch's tip; nil takes a file away. `orphan` begins a new line with what the tip has.
    @discardableResult
    public func commit(
        _ files: [RepositoryPath: [UInt8]?], orphan: Bool = false, by signer: Person? = nil, merging: RevisionID? = nil,
        subject: String = "a commit"
    ) -> RevisionID? {
        state.withLock { state in
            let tip = state.repository.tip
            let draft = SimulatedRepository.Commit(
                parent: orphan ? nil : tip, merged: merging,
                files: orphan ? tip.flatMap { state.repository.commits[$0]?.files } ?? [:] : [:], signer: signer,
                subject: subject, at: state.now)
            let made = state.repository.add(files, to: draft)
            state.repository.move(to: made)
            return made
        }
    }

    /// Commits beside the branch, under a reference.
    @discardableResult
    public func offer(
        _ files: [RepositoryPath: [UInt8]?], on base: RevisionID?, as reference: String, by signer: Person? = nil
    ) -> RevisionID? {
        state.withLock { state in
            let draft = SimulatedRepository.Commit(parent: base, files: [:], signer: signer, at: state.now)
            let made = state.repository.add(files, to: draft)
            state.repository.references[reference] = made
            return made
        }
    }

    public func spoil(_ reference: String) { state.withLock { _ = $0.repository.spoiled.insert(reference) } }

    /// Moves the branch wherever, as a force-push does.
    public func reset(to revision: RevisionID) { state.withLock { $0.repository.move(to: revision) } }

    public func keep(_ approval: Approval) { state.withLock { $0.repository.approvals.append(approval) } }

    public func tree(of revision: RevisionID) -> ContentID? { state.withLock { $0.repository.tree(of: revision) } }
}
