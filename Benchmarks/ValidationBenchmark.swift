// Cold validation of a whole repository, beside a bare libyaml event loop over the same bytes on the same cores.
import ArgumentParser
import CLibYAML
import Foundation
import WritManifests
import WritVocabulary

struct ValidationBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validation",
        abstract: "Parse, decode and cross-check every manifest; against libyaml alone, on the same cores.")

    @Option(name: .long) var rounds = 5
    @Option(name: .long, help: "How many cores the second row uses, on both sides.")
    var workers = 2
    @Argument(help: "How many manifests there are.") var size = 10_000

    /// What one round took.
    private struct Round {
        /// Seconds of wall time until every manifest was decoded and checked, and until they were accepted too.
        var checked = 0.0
        var accepted = 0.0
        var bare = 0.0
        /// Seconds of CPU time.
        var acceptedCPU = 0.0
        var bareCPU = 0.0
    }

    func run() async throws {
        let files = SampleRepository.files(size)
        let bytes = files.values.compactMap(\.bytes)
        let megabytes = Double(bytes.reduce(0) { $0 + $1.count }) / 1e6
        Measuring.row(
            "manifests", "MB", "cores", "libyaml events", "checked", "ratio", "and accepted", "ratio", "CPU ratio")
        Measuring.row("--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
        for workers in Set([1, workers]).sorted() {
            var taken: [Round] = []
            for _ in 0..<rounds {
                var round = try await round(files, bytes, workers)
                round.checked = try await check(files.mapValues { $0.bytes ?? [] }, workers)
                taken.append(round)
            }
            func median(_ value: (Round) -> Double) -> Double { Measuring.median(taken.map(value)) }
            Measuring.row(
                "\(size)", String(format: "%.1f", megabytes), "\(workers)",
                Measuring.milliseconds(median(\.bare)), Measuring.milliseconds(median(\.checked)),
                String(format: "%.2f", median { $0.checked / $0.bare }),
                Measuring.milliseconds(median(\.accepted)),
                String(format: "%.2f", median { $0.accepted / $0.bare }),
                String(format: "%.2f", median { $0.acceptedCPU / $0.bareCPU }))
        }
    }

    /// As `writ validate` does.
    private func check(_ files: [RepositoryPath: [UInt8]], _ workers: Int) async throws -> Double {
        let (seconds, verdict) = await Measuring.wall {
            await ManifestIndex.validate(files: files, workers: workers) { _ in true }
        }
        guard try verdict.get().count == files.count else { throw BenchmarkFailure(description: "not all are valid") }
        return seconds
    }

    /// Both sides by turns, so that what else the machine does disturbs both.
    private func round(
        _ files: [RepositoryPath: ManifestChanges.File], _ bytes: [[UInt8]], _ workers: Int
    ) async throws -> Round {
        var round = Round()
        var cpu = Measuring.cpu()
        round.bare = await Measuring.wall { await BareLibYAML.events(bytes, workers: workers) }.seconds
        round.bareCPU = Measuring.cpu() - cpu
        cpu = Measuring.cpu()
        var index = ManifestIndex()
        let start = Measuring.now
        let update = await index.prepare(ManifestChanges(files: files), workers: workers)
        let count = try SampleRepository.accept(update, into: &index).resources.count
        round.accepted = Measuring.now - start
        round.acceptedCPU = Measuring.cpu() - cpu
        guard count == size else { throw BenchmarkFailure(description: "\(count) of \(size) were accepted") }
        return round
    }
}

extension SampleRepository {
    /// So many manifests as a first look finds them.
    static func files(_ size: Int) -> [RepositoryPath: ManifestChanges.File] {
        var files: [RepositoryPath: ManifestChanges.File] = [:]
        for index in 0..<size {
            let (path, text) = manifest(index, rows: 100)
            let bytes = Array(text.utf8)
            let digest = Digest(of: bytes)
            guard let path = RepositoryPath(path), let blob = ContentID(String(digest.hex.prefix(40))) else { continue }
            files[path] = ManifestChanges.File(blob: blob, bytes: bytes)
        }
        return files
    }

    /// Accepts an update in a repository that has every path.
    static func accept(_ update: PreparedUpdate, into index: inout ManifestIndex) throws -> DesiredState.Change {
        guard let content = ContentID(String(repeating: "1", count: 40)),
            let revision = RevisionID(String(repeating: "2", count: 40))
        else { throw BenchmarkFailure(description: "no content") }
        let contents = Dictionary(uniqueKeysWithValues: update.pathsNeeded.map { ($0, content) })
        return try index.commit(update, revision: revision, contents: contents).get()
    }
}

enum BareLibYAML {
    static func events(_ files: [[UInt8]], workers: Int) async {
        guard workers > 1 else { return files.forEach { events($0) } }
        let share = (files.count + workers - 1) / workers
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<workers {
                group.addTask { for file in files.dropFirst(part * share).prefix(share) { events(file) } }
            }
        }
    }

    /// Every event of a document, made and thrown away.
    static func events(_ bytes: [UInt8]) {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { return }
        defer { yaml_parser_delete(&parser) }
        bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            var event = yaml_event_t()
            var isDone = false
            while !isDone, yaml_parser_parse(&parser, &event) == 1 {
                isDone = event.type == YAML_STREAM_END_EVENT
                yaml_event_delete(&event)
            }
        }
    }
}
