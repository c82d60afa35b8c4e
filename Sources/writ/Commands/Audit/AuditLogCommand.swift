// `writ audit log` and `writ audit show`: entries of the ledger.
import ArgumentParser
import WritLedger
import WritServer
import WritVocabulary

struct AuditLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "log", abstract: "List entries, newest first.")

    @Option(name: .long, help: "At most so many entries, 1 to 1000.")
    var limit = 50

    @Option(name: .long, help: "Only entries before this one: the next page.")
    var before: Int64?

    @OptionGroup var data: DataOption
    @OptionGroup var format: FormatOption

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000.") }
    }

    func run() async throws {
        try format.say(try await AnswerAccess.open(data).answer(.history(nil, before: before, limit: limit)))
    }
}

struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print one entry in full.",
        discussion: "--raw prints the leaf's bytes as they are hashed and signed, without a line end.")

    @Argument(help: "The entry's number.")
    var sequence: Int

    @Flag(name: .long, help: "The leaf's exact bytes.")
    var raw = false

    @OptionGroup var ledger: LedgerOption

    func run() throws {
        let view = try ledger.reader().view()
        guard (0..<view.size).contains(sequence) else {
            throw CommandFailure(
                "the ledger has \(view.size) entries; there is no entry \(sequence)", hint: "entries count from 0",
                code: .notSo)
        }
        Terminal.say(raw ? try view.bytes(at: sequence) : Array(try Canonical.encodePretty(view.entry(at: sequence))))
    }
}
