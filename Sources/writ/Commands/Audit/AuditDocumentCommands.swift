// Documents made from the records: dossier, model card, bill of materials, gaps, retention.
import ArgumentParser
import Foundation
import WritAudit
import WritLedger
import WritServer
import WritVocabulary

/// Whether the document's digest goes into the ledger.
struct RecordFlag: ParsableArguments {
    @Flag(name: .long, help: "Put the digest of what is given out into the ledger; needs a running controller.")
    var record = false

    func note(
        _ bytes: [UInt8], _ kind: IssuedDocument.Kind, about: String, of trail: Int64, _ data: DataOption
    ) async throws {
        guard record else { return }
        let client = try AnswerAccess.controller(data, for: "recording a document")
        let order = ControlRequest.IssueOrder(
            kind: kind, about: about, digest: Digest(of: bytes), size: Int64(bytes.count), entries: trail)
        try await client.act(.issue(order))
        Terminal.complain("recorded as \(order.digest)\n")
    }
}

struct AuditDossierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dossier", abstract: "The technical documentation of a model, as it stood, or what changed since.")

    @Argument(help: "The model.", completion: .custom(NameCompletion.names))
    var model: String

    @Option(name: .long, help: "As it stood at this time.")
    var asOf: String?

    @Option(name: .long, help: "Only what changed since this time.")
    var diff: String?

    @OptionGroup var recording: RecordFlag
    @OptionGroup var report: ReportOption

    func run() async throws {
        let question = DossierQuestion(
            try Typed.resourceName(model), asOf: try asOf.map(Typed.time), since: try diff.map(Typed.time))
        let given = try await report.answer(upTo: question.asOf.map(AuditMoment.time)) { opened, trail in
            guard let since = question.since else { return try question.answer(trail, opened.material(trail)) }
            return try question.difference(
                from: opened.trail(upTo: .time(since)), to: trail, opened.material(trail))
        }
        try await recording.note(
            given.bytes, .dossier, about: model, of: given.entries, report.ledger.data)
    }
}

struct AuditCardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "The model card of a version, every figure with the entry that proves it.")

    @Argument(help: "MODEL:NUMBER.")
    var version: String

    @OptionGroup var recording: RecordFlag
    @OptionGroup var report: ReportOption

    func run() async throws {
        let question = ModelCardQuestion(try Typed.version(version))
        let given = try await report.answer { try question.answer($1, $0.material($1)) }
        try await recording.note(
            given.bytes, .modelCard, about: version, of: given.entries, report.ledger.data)
    }
}

struct AuditBOMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bom", abstract: "The bill of materials of a version: CycloneDX 1.6, JSON.")

    @Argument(help: "MODEL:NUMBER.")
    var version: String

    @Option(
        name: [.long, .customShort("o")], help: "Where to write it; standard output when left out.",
        completion: .file())
    var output: String?

    @OptionGroup var recording: RecordFlag
    @OptionGroup var ledger: LedgerOption

    func run() async throws {
        let id = try Typed.version(version)
        let opened = try AuditLedger(ledger)
        let trail = try opened.trail()
        guard let record = trail.versions[id]?.value else {
            throw CommandFailure("there is no version \(id)", hint: "`writ get versions` lists them", code: .notSo)
        }
        let bill = try ModelBOM(
            of: id, in: trail, opened.material(trail), files: try opened.manifest(record.artefacts))
        if let output {
            try FileBytes.write(bill.bytes, to: output)
            Terminal.complain("written to \(output), \(bill.digest)\n")
        } else {
            Terminal.say(bill.bytes)
        }
        try await recording.note(bill.bytes, .billOfMaterials, about: version, of: trail.size, ledger.data)
    }
}

struct AuditGapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps", abstract: "What the records show of each requirement of a regulation, and what they do not.",
        discussion: """
            Mappings that come with Writ: \(AuditGapsCommand.known). They are data: name a file of your own to use \
            another. Writ reports evidence; what it means in law is not for a program to say.
            """)

    @Option(name: .long, help: "The mapping's name, or a file of your own.", completion: .file(extensions: ["json"]))
    var mapping: String

    @Option(name: .long, help: "Only this model.", completion: .custom(NameCompletion.names))
    var model: String?

    @OptionGroup var report: ReportOption

    private static var known: String {
        ((try? RegulationMapping.embedded()) ?? []).map(\.id.text).joined(separator: ", ")
    }

    func run() async throws {
        let question = GapsQuestion(
            mapping.contains("/") || mapping.hasSuffix(".json")
                ? try RegulationMapping(reading: FileBytes.read(mapping, limit: 1 << 20))
                : try RegulationMapping.embedded(mapping),
            scope: try model.map(Typed.resourceName))
        let rules = try? report.ledger.data.configuration().audit.retention
        try await report.answer { opened, trail in
            let found = try LedgerReader(directory: Records.ledgerPath(in: opened.directory), verifier: opened.verifier)
                .check(LedgerCheckOptions(readsEntries: false))
            let context = GapsContext(
                ledger: GapsContext.LedgerStanding(
                    intact: found.isIntact, sentence: found.problem?.message ?? "\(found.checkedEntries) entries intact"),
                retention: rules, now: .now, hasBlob: { [blobs = opened.blobs] in blobs.size(of: $0) != nil })
            return try question.answer(trail, opened.material(trail), context)
        }
    }
}

struct AuditRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "What is kept, for how long, under which hold, and whether it is there.",
        discussion: "Classes are `audit.retention` in the operator's file. With --check, exit code 1 means something is missing.")

    @Flag(name: .long, help: "End with 1 when something that must be kept is missing.")
    var check = false

    @OptionGroup var report: ReportOption

    func run() async throws {
        guard let rules = try report.ledger.data.configuration().audit.retention else {
            throw CommandFailure(
                "the operator's file has no `audit.retention`, so nothing says how long what is kept",
                hint: "add classes: `writ init` writes an example", code: .unknown)
        }
        let opened = try report.open()
        let trail = try opened.trail()
        let answer = RetentionQuestion(rules, now: .now).answer(
            trail, try opened.material(trail), files: { try? opened.manifest($0) ?? nil },
            hasBlob: { opened.blobs.size(of: $0) != nil })
        try report.write(Array(try report.render(answer, opened).utf8))
        if check, answer.hasGaps { throw CommandFailure.notSo }
    }
}
