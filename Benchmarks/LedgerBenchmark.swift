// The ledger: durable appends, alone and in batches, and a check of the whole log.
import ArgumentParser
import Foundation
import WritLedger
import WritVocabulary

struct LedgerBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Durable appends a second, verified entries a second, proofs.")

    @Option(name: .long, help: "Entries in the log that is verified.") var entries = 100_000

    func run() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let signer = try LedgerKey.loadOrCreate(
            in: scratch.path, origin: "bench.writ.example/ledger", seed: { Array(0..<32) })
        let records = try Records(data: scratch.path, signer: signer)
        Measuring.row("what", "a second")
        Measuring.row("---", "--:")
        for batch in [1, 16, 256] {
            let count = batch == 1 ? 1_000 : 10_000
            let (seconds, _) = try await Measuring.wall {
                for start in stride(from: 0, to: count, by: batch) {
                    try records.append(drafts(start..<min(start + batch, count)))
                }
            }
            Measuring.row("durable appends, \(batch) at a time", "\(Int(Double(count) / seconds))")
        }
        while Int(records.state.next) < entries { try records.append(drafts(0..<1000)) }
        try records.sync()
        let reader = LedgerReader(directory: Records.ledgerPath(in: scratch.path), verifier: signer.verifier)
        for (name, reads) in [("entries verified by hash", false), ("entries verified by hash and decoded", true)] {
            let (seconds, report) = try await Measuring.wall {
                try reader.check(LedgerCheckOptions(readsEntries: reads))
            }
            guard report.isIntact else { throw BenchmarkFailure(description: "\(report.problem?.message ?? "")") }
            Measuring.row(name, "\(Int(Double(entries) / seconds))")
        }
        let view = try reader.view()
        let (seconds, _) = try await Measuring.wall {
            for index in 0..<1000 { _ = try view.proof(of: index * (entries / 1000)) }
        }
        Measuring.row("inclusion proofs", "\(Int(1000 / seconds))")
        try records.close()
        let (opening, _) = try await Measuring.wall {
            _ = try LedgerReader(directory: reader.directory, verifier: signer.verifier).view()
        }
        Measuring.row("opening a log of \(records.size) entries", Measuring.milliseconds(opening))
    }

    private func drafts(_ range: Range<Int>) -> [EntryDraft] {
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
