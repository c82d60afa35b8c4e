// `writ audit`: the ledger itself, read from disk with nothing but its public key.
import ArgumentParser
import Foundation
import WritLedger
import WritServer
import WritVocabulary

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, check and prove the ledger of decisions.",
        groupedSubcommands: [
            CommandGroup(name: "Entries", subcommands: [AuditLogCommand.self, AuditShowCommand.self]),
            CommandGroup(
                name: "Proofs",
                subcommands: [
                    AuditVerifyCommand.self, AuditProveCommand.self, AuditCheckCommand.self, AuditCapsuleCommand.self,
                    AuditAttestationsCommand.self,
                ]),
            CommandGroup(
                name: "Questions",
                subcommands: [
                    AuditTraceCommand.self, AuditChangesCommand.self, AuditAsOfCommand.self, AuditReplayCommand.self,
                    AuditBlastRadiusCommand.self,
                ]),
            CommandGroup(
                name: "Documents",
                subcommands: [
                    AuditDossierCommand.self, AuditCardCommand.self, AuditBOMCommand.self, AuditGapsCommand.self,
                    AuditRetentionCommand.self,
                ]),
            CommandGroup(
                name: "Custody",
                subcommands: [
                    AuditHoldCommand.self, AuditReleaseCommand.self, AuditExpungeCommand.self, AuditExportCommand.self,
                ]),
        ],
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
        return try LedgerOption.verifier(key)
    }

    /// Reads a vkey, or the file that holds one.
    static func verifier(_ key: String) throws -> NoteVerifier {
        // What cannot be read as a file of that size is taken for the key itself, and then refused as one.
        let text = (try? FileBytes.read(key, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? key
        guard let verifier = NoteVerifier(vkey: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure("“\(VisibleText.line(key))” is neither a vkey nor a file that holds one", code: .usage)
        }
        return verifier
    }
}
