// What a change means for what the repository declares: read from its commits, most of it from what is known already.
import Foundation
import WritBackends
import WritManifests
import WritSource
import WritVocabulary

/// A base, or the part of it that a change can reach, and the change.
struct DeclaredChange {
    var base: DesiredState
    var change: DesiredState.Change
    var changes: SourceChanges
    /// What is worth keeping for the next time.
    fileprivate var unkept: Unkept?

    fileprivate enum Unkept {
        case whole(ManifestIndex)
        case part(PartialIndex)
    }
}

/// Reads changes of one repository.
struct ChangeReading {
    let source: GitSource
    /// nil reads everything anew.
    let cache: IndexCache?

    /// How many manifests may have changed since an index was stored before it is worth writing another.
    static let staleMaximum = 64
    /// How many stored indexes are compared with the base.
    static let candidatesMaximum = 8

    /// The change from a base to a revision that follows it. Throws what is wrong with the head as a `ManifestRefusal`.
    func read(from base: RevisionID, to head: RevisionID) async throws -> DeclaredChange {
        for candidate in try await candidates(for: base) {
            if let change = try await part(from: base, to: head, over: candidate) { return change }
            cache?.remove(candidate.revision)
        }
        return try await whole(from: base, to: head)
    }

    /// Stores what was read, if it is worth it. Whether it succeeds is nobody's concern: the next plan only takes
    /// longer.
    func keep(_ declared: DeclaredChange) {
        guard let cache, let revision = declared.base.revision else { return }
        switch declared.unkept {
        case .whole(let index): cache.store(index, revision: revision)
        case .part(let index): cache.store(index, revision: revision)
        case nil: break
        }
    }
}

// MARK: - From the cache

extension ChangeReading {
    private struct Candidate {
        var revision: RevisionID
        /// From the stored revision to the base.
        var changes: SourceChanges
        var count: Int { changes.manifests.count + changes.removedManifests.count }
    }

    /// The stored indexes nearest to the base, nearest first. Those of other repositories' revisions are passed over.
    private func candidates(for base: RevisionID) async throws -> [Candidate] {
        guard let cache else { return [] }
        let revisions = cache.revisions()
        if revisions.contains(base) { return [Candidate(revision: base, changes: SourceChanges())] }
        var found: [Candidate] = []
        for revision in revisions.prefix(ChangeReading.candidatesMaximum) {
            guard let changes = try? await source.changes(from: revision, to: base), changes.refused.isEmpty else {
                continue
            }
            let candidate = Candidate(revision: revision, changes: changes)
            if candidate.count <= ChangeReading.staleMaximum { return [candidate] }
            found.append(candidate)
        }
        return found.sorted { $0.count < $1.count }
    }

    /// nil when the stored index is damaged, or the base is not in order: then all is read to say why.
    private func part(
        from base: RevisionID, to head: RevisionID, over candidate: Candidate
    ) async throws -> DeclaredChange? {
        guard let stored = cache?.open(candidate.revision) else { return nil }
        var before = PartialIndex(stored)
        let since = before.prepare(try await manifests(of: candidate.changes))
        let contents = try await source.contents(of: Set(since.pathsNeeded), at: base)
        guard case .success = before.commit(since, revision: base, contents: contents) else { return nil }

        let changes = try await changes(from: base, to: head)
        var after = before
        let update = after.prepare(try await manifests(of: changes))
        let known = try await source.contents(of: Set(update.pathsNeeded), at: head)
        let result = after.commit(update, revision: head, contents: known)
        guard !after.isDamaged else { return nil }
        let change = try await accepted(result, at: head)
        let concern = before.concern(of: change, changedPaths: changes.changedPaths, after: after)
        guard let desired = try await desired(concern, at: base), !before.isDamaged else { return nil }
        return DeclaredChange(
            base: desired, change: change, changes: changes,
            unkept: candidate.count > ChangeReading.staleMaximum ? .part(before) : nil)
    }

    private func desired(_ concern: PartialIndex.Concern, at base: RevisionID) async throws -> DesiredState? {
        let files = concern.files.sorted { $0.key < $1.key }
        let bytes = try await source.read(files.map(\.value), limit: ManifestFolder.fileBytes)
        let read = Dictionary(zip(files.map(\.key), bytes)) { first, _ in first }
        guard let resources = concern.resources(from: read) else { return nil }
        let paths = resources.reduce(into: Set(concern.paths)) { $0.formUnion($1.paths) }
        var part = DesiredState.Change(revision: base)
        for resource in resources { part.resources[resource.id] = .some(resource) }
        for (path, content) in try await source.contents(of: paths, at: base) { part.contents[path] = .some(content) }
        var desired = DesiredState()
        _ = desired.apply(part)
        return desired
    }
}

// MARK: - From the commits

extension ChangeReading {
    private func whole(from base: RevisionID, to head: RevisionID) async throws -> DeclaredChange {
        var index = ManifestIndex()
        var desired = DesiredState()
        do {
            let all = try await source.changes(from: nil, to: base)
            if let refused = all.refused.first { throw CommandFailure(refused.message, code: .notSo) }
            let workers = ProcessInfo.processInfo.activeProcessorCount
            let update = await index.prepare(try await manifests(of: all), workers: workers)
            let contents = try await source.contents(of: Set(update.pathsNeeded), at: base)
            _ = desired.apply(try index.commit(update, revision: base, contents: contents).get())
        } catch let error where error is ManifestRefusal || error is CommandFailure {
            throw CommandFailure(
                "the base \(base.short) is refused itself, so nothing can be planned from it",
                hint: "see `writ validate --revision \(base)`; name an earlier revision with --from", code: .unknown)
        }
        let changes = try await changes(from: base, to: head)
        var after = index
        let update = after.prepare(try await manifests(of: changes))
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: head)
        let change = try await accepted(after.commit(update, revision: head, contents: contents), at: head)
        return DeclaredChange(base: desired, change: change, changes: changes, unkept: .whole(index))
    }

    private func changes(from base: RevisionID, to head: RevisionID) async throws -> SourceChanges {
        let changes = try await source.changes(from: base, to: head)
        guard let refused = changes.refused.first else { return changes }
        throw CommandFailure(refused.message, code: .notSo)
    }

    private func manifests(of changes: SourceChanges) async throws -> ManifestChanges {
        let files = changes.manifests.sorted { $0.key < $1.key }
        let bytes = try await source.read(files.map(\.value.blob), limit: ManifestFolder.fileBytes)
        var found = ManifestChanges(removed: changes.removedManifests, changedPaths: changes.changedPaths)
        for ((path, file), bytes) in zip(files, bytes) {
            found.files[path] = ManifestChanges.File(blob: file.blob, bytes: bytes)
        }
        return found
    }

    /// The change, or a refusal that shows the offending lines of files that did not change as well.
    private func accepted(
        _ result: Result<DesiredState.Change, ManifestRefusal>, at head: RevisionID
    ) async throws -> DesiredState.Change {
        switch result {
        case .success(let change): return change
        case .failure(var refusal):
            let paths = Set(refusal.filesWithoutExcerpt.compactMap { RepositoryPath($0) })
            let blobs = try await source.contents(of: paths, at: head).sorted { $0.key < $1.key }
            let bytes = try await source.read(blobs.map(\.value), limit: ManifestFolder.fileBytes)
            let sources = Dictionary(zip(blobs.map(\.key.text), bytes)) { first, _ in first }
            refusal.diagnostics = refusal.diagnostics.map { shown in
                sources[shown.path].map { shown.adding(source: $0) } ?? shown
            }
            throw refusal
        }
    }
}
