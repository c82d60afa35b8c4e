// `writ audit verify` and `writ audit prove`: that nothing was changed, and a proof to take elsewhere.
import ArgumentParser
import Foundation
import WritLedger
import WritServer
import WritVocabulary

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the whole ledger against its signed head, or one proof.",
        discussion: """
            Exit code 1 means tampered. With --proof, nothing but the proof and the key is needed. With --known, the ledger \
            must contain a checkpoint kept elsewhere, so that a rolled-back ledger is found.
            """)

    @Flag(name: .long, help: "Also read every blob that entries name, and check every signed statement.")
    var blobs = false

    @Flag(name: .long, help: "Decode every entry; otherwise one of each shape, and all others are scanned.")
    var decode = false

    @Option(name: .long, help: "A checkpoint of this ledger kept elsewhere.", completion: .file())
    var known: String?

    @Option(
        name: .long, help: "A tlog-policy file: the head its witnesses cosigned must be of this log.",
        completion: .file())
    var policy: String?

    @Option(name: .long, help: "Check this proof instead.", completion: .file(extensions: ["tlog-proof"]))
    var proof: String?

    @OptionGroup var ledger: LedgerOption
    @OptionGroup var format: FormatOption

    func run() async throws {
        if let proof {
            return try ProofCheck(FileBytes.read(proof, limit: ProofCheck.bytes), named: proof)
                .say(ledger.verifier(ledger.data.directory()), format)
        }
        let reader = try ledger.reader()
        let options = try options(reader)
        let (report, statements) = try await Terminal.withProgress("checking the ledger in \(reader.directory)") {
            let report = try reader.check(options)
            return (report, blobs && report.isIntact ? try AuditLedger(ledger).checkedStatements() : StatementReport())
        }
        let answer = VerificationAnswer(report, statements, reader.verifier)
        try say(answer)
        if !answer.intact { throw CommandFailure.notSo }
    }

    private func options(_ reader: LedgerReader) throws -> LedgerCheckOptions {
        var options = LedgerCheckOptions(decodesEntries: decode)
        if blobs { options.blobs = FileBlobStore(reading: "\(try ledger.data.directory())/blobs") }
        if let known {
            options.known = try reader.keyHistory().checkpoint(FileBytes.read(known, limit: 64 << 10)).checkpoint
        } else if let policy {
            options.known = try witnessed(reader, policy)
        }
        return options
    }

    /// The head a quorum of the policy's witnesses cosigned.
    private func witnessed(_ reader: LedgerReader, _ path: String) throws -> Checkpoint {
        do {
            let policy = try WitnessPolicy(FileBytes.read(path, limit: WitnessService.policyBytes))
            return try reader.witnessed(under: policy).checkpoint
        } catch let failure as PolicyFailure {
            throw CommandFailure("\(path): \(failure.message)", code: .usage)
        }
    }

    private func say(_ answer: VerificationAnswer) throws {
        if format.format == .json { return Terminal.say(try Canonical.encodePretty(answer)) }
        let style = Terminal.style
        if let problem = answer.problem {
            return Terminal.say(style.paint("tampered: \(VisibleText.line(problem))", .bad) + "\n")
        }
        Terminal.say(style.paint("intact", .good) + ": " + answer.words + "\n")
        for stranger in answer.strangers {
            Terminal.complain("note: \(VisibleText.line(stranger)) lies in the ledger and belongs to no log\n")
        }
    }
}

/// `writ audit verify --format json`.
private struct VerificationAnswer: Encodable {
    var intact: Bool
    var origin: String
    var key: String
    /// Entries the signed head covers, all checked.
    var entries: Int
    /// Entries after the head: whole, not signed yet.
    var unsigned: Int
    var blobs: Int
    /// Blobs that are gone because an entry says they were taken out.
    var expunged: Int
    /// Signed statements that hold.
    var statements: Int
    /// Files among the tiles that no log has.
    var strangers: [String]
    var root: String?
    var problem: String?

    init(_ report: LedgerReport, _ checked: StatementReport, _ verifier: NoteVerifier) {
        intact = report.isIntact && checked.problem == nil
        expunged = report.expungedBlobs
        statements = checked.count
        strangers = report.strangers
        origin = verifier.name
        key = verifier.vkey
        entries = report.checkedEntries
        unsigned = report.unsignedEntries
        blobs = report.checkedBlobs
        root = report.checkpoint.map { "\($0.root)" }
        problem = report.problem?.message ?? checked.problem
    }

    var words: String {
        let pending = unsigned == 0 ? "" : ", \(unsigned) more not signed yet"
        let evidence = blobs == 0 ? "" : ", \(blobs) blobs read"
        let gone = expunged == 0 ? "" : ", \(expunged) taken out on record"
        let signed = statements == 0 ? "" : ", \(statements) signed statements hold"
        return "\(entries) entries, signed by \(origin)\(pending)\(evidence)\(gone)\(signed)"
    }
}

struct AuditProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Write a proof that an entry is in the ledger (C2SP tlog-proof).",
        discussion:
            "The proof holds the entry and the signed head: `writ audit verify --proof FILE --key VKEY` needs nothing else."
    )

    @Argument(help: "The entry's number.")
    var sequence: Int

    @Option(
        name: [.long, .customShort("o")], help: "Where to write it; standard output when left out.", completion: .file()
    )
    var output: String?

    @OptionGroup var ledger: LedgerOption

    func run() throws {
        let view = try ledger.reader().view()
        guard (0..<view.size).contains(sequence) else {
            throw CommandFailure("the ledger has \(view.size) entries; there is no entry \(sequence)", code: .notSo)
        }
        var proof = try view.proof(of: sequence)
        proof.extra = try view.bytes(at: sequence)
        guard let output else { return Terminal.say(proof.bytes) }
        try FileBytes.write(proof.bytes, to: output)
        Terminal.complain("written to \(output)\n")
    }
}
