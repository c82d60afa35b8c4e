// `writ audit attestations`: what is signed of a version, checked; and its files with the signatures.
import ArgumentParser
import Foundation
import WritAttestations
import WritAudit
import WritLedger
import WritServer
import WritVocabulary

struct AuditAttestationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attestations",
        abstract: "The signed statements about a version: checked, and given out with its files.",
        discussion: """
            With --out, the folder holds files/, model.sig (OpenSSF model signing), key.pub and one .intoto.json for each \
            statement: `model_signing verify key OUT/files --signature OUT/model.sig --public_key OUT/key.pub`. Exit code \
            1 means a statement does not hold.
            """)

    @Argument(help: "MODEL:NUMBER.")
    var version: String

    @Option(name: .long, help: "A folder to make, for files and statements.", completion: .directory)
    var out: String?

    @OptionGroup var ledger: LedgerOption
    @OptionGroup var format: FormatOption

    private static let statementBytes = 65 << 20

    func run() async throws {
        let id = try Typed.version(version)
        let opened = try AuditLedger(ledger)
        let trail = try opened.trail()
        guard let record = trail.versions[id]?.value else {
            throw CommandFailure("there is no version \(id)", hint: "`writ get versions` lists them", code: .notSo)
        }
        let statements = try statements(of: id, trail, opened)
        let manifest = try opened.manifest(record.artefacts)
        let verdicts = AttestationVerifier(trust: try opened.attestationTrust(trail)).check(
            statements, of: .init(version: id, artefacts: record.artefacts, manifest: manifest))
        try say(zip(statements, verdicts).map { AttestationLine($0, $1) })
        if let out { try give(record, statements, manifest, to: out, opened) }
        if verdicts.contains(where: { !$0.accepted }) || statements.isEmpty { throw CommandFailure.notSo }
    }

    /// Those of the version, then those of its deployments, in the order of the record.
    private func statements(
        of id: VersionID, _ trail: AuditTrail, _ opened: AuditLedger
    ) throws -> [StatementOnRecord] {
        let made = trail.attestations.filter { trail.intents[$0.key]?.last?.value.attested == id }.map(\.value)
        return try made.sorted { $0.sequence < $1.sequence }.flatMap { located in
            try located.value.map { attestation in
                StatementOnRecord(
                    attestation, bytes: try opened.blobs.read(attestation.blob, limit: Self.statementBytes),
                    sequence: located.sequence)
            }
        }
    }

    private func say(_ lines: [AttestationLine]) throws {
        if format.format == .json { return Terminal.say(try Canonical.encodePretty(lines)) }
        guard !lines.isEmpty else { return Terminal.say("nothing is signed of \(version) yet\n") }
        var table = TextTable("STATEMENT", "HOLDS", "ENTRY", "KEY", "BLOB")
        for line in lines {
            let holds = line.problems.isEmpty
            table.add(
                .init(line.statement), .init(holds ? "yes" : "no", holds ? .good : .bad), .init("\(line.entry)"),
                .init(String(line.key.prefix(19))), .init(String(line.blob.prefix(19))))
        }
        Terminal.say(table.text(Terminal.style))
        for line in lines where !line.problems.isEmpty {
            Terminal.say("\(line.statement): \(VisibleText.line(line.problems.joined(separator: "; ")))\n")
        }
    }

    private func give(
        _ record: VersionRecord, _ statements: [StatementOnRecord], _ manifest: ArtefactManifest?, to out: String,
        _ opened: AuditLedger
    ) throws {
        guard let manifest else {
            throw CommandFailure("the files of \(version) are not kept any more", code: .notSo)
        }
        // Files beside statements that never came would look like a version nobody signed.
        try FileBytes.folder(out) { try fill($0, record, statements, manifest, opened) }
        Terminal.complain("written to \(out)\n")
    }

    private func fill(
        _ out: String, _ record: VersionRecord, _ statements: [StatementOnRecord], _ manifest: ArtefactManifest,
        _ opened: AuditLedger
    ) throws {
        for file in manifest.files {
            guard let path = RepositoryPath(file.path), let blob = opened.blobs.path(of: file.digest) else {
                throw CommandFailure("\(VisibleText.line(file.path)) is not kept any more", code: .notSo)
            }
            try opened.blobs.verify(file.digest)
            let target = URL(filePath: "\(out)/\(AttestationExport.modelFolder)/\(path)")
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: blob, toPath: target.path)
        }
        let keys = try AttestationKey.verifiers(in: opened.directory)
        for file in try AttestationExport.files(
            of: record.id, artefacts: record.artefacts, statements: statements, keys: keys)
        {
            try FileBytes.write(file.bytes, to: "\(out)/\(file.path)")
        }
    }
}

extension AuditLedger {
    /// The key of the data directory, and those that gave their place to it by rotations on record.
    func attestationTrust(_ trail: AuditTrail) throws -> AttestationTrust {
        // Before the first statement there is no key.
        guard FileManager.default.fileExists(atPath: AttestationKey.verifierPath(in: directory)),
            let key = try AttestationKey.verifiers(in: directory).first
        else { return AttestationTrust([VerificationKey]()) }
        return try AttestationTrust(anchor: key, rotations: trail.rotations.map(\.value))
    }
}

extension Action {
    /// The version an attestation is about.
    fileprivate var attested: VersionID? {
        if case .attest(let order) = self { order.version } else { nil }
    }
}

/// `writ audit attestations --format json`.
private struct AttestationLine: Encodable {
    var statement: String
    var predicateType: String
    var entry: Int64
    var blob: String
    var key: String
    /// Empty where it holds.
    var problems: [String]

    init(_ statement: StatementOnRecord, _ verdict: AttestationVerdict) {
        self.statement = statement.attestation.kind.rawValue
        predicateType = statement.attestation.kind.predicateType
        entry = statement.sequence ?? 0
        blob = statement.attestation.blob.text
        key = statement.attestation.key.text
        problems = verdict.problems
    }
}
