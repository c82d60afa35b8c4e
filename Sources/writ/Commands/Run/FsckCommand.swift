// `writ fsck`: the ledger, and the projection made again from it.
import ArgumentParser
import WritLedger
import WritServer
import WritVocabulary

struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck", abstract: "Check what Writ keeps; with --rebuild, make the projection again from the ledger.",
        discussion: """
            `state.db` holds nothing that is not in the ledger. With --rebuild it is made anew, compared with the one there \
            was, and put in its place; the controller must be stopped. Exit code 1 means they differed, or the ledger was \
            changed.
            """)

    @Flag(name: .long, help: "Make the projection again and say where it differed.")
    var rebuild = false

    @OptionGroup var ledger: LedgerOption
    @OptionGroup var format: FormatOption

    func run() async throws {
        let reader = try ledger.reader()
        let report = try await Terminal.withProgress("checking the ledger in \(reader.directory)") { try reader.check() }
        guard report.isIntact else {
            try say(Answer(report), "tampered: \(VisibleText.line(report.problem?.message ?? ""))\n")
            throw CommandFailure.notSo
        }
        guard rebuild else {
            return try say(
                Answer(report), "intact: \(report.checkedEntries) entries; --rebuild also makes the projection again\n")
        }
        let directory = try ledger.data.directory()
        let held = try DataDirectory(directory)
        defer { withExtendedLifetime(held) {} }
        let verifier = reader.verifier
        let comparison = try await Terminal.withProgress("making the projection again") {
            try Records.rebuildProjection(data: directory, verifier: verifier)
        }
        try say(comparison)
        if !comparison.isEqual { throw CommandFailure.notSo }
    }

    private func say(_ answer: Answer, _ text: String) throws {
        Terminal.say(format.format == .json ? Array(try Canonical.encodePretty(answer)) : Array(text.utf8))
    }

    private func say(_ comparison: ProjectionComparison) throws {
        try say(Answer(comparison), text(comparison))
    }

    private func text(_ comparison: ProjectionComparison) -> String {
        let made = "made again from \(comparison.entries) entries: \(comparison.records) records"
        if let reason = comparison.incomparable {
            return "\(made); the one there was could not be compared: \(VisibleText.line(reason))\n"
        }
        guard !comparison.isEqual else { return "\(made), as the projection had them\n" }
        var table = TextTable("RECORD", "THE PROJECTION HAD", "THE LEDGER SAYS")
        for difference in comparison.differences {
            table.add(
                .init("\(difference.kind) \(difference.key)"), .init(shown(difference.projected)),
                .init(shown(difference.recorded)))
        }
        return "\(made); \(comparison.differenceCount) differed and are right now:\n" + table.text(Terminal.style)
    }

    private func shown(_ text: String?) -> String { text.map { VisibleText.line(String($0.prefix(60))) } ?? "nothing" }

    /// `writ fsck --format json`; what was not looked at is left out.
    private struct Answer: Encodable {
        var intact: Bool
        var entries: Int
        var problem: String?
        var records: Int?
        var differences: Int?
        var incomparable: String?

        init(_ report: LedgerReport) {
            intact = report.isIntact
            entries = report.checkedEntries
            problem = report.problem?.message
        }

        init(_ comparison: ProjectionComparison) {
            intact = true
            entries = comparison.entries
            records = comparison.records
            differences = comparison.differenceCount
            incomparable = comparison.incomparable
        }
    }
}
