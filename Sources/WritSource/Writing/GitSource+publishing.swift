// What Writ did, told in Git: notes on revisions and signed checkpoints of the ledger.
import WritVocabulary

/// Notes and checkpoints that are published together.
public struct Publication: Hashable, Sendable {
    /// By revision; each takes the place of the note there is. Shown by `git log --notes=writ`.
    public var notes: [RevisionID: String]
    /// Files for `refs/writ/checkpoints`, such as `checkpoint`.
    public var checkpoints: [RepositoryPath: [UInt8]]
    public var identity: CommitIdentity
    public var at: Timestamp

    public init(
        notes: [RevisionID: String] = [:], checkpoints: [RepositoryPath: [UInt8]] = [:], identity: CommitIdentity,
        at: Timestamp
    ) {
        self.notes = notes
        self.checkpoints = checkpoints
        self.identity = identity
        self.at = at
    }
}

extension GitSource {
    /// Adds notes and checkpoints, one commit each, and pushes both. What is there already makes no commit. Where
    /// somebody was faster it builds on what they pushed, a bounded number of times; then `push-raced`.
    public func publish(_ publication: Publication, sign: CommitSigner? = nil) async throws {
        guard case .mirror(let configuration, _) = origin else {
            throw SourceFailure.configuration("A clone is pushed with git push, not by Writ.")
        }
        let references = [MirrorReference.notes, MirrorReference.checkpoints]
        for attempt in 1...max(1, limits.publishAttemptsMaximum) {
            if attempt > 1 { try await catchUp(references) }
            let updates = try references.compactMap { try update($0, publication, sign) }
            if updates.isEmpty { return }
            let outcomes = try await push(updates)
            var raced = false
            for update in updates {
                let outcome = outcomes[update.reference, default: .raced(present: nil)]
                if case .raced = outcome {
                    raced = true
                    if attempt < limits.publishAttemptsMaximum { continue }
                }
                try outcome.check(update.reference, of: configuration.remote)
                if let new = update.new { try repository().point(update.reference, to: ObjectID(new)) }
            }
            if !raced { return }
        }
    }

    /// Takes what the repository has now for the mirror's own.
    private func catchUp(_ references: [String]) async throws {
        let found = try await fetch(references: references)
        for reference in references {
            guard let head = found[reference] else {
                try repository().forget(reference)
                continue
            }
            try repository().advance(reference, to: ObjectID(head))
        }
    }

    /// A commit on top of what the mirror knows of a reference; nil when it would change nothing.
    private func update(
        _ reference: String, _ publication: Publication, _ sign: CommitSigner?
    ) throws -> ReferenceUpdate? {
        let repository = try repository()
        let tip = try repository.target(of: reference)
        let root = try tip.map { try repository.rootTree(of: $0) }
        let isNotes = reference == MirrorReference.notes
        let changes = isNotes ? try notes(publication, below: root) : publication.checkpoints.mapValues { .write($0) }
        if changes.isEmpty { return nil }
        let draft = ChainDraft(
            reference: reference, changes: changes, identity: publication.identity, at: publication.at,
            message: isNotes ? "what Writ did for \(changes.count) revisions" : "ledger checkpoint")
        guard let made = try repository.commit(draft, onto: tip, sign: sign, limits: limits)?.revision else {
            return nil
        }
        return .kept(reference, from: tip?.revision, to: made)
    }

    private func notes(_ publication: Publication, below root: ObjectID?) throws -> [RepositoryPath: FileChange] {
        let tree = NotesTree(repository: try repository(), root: root)
        var changes: [RepositoryPath: FileChange] = [:]
        for (revision, text) in publication.notes {
            let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
            guard bytes.count <= limits.noteBytesMaximum else {
                throw SourceFailure.tooLarge(
                    "The note on \(revision) has \(bytes.count) bytes; at most \(limits.noteBytesMaximum) are written.")
            }
            if let place = try tree.place(of: revision) { changes[place] = .write(bytes) }
        }
        return changes
    }
}
