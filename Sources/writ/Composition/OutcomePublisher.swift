// Tells Git what became of each revision: notes people read with `git log --notes=writ`, and the ledger's signed head.
import Foundation
import Logging
import ServiceLifecycle
import WritLedger
import WritServer
import WritSource
import WritVocabulary

/// Publishes in batches, so that history does not drown. Git is told; nothing is read back from it.
actor OutcomePublisher: Service {
    static let linesMaximum = 100
    static let lineCharacters = 300
    static let entriesPerRead = 1000

    private let settings: OperatorConfiguration.Outcome
    private let records: Records
    private let ledger: String
    private let source: GitSource
    private let identity: CommitIdentity
    private let sign: CommitSigner
    private let logger: Logger
    private var notes = RevisionNotes()
    private var read: Int64?
    /// The ledger size of the last checkpoint that was published.
    private var published: Int?

    init(
        _ settings: OperatorConfiguration.Outcome, records: Records, ledger: String, source: GitSource,
        identity: CommitIdentity, sign: @escaping CommitSigner, logger: Logger
    ) {
        self.settings = settings
        self.records = records
        self.ledger = ledger
        self.source = source
        self.identity = identity
        self.sign = sign
        self.logger = logger
    }

    func run() async throws {
        guard settings.notes || settings.checkpoints else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: .milliseconds(self.settings.every.milliseconds)) } catch { return }
                await self.round()
            }
        }
    }

    /// One round; what could not be published is tried again in the next.
    func round() async {
        do {
            try collect()
            let (bytes, size) = try head()
            let isNewHead = settings.checkpoints && size != published
            let changed = settings.notes ? notes.changed : [:]
            guard isNewHead || !changed.isEmpty else { return }
            var files: [RepositoryPath: [UInt8]] = [:]
            if settings.checkpoints, let path = RepositoryPath("checkpoint") { files[path] = bytes }
            try await source.publish(
                Publication(notes: changed, checkpoints: files, identity: identity, at: .now), sign: sign)
            notes.settle(changed.keys)
            published = size
        } catch {
            logger.warning("Git was not told what was done", metadata: ["reason": "\(FailureRecord(error).message)"])
        }
    }

    private func head() throws -> (bytes: [UInt8], size: Int) {
        let bytes = try Data(contentsOf: URL(filePath: "\(ledger)/checkpoint"))
        return (Array(bytes), records.checkpoint.checkpoint.size)
    }

    /// Reads the entries since the last round; the first time, since the revision in force was accepted.
    private func collect() throws {
        if read == nil {
            let query = EntryQuery(kind: "revisionAccepted", limit: 1, newestFirst: true)
            read = try records.entries(query).first.map { $0.sequence - 2 } ?? -1
        }
        while let after = read {
            let entries = try records.entries(EntryQuery(after: after, limit: Self.entriesPerRead))
            for entry in entries { notes.add(entry) }
            guard let last = entries.last else { return }
            read = last.sequence
        }
    }
}

/// What happened because of each revision, as text. Pure.
struct RevisionNotes {
    private var lines: [RevisionID: [String]] = [:]
    private var unpublished: Set<RevisionID> = []
    private var inForce: RevisionID?

    mutating func add(_ entry: LedgerEntry) {
        if case .revisionAccepted(let revision, _, _, _) = entry.event { inForce = revision }
        guard let revision = revision(of: entry), RevisionNotes.isTold(entry.event) else { return }
        var known = lines[revision] ?? []
        guard known.count <= OutcomePublisher.linesMaximum else { return }
        let subject = entry.subject.map { "\($0): " } ?? ""
        let words = VisibleText.line(subject + entry.event.sentence)
        known.append(
            known.count == OutcomePublisher.linesMaximum
                ? "… and more: writ history"
                : "\(entry.time.toSecond)  entry \(entry.sequence)  \(words.prefix(OutcomePublisher.lineCharacters))")
        lines[revision] = known
        unpublished.insert(revision)
    }

    /// The commit that caused it; of what a measurement, a schedule or a person caused, the revision in force then.
    private func revision(of entry: LedgerEntry) -> RevisionID? {
        if case .commit(let revision) = entry.cause { return revision }
        if case .rejected(let rejection) = entry.event { return rejection.revision }
        return inForce
    }

    var changed: [RevisionID: String] {
        var found: [RevisionID: String] = [:]
        for revision in unpublished { found[revision] = (lines[revision] ?? []).joined(separator: "\n") + "\n" }
        return found
    }

    mutating func settle(_ revisions: some Sequence<RevisionID>) { unpublished.subtract(revisions) }

    /// Outcomes, not the steps on the way to them.
    private static func isTold(_ event: Event) -> Bool {
        switch event {
        case .revisionAccepted, .revisionRefused, .sourceFrozen, .changeHeld, .changeAllowed, .judged, .rejected,
            .proposalEnded, .failed, .executionFinished, .removed, .integrityFailed:
            true
        // That something is under way is no outcome, and would be most of a note.
        case .conditionsChanged(let conditions): conditions.ready || conditions.stalled
        case .completed(_, let result):
            switch result {
            case .registered, .published, .proposed, .imported: true
            case .snapshot, .started, .cancelled, .stopped, .attested: false
            }
        case .controllerStarted, .tipAccepted, .planned, .intended, .replicaExited, .suspended, .resumed, .adopted,
            .driftFound, .requestReviewed, .keyRotated, .expunged, .holdPlaced, .holdReleased, .clockWentBack,
            .documentIssued:
            false
        }
    }
}
