// The ledger as auditors' questions need it: read once from disk, with blobs and repository beside it. No controller.
import ArgumentParser
import Foundation
import WritAudit
import WritLedger
import WritServer
import WritSource
import WritVocabulary

/// One data directory, opened for questions.
struct AuditLedger {
    let directory: String
    let view: LedgerView
    let verifier: NoteVerifier
    let blobs: FileBlobStore
    let reader: LedgerReader

    private static let reviewBytes = 16 << 20
    private static let textBytes = 4 << 20
    private static let manifestBytes = 64 << 20

    init(_ option: LedgerOption) throws {
        directory = try option.data.directory()
        reader = try option.reader()
        verifier = reader.verifier
        view = try reader.view()
        blobs = FileBlobStore(reading: "\(directory)/blobs")
    }

    /// The entries up to a moment; all of them without one.
    func trail(upTo moment: AuditMoment? = nil) throws -> AuditTrail {
        var trail = AuditTrail()
        try view.forEachEntry(in: 0..<view.size) { entry, _ in
            guard moment?.includes(entry) ?? true else { return false }
            trail.add(entry)
            return true
        }
        return trail
    }

    /// What answers draw on besides the trail. What cannot be read is left out; answers then say less.
    func material(_ trail: AuditTrail) throws -> AuditMaterial {
        var material = AuditMaterial(origin: verifier.name, root: try root(trail), ledgerKey: verifier.vkey)
        for digest in trail.reviewBlobs where blobs.size(of: digest) != nil {
            let bytes = try blobs.read(digest, limit: AuditLedger.reviewBytes)
            material.reviews[digest] = try Canonical.decode(PolicyReview.self, from: bytes)
        }
        let requirements = trail.requirementBlobs
        guard !requirements.isEmpty, let objects = try objects() else { return material }
        for id in requirements {
            guard let found = try objects.object(id.text, limit: AuditLedger.textBytes), found.kind == .blob else {
                continue
            }
            material.texts[id] = String(decoding: found.bytes, as: UTF8.self)
        }
        return material
    }

    /// nil where the mirror is gone.
    func objects() throws -> ArchivedObjects? {
        let mirror = "\(directory)/repo.git"
        guard FileManager.default.fileExists(atPath: "\(mirror)/HEAD") else { return nil }
        return try ArchivedObjects(mirror: mirror)
    }

    func manifest(_ digest: Digest) throws -> ArtefactManifest? {
        guard blobs.size(of: digest) != nil else { return nil }
        return try Canonical.decode(
            ArtefactManifest.self, from: blobs.read(digest, limit: AuditLedger.manifestBytes))
    }

    /// The proofs of what an answer cites; entries that are not signed yet are shown without one.
    func proofs(_ report: AuditReport) throws -> ReportProofs {
        var proofs = ReportProofs(
            checkpoint: String(decoding: view.signed.bytes, as: UTF8.self), vkey: verifier.vkey)
        for number in report.cited where number < Int64(view.signedSize) {
            proofs.entries[number] = EntryProof(
                entry: String(decoding: try view.bytes(at: Int(number)), as: UTF8.self),
                proof: String(decoding: try view.proof(of: Int(number)).bytes, as: UTF8.self))
        }
        return proofs
    }

    private func root(_ trail: AuditTrail) throws -> String { Hex.encode(try view.root(at: Int(trail.size)).bytes) }
}

/// How an answer is printed, and where.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, html, markdown
}

struct ReportOption: ParsableArguments {
    @Option(name: .long, help: "text for people, json for programs, html as one file to send, markdown.")
    var format: ReportFormat = .text

    @Option(
        name: [.long, .customShort("o")], help: "Where to write it; standard output when left out.",
        completion: .file())
    var output: String?

    @OptionGroup var ledger: LedgerOption

    func open() throws -> AuditLedger { try AuditLedger(ledger) }

    /// What was given out, and how many entries it was made from.
    struct Given: Sendable {
        var bytes: [UInt8]
        var entries: Int64
    }

    /// Reads the ledger, asks, and prints the answer with its proofs.
    @discardableResult
    func answer(
        upTo moment: AuditMoment? = nil,
        _ ask: @escaping @Sendable (AuditLedger, AuditTrail) throws -> AuditReport
    ) async throws -> Given {
        let given = try await Terminal.withProgress("reading the ledger") {
            let opened = try open()
            let report = try ask(opened, try opened.trail(upTo: moment))
            return Given(bytes: Array(try render(report, opened).utf8), entries: report.basis.size)
        }
        try write(given.bytes)
        return given
    }

    func render(_ report: AuditReport, _ opened: AuditLedger) throws -> String {
        switch format {
        case .text: report.text(ReportStyle(colour: output == nil && Terminal.style.colour))
        case .json: try report.json(opened.proofs(report))
        case .html: report.page(try opened.proofs(report))
        case .markdown: report.markdown()
        }
    }

    func write(_ bytes: [UInt8]) throws {
        guard let output else { return Terminal.say(bytes) }
        try FileBytes.write(bytes, to: output)
        Terminal.complain("written to \(output)\n")
    }
}

extension AuditReport {
    /// Whether something is missing that should be there.
    var hasGaps: Bool {
        sections.flatMap(\.blocks).contains { block in
            switch block {
            case .paragraph: false
            case .facts(let facts): facts.contains(where: \.isGap)
            case .table(let table): table.rows.contains(where: \.isGap)
            case .chart(let chart): chart.bars.contains(where: \.isGap)
            }
        }
    }
}
