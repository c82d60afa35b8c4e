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
            Terminal.say("tampered: \(VisibleText.line(report.problem?.message ?? ""))\n")
            throw CommandFailure.notSo
        }
        guard rebuild else {
            return Terminal.say("intact: \(report.checkedEntries) entries; --rebuild also makes the projection again\n")
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

    private func say(_ comparison: ProjectionComparison) throws {
        if format.format == .json { return Terminal.say(try Canonical.encodePretty(Answer(comparison))) }
        let made = "made again from \(comparison.entries) entries: \(comparison.records) records"
        if let reason = comparison.incomparable {
            return Terminal.say("\(made); the one there was could not be compared: \(VisibleText.line(reason))\n")
        }
        guard !comparison.isEqual else { return Terminal.say("\(made), as the projection had them\n") }
        Terminal.say("\(made); \(comparison.differenceCount) differed and are right now:\n")
        var table = TextTable("RECORD", "THE PROJECTION HAD", "THE LEDGER SAYS")
        for difference in comparison.differences {
            table.add(
                .init("\(difference.kind) \(difference.key)"), .init(shown(difference.projected)),
                .init(shown(difference.recorded)))
        }
        Terminal.say(table.text(Terminal.style))
    }

    private func shown(_ text: String?) -> String { text.map { VisibleText.line(String($0.prefix(60))) } ?? "nothing" }

    private struct Answer: Encodable {
        var entries: Int
        var records: Int
        var differences: Int
        var incomparable: String?

        init(_ comparison: ProjectionComparison) {
            entries = comparison.entries
            records = comparison.records
            differences = comparison.differenceCount
            incomparable = comparison.incomparable
        }
    }
}
