// Cold validation of a whole repository, beside a bare libyaml event loop over the same bytes.
import ArgumentParser
import CLibYAML
import Foundation
import WritManifests
import WritVocabulary

struct ValidationBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validation",
        abstract: "Parse, decode and cross-check every manifest; against libyaml alone, on one core.")

    @Option(name: .long) var rounds = 5
    @Option(name: .long, help: "How many workers decode; with one, the ratio of wall times is that of CPU times.")
    var workers = 1
    @Argument(help: "How many manifests there are.") var size = 10_000

    func run() async throws {
        var files: [RepositoryPath: ManifestChanges.File] = [:]
        var bytes: [[UInt8]] = []
        for index in 0..<size {
            let (path, text) = SampleRepository.manifest(index, rows: 100)
            let digest = Digest(of: Array(text.utf8))
            guard let path = RepositoryPath(path), let blob = ContentID(String(digest.hex.prefix(40))) else { continue }
            bytes.append(Array(text.utf8))
            files[path] = ManifestChanges.File(blob: blob, bytes: bytes[bytes.count - 1])
        }
        let megabytes = Double(bytes.reduce(0) { $0 + $1.count }) / 1e6
        var ours: [Double] = []
        var bare: [Double] = []
        var walls: [Double] = []
        for _ in 0..<rounds {
            bare.append(Measuring.cpu { for one in bytes { BareLibYAML.events(one) } }.seconds)
            let start = Measuring.cpu()
            let (wall, count) = try await Measuring.wall { try await validate(files) }
            ours.append(Measuring.cpu() - start)
            walls.append(wall)
            guard count == size else {
                throw BenchmarkFailure(description: "\(count) of \(size) manifests were accepted")
            }
        }
        let (validation, events) = (Measuring.median(ours), Measuring.median(bare))
        let wall = Measuring.median(walls)
        Measuring.row(
            "manifests", "MB", "writ, CPU", "libyaml events, CPU", "CPU ratio", "writ MB/s CPU", "wall", "wall ratio")
        Measuring.row("--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
        Measuring.row(
            "\(size)", String(format: "%.1f", megabytes), Measuring.milliseconds(validation),
            Measuring.milliseconds(events),
            String(format: "%.2f", validation / events), String(format: "%.1f", megabytes / validation),
            Measuring.milliseconds(wall), String(format: "%.2f", wall / events))
    }

    private func validate(_ files: [RepositoryPath: ManifestChanges.File]) async throws -> Int {
        var index = ManifestIndex()
        let update = await index.prepare(ManifestChanges(files: files), workers: workers)
        let contents = ContentID(String(repeating: "1", count: 40))
        let found = Dictionary(
            uniqueKeysWithValues: update.pathsNeeded.compactMap { path in contents.map { (path, $0) } })
        guard let revision = RevisionID(String(repeating: "2", count: 40)) else { return 0 }
        return try index.commit(update, revision: revision, contents: found).get().resources.count
    }
}

enum BareLibYAML {
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
