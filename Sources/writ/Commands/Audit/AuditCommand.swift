// `writ audit`: the ledger itself, read from disk with nothing but its public key.
import ArgumentParser
import Foundation
import WritLedger
import WritServer
import WritVocabulary

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, check and prove the ledger of decisions.",
        subcommands: [AuditLogCommand.self, AuditShowCommand.self, AuditVerifyCommand.self, AuditProveCommand.self],
        defaultSubcommand: AuditLogCommand.self)
}

/// The ledger of a data directory, and the key it is checked with.
struct LedgerOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger's public key (vkey), or a file that holds it; else the data directory's.", valueName: "vkey"))
    var key: String?

    @OptionGroup var data: DataOption

    func reader() throws -> LedgerReader {
        let directory = try data.directory()
        return LedgerReader(directory: Records.ledgerPath(in: directory), verifier: try verifier(directory))
    }

    /// An auditor brings a key of their own; the one in the data directory proves only that nothing changed by
    /// accident.
    func verifier(_ directory: @autoclosure () throws -> String) throws -> NoteVerifier {
        guard let key else { return try LedgerKey.loadVerifier(in: directory()) }
        let text =
            FileManager.default.contents(atPath: key).map { String(decoding: $0.prefix(4096), as: UTF8.self) } ?? key
        guard let verifier = NoteVerifier(vkey: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure("“\(VisibleText.line(key))” is neither a vkey nor a file that holds one", code: .usage)
        }
        return verifier
    }
}
