// From a new tip to the plan of the change, with everything in memory as in a controller, and from the index on disk as
// in `writ plan`: both flat, however many manifests there are.
import ArgumentParser
import Foundation
import WritBackends
import WritManifests
import WritPlanner
import WritSource
import WritVocabulary

struct ChangePlanBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change-plan",
        abstract: "One changed manifest among many: time from tip to the plan of the change.")

    @Option(name: .long, help: "Rounds; the median is shown.") var rounds = 25
    @Argument(help: "How many manifests there are.") var sizes = [1_000, 10_000, 100_000]

    func run() async throws {
        Measuring.row(
            "manifests", "tip to plan, in memory", "of which the tree diff", "from the index on disk", "index on disk",
            "blocks read", "resident a manifest")
        Measuring.row("--:", "--:", "--:", "--:", "--:", "--:", "--:")
        for size in sizes {
            let scratch = try Scratch()
            defer { scratch.remove() }
            let repository = try SampleRepository(size, in: scratch)
            let source = GitSource(existing: repository.path, manifestFolder: RepositoryPath("manifests"))
            let first = try await source.resolve("main~1")
            let second = try await source.resolve("main")
            let resident = Measuring.residentBytes()
            let whole = try await Whole(first, source)
            let growth = Measuring.residentBytes() - resident
            let cache = IndexCache(
                folder: "\(scratch.path)/cache", rules: "benchmark", manifestFolder: RepositoryPath("manifests"))
            guard cache.store(whole.index, revision: first) else { throw BenchmarkFailure(description: "not stored") }
            let bytes = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/cache").reduce(0) {
                $0
                    + (try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/cache/\($1)")[.size] as? Int
                        ?? 0)
            }
            var (memory, diffs, disk, blocks): ([Double], [Double], [Double], Int) = ([], [], [], 0)
            for _ in 0..<rounds {
                diffs.append(try await Measuring.wall { try await source.changes(from: first, to: second) }.seconds)
                let (seconds, plan) = try await Measuring.wall { try await whole.plan(to: second, source) }
                memory.append(seconds)
                let (other, stored) = try await Measuring.wall {
                    try await StoredPlan.plan(from: first, to: second, source, cache)
                }
                disk.append(other)
                blocks = stored.blocks
                guard try plan.digest == stored.plan.digest, !plan.isEmpty else {
                    throw BenchmarkFailure(description: "the plans differ")
                }
            }
            Measuring.row(
                "\(size)", Measuring.milliseconds(Measuring.median(memory)),
                Measuring.milliseconds(Measuring.median(diffs)), Measuring.milliseconds(Measuring.median(disk)),
                String(format: "%.1f MB", Double(bytes) / 1e6), "\(blocks)", "\(growth / size) B")
        }
    }
}

/// Index and desired state of the base, as a controller has them.
private struct Whole {
    var index = ManifestIndex()
    var desired = DesiredState()

    init(_ revision: RevisionID, _ source: GitSource) async throws {
        let update = index.prepare(try await source.manifestChanges(from: nil, to: revision))
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: revision)
        _ = desired.apply(try index.commit(update, revision: revision, contents: contents).get())
    }

    /// A copy of the index shares everything with it until it is changed, which a preview never does.
    func plan(to revision: RevisionID, _ source: GitSource) async throws -> ChangePlan {
        let update = index.prepare(try await source.manifestChanges(from: desired.revision, to: revision))
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: revision)
        let change = try index.preview(update, revision: revision, contents: contents).get()
        return try ChangePlanner().plan(
            base: desired, change: change, observation: nil, basis: .assumed, decision: nil)
    }
}

/// What `writ plan` does once it is started.
private enum StoredPlan {
    static func plan(
        from base: RevisionID, to head: RevisionID, _ source: GitSource, _ cache: IndexCache
    ) async throws -> (plan: ChangePlan, blocks: Int) {
        guard let stored = cache.open(base) else { throw BenchmarkFailure(description: "no index") }
        let before = PartialIndex(stored)
        var after = before
        let changes = try await source.manifestChanges(from: base, to: head)
        let update = after.prepare(changes)
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: head)
        let change = try after.commit(update, revision: head, contents: contents).get()
        let concern = before.concern(of: change, changedPaths: changes.changedPaths, after: after)
        let files = concern.files.sorted { $0.key < $1.key }
        let bytes = try await source.read(files.map(\.value), limit: 1 << 20)
        guard let resources = concern.resources(from: Dictionary(uniqueKeysWithValues: zip(files.map(\.key), bytes)))
        else { throw BenchmarkFailure(description: "no resources") }
        var part = DesiredState.Change(revision: base)
        let paths = resources.reduce(into: Set(concern.paths)) { $0.formUnion($1.paths) }
        for resource in resources { part.resources[resource.id] = .some(resource) }
        for (path, content) in try await source.contents(of: paths, at: base) { part.contents[path] = .some(content) }
        var desired = DesiredState()
        _ = desired.apply(part)
        let plan = try ChangePlanner().plan(
            base: desired, change: change, observation: nil, basis: .assumed, decision: nil)
        return (plan, stored.blocksRead)
    }
}

extension GitSource {
    fileprivate func manifestChanges(from base: RevisionID?, to revision: RevisionID) async throws -> ManifestChanges {
        let changes = try changes(from: base, to: revision)
        let files = changes.manifests.sorted { $0.key < $1.key }
        let bytes = try read(files.map(\.value.blob), limit: 1 << 20)
        var found = ManifestChanges(removed: changes.removedManifests, changedPaths: changes.changedPaths)
        for ((path, file), bytes) in zip(files, bytes) {
            found.files[path] = ManifestChanges.File(blob: file.blob, bytes: bytes)
        }
        return found
    }
}
