// From a new tip to its plan, when one manifest among many changed; beside libgit2's own comparison of the two trees.
import ArgumentParser
import CLibGit2
import Foundation
import WritBackends
import WritController
import WritExecutor
import WritLedger
import WritManifests
import WritPlanner
import WritSimulation
import WritSource
import WritVocabulary

struct PassBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "One changed manifest among many: time from tip to plan.")

    @Option(name: .long, help: "Rounds; the median is shown.") var rounds = 15
    @Argument(help: "How many manifests there are.") var sizes = [1_000, 10_000, 100_000]

    func run() async throws {
        Measuring.row(
            "manifests", "first commit to rest", "tip to plan", "libgit2 tree diff alone", "ratio", "resident")
        Measuring.row("--:", "--:", "--:", "--:", "--:", "--:")
        for size in sizes {
            let scratch = try Scratch()
            defer { scratch.remove() }
            let repository = try SampleRepository(size, in: scratch)
            let source = GitSource(existing: repository.path, manifestFolder: RepositoryPath("manifests"))
            let first = try await source.resolve("main~1")
            let second = try await source.resolve("main")
            let start = Measuring.now
            var machine = try await load(first, source)
            let cold = Measuring.now - start
            var now = Timestamp(milliseconds: 1_767_229_200_000)
            var passes: [Double] = []
            var diffs: [Double] = []
            for _ in 0..<rounds {
                passes.append(try await pass(&machine, from: first, to: second, source, at: now))
                // Back again, unmeasured: a machine at rest at the first revision.
                try await advance(&machine, from: second, to: first, source, at: now)
                now = now + .seconds(1)
                diffs.append(try Libgit2Diff.seconds(repository.path, first, second))
            }
            let (pass, diff) = (Measuring.median(passes), Measuring.median(diffs))
            Measuring.row(
                "\(size)", String(format: "%.2f s", cold), Measuring.milliseconds(pass), Measuring.milliseconds(diff),
                String(format: "%.2f", pass / diff), "\(Measuring.residentBytes() >> 20) MiB")
        }
    }

    /// Brings a machine to the first revision and to rest: everything snapshotted, trained and registered.
    private func load(_ revision: RevisionID, _ source: GitSource) async throws -> ControllerMachine {
        var limits = ControllerLimits()
        (limits.actions, limits.snapshots, limits.executions, limits.resourcesPerPass) = (.max, .max, .max, .max)
        let log = MemoryEntryLog()
        var machine = ControllerMachine(limits: limits, planner: Planner(), log: log, keep: { Digest(of: $0) })
        var now = Timestamp(milliseconds: 1_767_225_600_000)
        let idle = IdleBackends(now: now)
        var backends = SimulatedWorld(seed: 1, start: now).backends
        (backends.trainer, backends.data, backends.registry) = (idle, idle, idle)
        let executor = Executor(backends: backends)
        _ = try machine.handle([.started(version: "benchmark"), .fetched(.success(revision))], at: now)
        let reading = try await source.reading(of: revision, from: nil, descendingFrom: nil)
        var events: [ControllerEvent] = [.changesRead(revision, .success(reading))]
        for _ in 0..<50 {
            now = now + .seconds(1)
            var next: [ControllerEvent] = []
            for effect in try machine.handle(events.isEmpty ? [.tick] : events, at: now) {
                switch effect {
                case .perform(let planned): next.append(.performed(await executor.perform(planned)))
                case .readContents(let paths, let revision):
                    next.append(.contentsRead(revision, .success(try await source.contents(of: paths, at: revision))))
                case .observe(let executions, let files):
                    next.append(.observed(await backends.observation(executions: executions, files: files)))
                case .fetch: next.append(.fetched(.success(revision)))
                case .readChanges, .readFirst, .markAccepted, .readHistory, .consult, .checkTrust: break
                }
            }
            events = next
            if machine.convergence == .converged(revision), next.isEmpty { break }
        }
        guard machine.convergence == .converged(revision) else {
            throw BenchmarkFailure(description: "not at rest: \(machine.convergence)")
        }
        return machine
    }

    /// One pass from tip to plan. The machine is the only one of its kind, as in a controller; the second revision is
    /// then taken back, so that each round does the same.
    private func pass(
        _ machine: inout ControllerMachine, from base: RevisionID, to revision: RevisionID, _ source: GitSource,
        at now: Timestamp
    ) async throws -> Double {
        let start = Measuring.now
        try await advance(&machine, from: base, to: revision, source, at: now)
        let seconds = Measuring.now - start
        guard machine.desired.revision == revision else {
            throw BenchmarkFailure(description: "the commit was not accepted")
        }
        return seconds
    }

    private func advance(
        _ machine: inout ControllerMachine, from base: RevisionID?, to revision: RevisionID, _ source: GitSource,
        at now: Timestamp
    ) async throws {
        _ = try machine.handle([.fetched(.success(revision))], at: now)
        let reading = try await source.reading(of: revision, from: base, descendingFrom: nil)
        for case .readContents(let paths, let revision) in try machine.handle(
            [.changesRead(revision, .success(reading))], at: now)
        {
            let contents = try await source.contents(of: paths, at: revision)
            _ = try machine.handle([.contentsRead(revision, .success(contents))], at: now)
        }
    }
}

/// The yardstick: what libgit2 itself takes to compare the two trees.
enum Libgit2Diff {
    static func seconds(_ path: String, _ old: RevisionID, _ new: RevisionID) throws -> Double {
        git_libgit2_init()
        defer { git_libgit2_shutdown() }
        var repository: OpaquePointer?
        guard git_repository_open_bare(&repository, path) == 0 else {
            throw BenchmarkFailure(description: "cannot open \(path)")
        }
        defer { git_repository_free(repository) }
        let (a, b) = (try tree(repository, old), try tree(repository, new))
        defer {
            git_tree_free(a)
            git_tree_free(b)
        }
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        var diff: OpaquePointer?
        guard git_diff_tree_to_tree(&diff, repository, a, b, nil) == 0 else {
            throw BenchmarkFailure(description: "no diff")
        }
        git_diff_free(diff)
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
    }

    private static func tree(_ repository: OpaquePointer?, _ revision: RevisionID) throws -> OpaquePointer? {
        var id = git_oid()
        var commit: OpaquePointer?
        var tree: OpaquePointer?
        guard git_oid_fromstr(&id, revision.text) == 0, git_commit_lookup(&commit, repository, &id) == 0 else {
            throw BenchmarkFailure(description: "no commit \(revision)")
        }
        defer { git_commit_free(commit) }
        guard git_commit_tree(&tree, commit) == 0 else { throw BenchmarkFailure(description: "no tree") }
        return tree
    }
}
