// `writ audit capsule` and `writ audit check`: one deployment in one file, and checking what somebody sent.
import ArgumentParser
import Foundation
import WritAudit
import WritAttestations
import WritLedger
import WritServer
import WritSource
import WritVocabulary

struct AuditCapsuleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capsule", abstract: "Everything needed to check one deployment offline, in one file.",
        discussion: """
            `writ audit check FILE` checks it, and so does examples/verify_capsule.py with standards.py beside it: they \
            share no code with Writ and need nothing but Python.
            """)

    @Argument(help: "The endpoint.", completion: .custom(NameCompletion.names))
    var endpoint: String

    @Argument(help: "The version it served: MODEL:NUMBER; what serves now when left out.")
    var version: String?

    @Option(name: .long, help: "A tlog-policy file that names witnesses; else the operator's.", completion: .file())
    var policy: String?

    @Option(name: [.long, .customShort("o")], help: "Where to write it.", completion: .file())
    var output: String

    @OptionGroup var ledger: LedgerOption

    func run() async throws {
        let endpoint = try Typed.resourceName(endpoint)
        let opened = try AuditLedger(ledger)
        let trail = try opened.trail()
        let served = try version.map(Typed.version) ?? trail.state.endpoints[endpoint]?.current?.version
        guard let served else {
            throw CommandFailure(
                "nothing serves on \(endpoint) now", hint: "name the version: `writ audit capsule \(endpoint) MODEL:NUMBER`",
                code: .notSo)
        }
        let capsule = try capsule(of: served, on: endpoint, trail, opened)
        try FileBytes.write(try capsule.encoded(), to: output)
        for missing in capsule.missing {
            Terminal.complain("note: without \(VisibleText.line(missing.part)): \(VisibleText.line(missing.reason))\n")
        }
        Terminal.complain("written to \(output)\n")
    }
}

extension AuditCapsuleCommand {
    /// Under the head that witnesses cosigned, where there is one that covers the deployment.
    private func capsule(
        of version: VersionID, on endpoint: ResourceName, _ trail: AuditTrail, _ opened: AuditLedger
    ) throws -> AuditCapsule {
        var sources = try opened.capsuleSources(trail)
        let settings = try? ledger.data.configuration()
        sources.operatorSigners = try settings?.governance.trust.signers.map {
            String(decoding: try FileBytes.read($0, limit: 256 << 10), as: UTF8.self)
        }
        let capsule = try CapsuleBuilder(trail: trail, sources: sources).capsule(of: version, on: endpoint)
        guard let path = policy ?? settings?.audit.witnesses?.policy, let head = try opened.reader.witnessed(),
            let last = capsule.entries.last?.index, Int64(head.checkpoint.size) > last
        else { return capsule }
        let rules: WitnessPolicy
        do {
            rules = try WitnessPolicy(FileBytes.read(path, limit: WitnessService.policyBytes))
        } catch let failure as PolicyFailure {
            throw CommandFailure("\(path): \(failure.message)", code: .usage)
        }
        try sources.prove(under: head, of: opened.view, by: rules)
        return try CapsuleBuilder(trail: trail, sources: sources).capsule(of: version, on: endpoint)
    }
}

extension AuditLedger {
    func capsuleSources(_ trail: AuditTrail) throws -> CapsuleSources {
        let objects = try objects()
        let first = trail.rotations.first { $0.value.purpose == .ledger }?.value.old
        var sources = CapsuleSources(
            view: view, ledgerKey: first ?? verifier.vkey,
            blob: { [blobs] digest, limit in
                blobs.size(of: digest) == nil ? nil : try blobs.read(digest, limit: limit)
            },
            object: { id, limit in
                try objects?.object(id, limit: limit).map {
                    AuditCapsule.Object(kind: $0.kind.rawValue, bytes: $0.bytes)
                }
            },
            approvals: { base in
                try objects?.approvals(of: base).map {
                    AuditCapsule.SignedApproval(
                        statement: $0.statement, signature: String(decoding: $0.signature, as: UTF8.self))
                } ?? []
            })
        sources.attestationKeys = trail.rotations.filter { $0.value.purpose == .attestation }.map(\.value.old)
        if let present = FileManager.default.contents(atPath: "\(directory)/keys/attestation.pub") {
            sources.attestationKeys.append(String(decoding: present, as: UTF8.self))
        }
        return sources
    }
}

struct AuditCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a capsule or a proof that somebody sent; needs no server and no database.",
        discussion: "Exit code 1 means it is not sound. With --key, the log's key is the one you know, not the file's.")

    @Argument(help: "A .writ-audit or .tlog-proof file.", completion: .file())
    var file: String

    @Option(name: .long, help: "The ledger's public key (vkey), or a file that holds it.")
    var key: String?

    @OptionGroup var format: FormatOption

    private static let capsuleBytes = 64 << 20

    func run() async throws {
        let bytes = try FileBytes.read(file, limit: AuditCheckCommand.capsuleBytes)
        if bytes.starts(with: Array("c2sp.org/tlog-proof".utf8)) { return try proof(bytes) }
        let check = await CapsuleCheck(bytes, trusted: try key.map(LedgerOption.verifier)?.vkey)
        try say(check)
        if !check.isSound { throw CommandFailure.notSo }
    }

    private func proof(_ bytes: [UInt8]) throws {
        guard let key else {
            throw ValidationError("A proof shows something only to who knows the ledger's key: give it with --key.")
        }
        try ProofCheck(bytes, named: file).say(LedgerOption.verifier(key), format)
    }

    private func say(_ check: CapsuleCheck) throws {
        if format.format == .json { return Terminal.say(try Canonical.encodePretty(check.findings)) }
        let style = Terminal.style
        for finding in check.findings {
            let word =
                switch finding.verdict {
                case .ok: style.paint("ok  ", .good)
                case .wrong: style.paint("FAIL", .bad)
                case .gap: style.paint("gap ", .attention)
                }
            Terminal.say("\(word)  \(VisibleText.line(finding.part)): \(VisibleText.line(finding.sentence))\n")
        }
        let words = check.isSound ? "sound" : "not sound"
        let gaps = check.gaps.count
        Terminal.say(
            style.paint(words, check.isSound ? .good : .bad) + (gaps == 0 ? "\n" : ", not shown: \(gaps)\n"))
        if key == nil, check.isSound {
            Terminal.complain(
                "note: the log's key was taken from the file itself; compare it with one you know, by --key\n")
        }
    }
}
