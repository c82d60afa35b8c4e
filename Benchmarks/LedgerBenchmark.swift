// The ledger's appends: what the bare disk gives, one at a time, and in batches as a pass makes them.
import ArgumentParser
import Foundation
import WritLedger
import WritVocabulary

struct LedgerBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Durable appends a second, alone and in batches, beside what the disk gives.")

    @Option(name: .long, help: "Appends of each measurement.") var appends = 2_000
    @Option(name: .long, help: "Folder on the disk that is measured.") var folder: String?

    func run() async throws {
        let scratch = try Scratch(in: folder)
        defer { scratch.remove() }
        Measuring.row("what", "a second", "p50", "p99")
        Measuring.row("---", "--:", "--:", "--:")
        for bytes in [512, 64 << 10] {
            let times = try DiskYardstick.writes(bytes, count: appends, in: scratch.path)
            row("bare write + fdatasync of \(bytes) bytes", entries: times.count, times)
        }
        let signer = try LedgerKey.loadOrCreate(
            in: scratch.path, origin: "bench.writ.example/ledger", seed: { Array(0..<32) })
        let records = try Records(data: scratch.path, signer: signer)
        try batches(records)
        try records.close()
    }

    private func batches(_ records: Records) throws {
        for batch in [1, 16, 256] {
            let count = batch == 1 ? appends : 10_000
            let times = try stride(from: 0, to: count, by: batch).map { start in
                let begin = Measuring.now
                try records.append(SampleEntries.drafts(start..<min(start + batch, count)))
                return Measuring.now - begin
            }
            row("durable appends, \(batch) at a time", entries: count, times)
        }
    }

    private func row(_ name: String, entries: Int, _ times: [Double]) {
        let sorted = times.sorted()
        Measuring.row(
            name, "\(Int(Double(entries) / times.reduce(0, +)))",
            Measuring.milliseconds(sorted[sorted.count / 2]), Measuring.milliseconds(sorted[sorted.count * 99 / 100]))
    }
}

/// What the same disk gives without a ledger.
enum DiskYardstick {
    /// Seconds each of `count` appends of some bytes and an fdatasync takes.
    static func writes(_ bytes: Int, count: Int, in folder: String) throws -> [Double] {
        let path = "\(folder)/yardstick"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        guard file >= 0 else { throw BenchmarkFailure(description: "could not write \(path)") }
        defer {
            close(file)
            unlink(path)
        }
        let content = [UInt8](repeating: 0x61, count: bytes)
        return try (0..<count).map { _ in
            let begin = Measuring.now
            guard write(file, content, bytes) == bytes, fdatasync(file) == 0 else {
                throw BenchmarkFailure(description: "could not write \(path)")
            }
            return Measuring.now - begin
        }
    }
}

/// Entries as a pass makes them.
enum SampleEntries {
    static func drafts(_ range: Range<Int>) -> [EntryDraft] {
        range.map { index in
            let subject = ResourceName("model-\(index)").map { ResourceID(.model, $0) }
            return EntryDraft(
                time: Timestamp(milliseconds: 1_767_225_600_000 + Int64(index)), cause: .measurement("a run ended"),
                subject: subject,
                event: .conditionsChanged(
                    Conditions(
                        ready: false, reconciling: true, stalled: false,
                        reason: Reason(.executionRunning, "run-0123456789ab-1 trains on 3 datasets"))))
        }
    }
}
