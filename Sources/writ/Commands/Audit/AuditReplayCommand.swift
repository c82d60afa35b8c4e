// `writ audit replay`: decisions made again from what was recorded.
import ArgumentParser
import Foundation
import WritAudit
import WritLedger
import WritSource
import WritVocabulary

struct AuditReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Make a recorded decision again and compare it byte for byte.",
        discussion: """
            Exit code 1 means another decision than the one on record came out. Without a number, every decision that \
            can be replayed is. What a decision followed from that was never recorded, such as what backends showed, is \
            said and not guessed.
            """)

    @Argument(help: "The entry's number; every decision when left out.")
    var sequence: Int64?

    @OptionGroup var report: ReportOption

    /// Revisions whose manifests are read from the repository for one replay of everything.
    private static let revisionsMaximum = 1_000

    func run() async throws {
        let opened = try report.open()
        let declared = try await declared(opened)
        let question = "writ audit replay" + (sequence.map { " \($0)" } ?? "")
        let wanted = sequence.map { Set([$0]) }
        if let sequence, sequence < 0 || sequence >= Int64(opened.view.size) {
            throw CommandFailure("the ledger has \(opened.view.size) entries; there is no \(sequence)", code: .notSo)
        }
        var replayer = Replayer(wanted, sources: sources(opened, declared))
        let end = sequence.map { Int($0) + 1 } ?? opened.view.size
        try opened.view.forEachEntry(in: 0..<end) { entry, _ in
            try replayer.add(entry)
            return true
        }
        let root = Hex.encode(try opened.view.root(at: end).bytes)
        let answer = replayer.report(question: question, origin: opened.verifier.name, root: root)
        try report.write(Array(try report.render(answer, opened).utf8))
        if !replayer.isSound { throw CommandFailure.notSo }
    }

    private func sources(_ opened: AuditLedger, _ declared: [RevisionID: DesiredState]) -> ReplaySources {
        ReplaySources(
            origin: opened.verifier.name,
            blob: { digest, limit in
                opened.blobs.size(of: digest) == nil ? nil : try opened.blobs.read(digest, limit: limit)
            },
            desired: { declared[$0] })
    }

    /// What the repository declared before and after each change that is judged again.
    private func declared(_ opened: AuditLedger) async throws -> [RevisionID: DesiredState] {
        var revisions: Set<RevisionID> = []
        let end = sequence.map { min(Int($0) + 1, opened.view.size) } ?? opened.view.size
        let start = sequence.map { max(0, Int($0)) } ?? 0
        guard start < end else { return [:] }
        try opened.view.forEachEntry(in: start..<end) { entry, _ in
            switch entry.event {
            case .changeAllowed(let change), .changeHeld(let change): revisions.formUnion([change.base, change.head])
            default: break
            }
            return revisions.count < Self.revisionsMaximum
        }
        guard !revisions.isEmpty, try opened.objects() != nil else { return [:] }
        let folder = try? report.ledger.data.configuration().repository.manifests
        let source = GitSource(existing: "\(opened.directory)/repo.git", manifestFolder: folder)
        var found: [RevisionID: DesiredState] = [:]
        for revision in revisions.sorted() {
            do {
                found[revision] = try await DeclaredState.committed(source, revision)
            } catch {
                Terminal.complain("note: the manifests at \(revision.short) cannot be read; what needs them is left out\n")
            }
        }
        return found
    }
}
