// A thousand changed resources through plan, act and record, with the real ledger on disk and backends that do nothing.
import ArgumentParser
import Foundation
import WritBackends
import WritController
import WritExecutor
import WritLedger
import WritPlanner
import WritSimulation
import WritVocabulary

struct ThroughputBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput",
        abstract: "Resources reconciled a second: plan, intent, act, outcome, condition, all durable.")

    @Option(name: .long) var rounds = 3
    @Argument(help: "How many resources change.") var size = 1_000

    func run() async throws {
        var rates: [Double] = []
        var entries = 0
        for _ in 0..<rounds {
            let scratch = try Scratch()
            defer { scratch.remove() }
            let (seconds, written) = try await reconcile(scratch)
            rates.append(Double(size) / seconds)
            entries = written
        }
        Measuring.row("resources", "a second", "ledger entries each", "rounds")
        Measuring.row("--:", "--:", "--:", "--:")
        Measuring.row(
            "\(size)", "\(Int(Measuring.median(rates)))", String(format: "%.1f", Double(entries) / Double(size)),
            "\(rounds)")
    }

    private func reconcile(_ scratch: Scratch) async throws -> (seconds: Double, entries: Int) {
        let signer = try LedgerKey.loadOrCreate(
            in: scratch.path, origin: "bench.writ.example/pass", seed: { Array(0..<32) })
        let records = try Records(data: scratch.path, signer: signer)
        let blobs = try FileBlobStore(directory: "\(scratch.path)/blobs")
        let now = Timestamp(milliseconds: 1_767_225_600_000)
        let world = SimulatedWorld(seed: 1, start: now)
        var files: [RepositoryPath: [UInt8]?] = [:]
        for index in 0..<size {
            let text =
                "apiVersion: writ.dev/v1\nkind: Dataset\nmetadata: {name: data-\(index)}\nspec: {source: {path: data/\(index).csv}, format: csv}\n"
            if let path = RepositoryPath("manifests/\(index).yaml") { files[path] = Array(text.utf8) }
            if let path = RepositoryPath("data/\(index).csv") { files[path] = Array("x\n\(index)\n".utf8) }
        }
        guard let revision = world.commit(files) else { throw BenchmarkFailure(description: "no commit") }
        var limits = ControllerLimits()
        limits.actions = 256
        limits.snapshots = 256
        var machine = ControllerMachine(limits: limits, planner: Planner(), log: records) { try blobs.put(Array($0)) }
        let reading = try await world.source.reading(of: revision, from: nil, descendingFrom: nil)
        var backends = world.backends
        backends.data = IdleBackends(now: now)
        let executor = Executor(backends: backends)
        let before = Int(records.state.next)
        let (seconds, _) = try await Measuring.wall {
            _ = try machine.handle([.started(version: "benchmark"), .fetched(.success(revision))], at: now)
            var events: [ControllerEvent] = [
                .changesRead(revision, .success(reading)),
                .observed(await world.backends.observation(executions: [], files: [])),
            ]
            while !events.isEmpty {
                var next: [ControllerEvent] = []
                for effect in try machine.handle(events, at: now) {
                    switch effect {
                    case .perform(let planned): next.append(.performed(await executor.perform(planned)))
                    case .readContents(let paths, let revision):
                        next.append(
                            .contentsRead(revision, .success(try await world.source.contents(of: paths, at: revision))))
                    case .fetch, .readChanges, .readFirst, .markAccepted, .observe, .readHistory, .consult, .checkTrust:
                        break
                    }
                }
                events = next
            }
        }
        let ready = records.state.conditions.values.count { $0.ready }
        guard ready == size else { throw BenchmarkFailure(description: "\(ready) of \(size) resources are ready") }
        return (seconds, Int(records.state.next) - before)
    }
}
