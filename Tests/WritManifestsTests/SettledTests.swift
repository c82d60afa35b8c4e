// Manifests that settled are judged, and answer, as those that did not.
import Testing
import WritVocabulary

@testable import WritManifests

struct SettledTests {
    @Test("an index that settles now and then says after any row of commits what a plain one says", arguments: 0..<16)
    func sameVerdicts(seed: Int) throws {
        var repository = PartialRepository(seed: UInt64(seed), size: 40)
        var base = repository.current
        let (index, desired) = try #require(base.index())
        var plain = Accepted(index: index, desired: desired)
        var settling = plain
        try settling.settle()
        var verdicts = [true: 0, false: 0]
        for number in 2..<60 {
            repository.commit()
            let head = repository.current
            let revision = CacheFolder.revision(number)
            let outcomes = (
                try plain.take(head, from: base, revision), try settling.take(head, from: base, revision)
            )
            #expect(outcomes.0 == outcomes.1)
            verdicts[outcomes.0.isAccepted, default: 0] += 1
            if outcomes.0.isAccepted { base = head } else { repository.current = base }
            if number.isMultiple(of: 5 + seed % 3) { try settling.settle() }
            try settling.compare(with: plain)
        }
        #expect(verdicts.values.allSatisfy { $0 > 5 }, "seed \(seed): \(verdicts)")
    }

    @Test("whatever the number of workers, a first look comes to the same index and the same resources")
    func workers() async throws {
        var changes = ManifestChanges()
        for number in 0..<Limits.filesPerWorker * 5 {
            let text = Fixtures.dataset.replacing("name: flights-january", with: "name: flights-\(number)")
            changes.files[repositoryPath("data/\(number).yaml")] = .init(
                blob: Repository.blob(text), bytes: Array(text.utf8))
        }
        var alone = ManifestIndex()
        let update = alone.prepare(changes)
        let contents = Dictionary(uniqueKeysWithValues: update.pathsNeeded.map { ($0, Repository.blob($0.text)) })
        let change = try alone.commit(update, revision: Repository.revision, contents: contents).get()
        for workers in [1, 2, 3, 7] {
            var together = ManifestIndex()
            let prepared = await together.prepare(changes, workers: workers)
            #expect((prepared.first != nil) == (workers > 1))
            let update = together.prepare(changes, having: prepared)
            let same = try together.commit(update, revision: Repository.revision, contents: contents).get()
            #expect(same.resources == change.resources)
            #expect(same.contents == change.contents)
            #expect(together.count == alone.count)
            #expect(together.declarations.mapValues(\.mentions) == alone.declarations.mapValues(\.mentions))
            #expect(together.declarations.mapValues(\.path) == alone.declarations.mapValues(\.path))
            #expect(together.pathUsers == alone.pathUsers && together.referrers == alone.referrers)
            // What was worked out for nothing counts for nothing else.
            #expect(together.prepare(ManifestChanges(), having: prepared).decoded.isEmpty)
        }
    }

    @Test("a settled manifest is the bytes it was accepted with, other documents of its file included")
    func source() throws {
        let text = Fixtures.dataset + "---\n" + Fixtures.holdout
        var repository = Repository()
        repository.files = ["two.yaml": text]
        let change = try repository.update().get()
        var desired = DesiredState()
        _ = desired.apply(change)
        let settled = repository.index.settle()
        desired.settle(on: try #require(settled))
        #expect(repository.index.unsettledCount == 0 && repository.index.count == 2)
        for (id, resource) in change.resources { #expect(desired.resources[id] == resource) }
        #expect(repository.index.settled?.source(of: repositoryPath("two.yaml")).elementsEqual(text.utf8) == true)
        // Files that did not change are not asked for again.
        #expect(repository.index.needsBytes(of: repository.blobs).isEmpty)
    }
}

/// An index with the desired state made from it.
private struct Accepted {
    var index: ManifestIndex
    var desired: DesiredState

    enum Outcome: Equatable {
        case accepted([ResourceID: Resource?], [RepositoryPath: ContentID?], touched: Set<ResourceID>)
        case refused(ManifestRefusal)

        var isAccepted: Bool { if case .accepted = self { true } else { false } }
    }

    mutating func settle() throws {
        let settled = index.settle()
        desired.settle(on: try #require(settled))
    }

    mutating func take(
        _ head: PartialRepository.Snapshot, from base: PartialRepository.Snapshot, _ revision: RevisionID
    ) throws -> Outcome {
        let update = index.prepare(head.changes(from: base))
        let contents = head.contents(of: update.pathsNeeded)
        let preview = index.preview(update, revision: revision, contents: contents)
        switch index.commit(update, revision: revision, contents: contents) {
        case .failure(let refusal): return .refused(refusal)
        case .success(let change):
            #expect(try preview.get().resources == change.resources)
            return .accepted(change.resources, change.contents, touched: desired.apply(change))
        }
    }

    func compare(with plain: Accepted) throws {
        let ids = plain.desired.resources.keys.sorted()
        #expect(index.count == plain.index.count)
        #expect(desired.resources.count == ids.count && desired.resources.keys.sorted() == ids)
        #expect(desired.contents == plain.desired.contents)
        for id in ids {
            #expect(desired.resources[id] == plain.desired.resources[id])
            #expect(desired.dependents(of: id) == plain.desired.dependents(of: id))
            #expect(index.referrers(of: id) == plain.index.referrers(of: id))
            #expect(index.declaration(of: id)?.mentions == plain.index.declaration(of: id)?.mentions)
        }
        for path in plain.desired.contents.keys { #expect(desired.users(of: path) == plain.desired.users(of: path)) }
        for path in plain.index.files.keys {
            #expect(index.blob(of: path) == plain.index.blob(of: path))
            #expect(index.declared(in: path) == plain.index.declared(in: path))
        }
        for kind in Kind.allCases { #expect(Set(index.ids(of: kind)) == Set(plain.index.ids(of: kind))) }
    }
}
