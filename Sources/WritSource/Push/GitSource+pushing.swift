// What the source sends: its own commits, to the references it may move.
import WritVocabulary

extension GitSource {
    /// Makes a commit on top of its base: nothing but the changed files differs. No work tree, hook or setting of the
    /// repository takes part. Nothing refers to it yet.
    public func commit(_ draft: CommitDraft, sign: CommitSigner?) throws -> RevisionID {
        try repository().write(draft, sign: sign, limits: limits).requiredRevision()
    }

    /// Moves references of the repository, each only from the value it must have; says of each what became of it.
    /// Ends within the deadline. A reference that is already what it should be is `done`.
    public func push(_ updates: [ReferenceUpdate]) async throws -> [String: PushOutcome] {
        guard case .mirror(let configuration, let place) = origin else {
            throw SourceFailure.configuration("A clone is pushed with git push, not by Writ.")
        }
        return try await run(PushRequest(configuration, updates), place).outcomes
    }

    /// Moves one reference, or throws: `push-raced` when somebody was faster, `push-refused` with the server's words.
    public func push(_ update: ReferenceUpdate) async throws {
        guard case .mirror(let configuration, _) = origin else {
            throw SourceFailure.configuration("A clone is pushed with git push, not by Writ.")
        }
        try await push([update])[update.reference, default: .raced(present: nil)]
            .check(update.reference, of: configuration.remote)
    }
}
