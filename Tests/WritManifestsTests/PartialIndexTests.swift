// An index on disk gives the verdicts the whole index gives, and enough of the desired state to plan from.
import Testing
import WritVocabulary

@testable import WritManifests

struct PartialIndexTests {
    @Test("after any row of commits the stored index judges a change as the whole index does", arguments: 0..<16)
    func sameVerdicts(seed: Int) throws {
        let folder = try CacheFolder()
        var repository = PartialRepository(seed: UInt64(seed), size: 40)
        var stored = repository.current
        var base = repository.current
        var full = try #require(repository.current.index())
        #expect(folder.cache.store(full.index, revision: CacheFolder.revision(1)))
        var verdicts = [true: 0, false: 0]
        for number in 2..<60 {
            repository.commit()
            let head = repository.current
            let revision = CacheFolder.revision(number)
            var partial = try open(folder, stored, base)
            let accepted = try compare(&full.index, &partial, from: base, to: head, full.desired, revision)
            verdicts[accepted, default: 0] += 1
            guard accepted else {
                repository.current = base
                continue
            }
            full = try #require(head.index())
            base = head
            // What the newer index was written from is sometimes an older one and what came since.
            if number.isMultiple(of: 7) {
                #expect(folder.cache.store(partial, revision: CacheFolder.revision(1)))
                stored = head
            }
        }
        #expect(verdicts.values.allSatisfy { $0 > 5 }, "seed \(seed): \(verdicts)")
    }

    /// The stored index, brought up to the base.
    private func open(
        _ folder: CacheFolder, _ stored: PartialRepository.Snapshot, _ base: PartialRepository.Snapshot
    ) throws -> PartialIndex {
        var partial = PartialIndex(try #require(folder.cache.open(CacheFolder.revision(1))))
        let update = partial.prepare(base.changes(from: stored))
        _ = try partial.commit(
            update, revision: CacheFolder.revision(1), contents: base.contents(of: update.pathsNeeded)
        ).get()
        return partial
    }

    private func compare(
        _ full: inout ManifestIndex, _ partial: inout PartialIndex, from base: PartialRepository.Snapshot,
        to head: PartialRepository.Snapshot, _ desired: DesiredState, _ revision: RevisionID
    ) throws -> Bool {
        let changes = head.changes(from: base)
        let (whole, part) = (full.prepare(changes), partial.prepare(changes))
        #expect(part.pathsNeeded == whole.pathsNeeded)
        #expect(part.diagnostics == whole.diagnostics)
        let before = partial
        let contents = head.contents(of: whole.pathsNeeded)
        let answers = (
            full.commit(whole, revision: revision, contents: contents),
            partial.commit(part, revision: revision, contents: contents)
        )
        #expect(!partial.isDamaged)
        switch answers {
        case (.success(let whole), .success(let part)):
            #expect(part.resources == whole.resources)
            #expect(part.contents == whole.contents)
            try compareConcern(
                before.concern(of: part, changedPaths: changes.changedPaths, after: partial), base, desired, part)
            return true
        case (.failure(let whole), .failure(let part)):
            #expect(part == whole)
            return false
        case (let whole, let part):
            Issue.record("the whole says \(whole), the part says \(part)")
            return false
        }
    }

    /// What is read of the base is what the whole says of the same resources, and nothing that depends on the change is
    /// left out, before it or after.
    private func compareConcern(
        _ concern: PartialIndex.Concern, _ base: PartialRepository.Snapshot, _ desired: DesiredState,
        _ change: DesiredState.Change
    ) throws {
        var bytes: [RepositoryPath: [UInt8]] = [:]
        for (path, blob) in concern.files {
            #expect(base.blob(path.text) == blob)
            bytes[path] = Array((base.files[path.text] ?? "").utf8)
        }
        let resources = try #require(concern.resources(from: bytes))
        var part = DesiredState.Change(revision: CacheFolder.revision(1))
        for resource in resources {
            #expect(desired.resources[resource.id] == resource)
            part.resources[resource.id] = .some(resource)
            for path in resource.paths { part.contents[path] = .some(desired.contents[path]) }
        }
        for path in concern.paths { part.contents[path] = .some(desired.contents[path]) }
        var (whole, partial) = (desired, DesiredState())
        _ = partial.apply(part)
        let touched = Set(change.resources.keys)
        #expect(partial.withDependents(touched) == whole.withDependents(touched))
        let before = whole
        for path in change.contents.keys { #expect(partial.contents[path] == before.contents[path]) }
        let after = (whole.apply(change), partial.apply(change))
        #expect(after.0 == after.1)
        for id in after.0 {
            #expect(partial.resources[id] == whole.resources[id])
            #expect(partial.dependents(of: id) == whole.dependents(of: id))
            for reference in whole.resources[id]?.references ?? [] {
                #expect(partial.resources[reference] == whole.resources[reference])
            }
            guard id.kind == .model else { continue }
            #expect(partial.endpoints(of: id.name) == whole.endpoints(of: id.name))
        }
    }

    @Test("one change reads a few blocks of an index of fifty thousand manifests that all name one path")
    func fewBlocks() throws {
        let folder = try CacheFolder()
        let size = 50_000
        let code = Mention(target: .path(repositoryPath("code")), line: 6, column: 12)
        let manifests = (0..<size).map { number in
            let name = ResourceID(.dataset, resourceName("data-\(number)"))
            let path = repositoryPath("manifests/team-\(number / 100)/data-\(number).yaml")
            let declaration = ManifestIndex.Declaration(path: path, line: 3, column: 18, mentions: [code])
            return KnownManifest(
                path: path, blob: Repository.blob("\(number)"), declared: [(id: name, declaration: declaration)])
        }
        #expect(folder.cache.store(manifests, revision: CacheFolder.revision(1)))
        let stored = try #require(folder.cache.open(CacheFolder.revision(1)))
        #expect(stored.count == size)
        var partial = PartialIndex(stored)
        let text = Fixtures.dataset.replacing("flights-january", with: "data-4711")
            .replacing("data/january.csv", with: "code")
        var changes = ManifestChanges()
        let path = repositoryPath("manifests/team-47/data-4711.yaml")
        changes.files[path] = .init(blob: Repository.blob(text), bytes: Array(text.utf8))
        changes.changedPaths = [path]
        let update = partial.prepare(changes)
        #expect(update.diagnostics.isEmpty)
        let before = partial
        let contents = [repositoryPath("code"): Repository.blob("code")]
        let change = try partial.commit(update, revision: CacheFolder.revision(2), contents: contents).get()
        let concern = before.concern(of: change, changedPaths: changes.changedPaths, after: partial)
        #expect(concern.files.map(\.key) == [path])
        #expect(stored.blocksRead < 80, "\(stored.blocksRead) blocks were read")
    }
}
