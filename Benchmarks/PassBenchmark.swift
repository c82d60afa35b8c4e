// From a new tip to its plan, when one manifest among many changed; beside libgit2's own comparison of the two trees.
import ArgumentParser
import CLibGit2
import Foundation
import WritBackends
import WritController
import WritLedger
import WritManifests
import WritPlanner
import WritSource
import WritVocabulary

struct PassBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "One changed manifest among many: time from tip to plan.")

    @Option(name: .long, help: "Rounds; the median is shown.") var rounds = 15
    @Argument(help: "How many manifests there are.") var sizes = [1_000, 10_000, 100_000]

    func run() async throws {
        Measuring.row("manifests", "cold load", "tip to plan", "libgit2 tree diff alone", "ratio", "resident")
        Measuring.row("--:", "--:", "--:", "--:", "--:", "--:")
        for size in sizes {
            let scratch = try Scratch()
            defer { scratch.remove() }
            let repository = try SampleRepository(size, in: scratch)
            let source = GitSource(existing: repository.path, manifestFolder: RepositoryPath("manifests"))
            let first = try await source.resolve("main~1")
            let second = try await source.resolve("main")
            let (cold, machine) = try await Measuring.wall { try await load(first, source) }
            var passes: [Double] = []
            var diffs: [Double] = []
            for _ in 0..<rounds {
                passes.append(try await pass(machine, from: first, to: second, source))
                diffs.append(try Libgit2Diff.seconds(repository.path, first, second))
            }
            let (pass, diff) = (Measuring.median(passes), Measuring.median(diffs))
            Measuring.row(
                "\(size)", String(format: "%.2f s", cold), Measuring.milliseconds(pass), Measuring.milliseconds(diff),
                String(format: "%.2f", pass / diff), "\(Measuring.residentBytes() >> 20) MiB")
        }
    }

    /// Brings a machine to the first revision: everything parsed, planned and waiting.
    private func load(_ revision: RevisionID, _ source: GitSource) async throws -> ControllerMachine {
        var limits = ControllerLimits()
        limits.actions = 0
        limits.resourcesPerPass = .max
        var machine = ControllerMachine(limits: limits, planner: Planner(), log: MemoryEntryLog(), keep: { Digest(of: $0) })
        let now = Timestamp(milliseconds: 1_767_225_600_000)
        _ = try machine.handle([.started(version: "benchmark")], at: now)
        let idle = Observation(executions: .success([:]), replicas: .success([:]), gateway: .success(nil), files: .success([:]))
        _ = try machine.handle([.observed(idle)], at: now)
        try await advance(&machine, from: nil, to: revision, source, at: now)
        return machine
    }

    /// One pass on a copy of the loaded machine, so that each round does the same.
    private func pass(
        _ loaded: ControllerMachine, from base: RevisionID, to revision: RevisionID, _ source: GitSource
    ) async throws -> Double {
        var machine = loaded
        let now = Timestamp(milliseconds: 1_767_225_700_000)
        // The copy's storage is made its own before the clock starts: a running controller has only one.
        _ = try machine.handle([.operatorAct(.resume(ResourceID(.model, ResourceName("none")!), actor: "benchmark"))], at: now)
        return try await Measuring.wall { try await advance(&machine, from: base, to: revision, source, at: now) }.seconds
    }

    private func advance(
        _ machine: inout ControllerMachine, from base: RevisionID?, to revision: RevisionID, _ source: GitSource, at now: Timestamp
    ) async throws {
        _ = try machine.handle([.fetched(.success(revision))], at: now)
        let reading = try await source.reading(of: revision, from: base, descendingFrom: base)
        for case .readContents(let paths, let revision) in try machine.handle([.changesRead(revision, .success(reading))], at: now) {
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
        guard git_repository_open_bare(&repository, path) == 0 else { throw BenchmarkFailure(description: "cannot open \(path)") }
        defer { git_repository_free(repository) }
        let (a, b) = (try tree(repository, old), try tree(repository, new))
        defer {
            git_tree_free(a)
            git_tree_free(b)
        }
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        var diff: OpaquePointer?
        guard git_diff_tree_to_tree(&diff, repository, a, b, nil) == 0 else { throw BenchmarkFailure(description: "no diff") }
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
