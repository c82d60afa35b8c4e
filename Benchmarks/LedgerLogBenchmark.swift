// A long log: checked, proved, opened, and what it takes on disk.
import ArgumentParser
import Foundation
import WritLedger
import WritVocabulary

struct LedgerLogBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger-log", abstract: "A long log: verified entries a second, proofs, opening, bytes an entry.")

    @Option(name: .long, help: "Entries in the log.") var entries = 1_000_000
    @Option(name: .long, help: "Folder on the disk that is measured.") var folder: String?

    func run() async throws {
        let scratch = try Scratch(in: folder)
        defer { scratch.remove() }
        let signer = try LedgerKey.loadOrCreate(
            in: scratch.path, origin: "bench.writ.example/ledger", seed: { Array(0..<32) })
        let directory = Records.ledgerPath(in: scratch.path)
        Measuring.row("a log of \(entries) entries", "figure")
        Measuring.row("---", "--:")
        let (making, ()) = try Measuring.cpu { try make(directory, signer) }
        Measuring.row("appended in batches of 4096, entries a second of CPU", "\(Int(Double(entries) / making))")
        Measuring.row("bytes an entry on disk", "\(try Scratch.bytes(below: directory) / entries)")
        let reader = LedgerReader(directory: directory, verifier: signer.verifier)
        try check(reader)
        try proofs(reader)
        let (opening, ledger) = try await Measuring.wall { try Ledger(directory: directory, signer: signer) }
        Measuring.row("opened for writing", Measuring.milliseconds(opening))
        try ledger.close()
    }

    private func make(_ directory: String, _ signer: NoteSigner) throws {
        let ledger = try Ledger(directory: directory, signer: signer)
        for start in stride(from: 0, to: entries, by: 4_096) {
            _ = try ledger.append(SampleEntries.drafts(start..<min(start + 4_096, entries)))
        }
        try ledger.close()
    }

    /// One core does the whole check, so CPU time is what counts.
    private func check(_ reader: LedgerReader) throws {
        for (name, options) in [
            ("verified by hash, entries a second a core", LedgerCheckOptions(readsEntries: false)),
            ("verified by hash and form, entries a second a core", LedgerCheckOptions()),
            ("verified and each decoded, entries a second a core", LedgerCheckOptions(decodesEntries: true)),
        ] {
            let (seconds, report) = try Measuring.cpu { try reader.check(options) }
            guard report.isIntact, report.checkedEntries == entries else {
                throw BenchmarkFailure(description: "\(report.problem?.message ?? "entries are missing")")
            }
            Measuring.row(name, "\(Int(Double(entries) / seconds))")
        }
    }

    private func proofs(_ reader: LedgerReader) throws {
        let count = 1_000
        // A prime step, so that hardly two proofs share their lower tiles.
        let indexes = (0..<count).map { $0 * 7_919_003 % entries }
        let begin = Measuring.now
        let view = try reader.view()
        Measuring.row("opened for reading", Measuring.milliseconds(Measuring.now - begin))
        let times = try indexes.map { index in
            let begin = Measuring.now
            _ = try view.proof(of: index)
            return Measuring.now - begin
        }.sorted()
        Measuring.row("inclusion proof, p50", Measuring.milliseconds(times[count / 2]))
        Measuring.row("inclusion proof, p99", Measuring.milliseconds(times[count * 99 / 100]))
    }
}
