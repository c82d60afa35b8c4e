// Which keys sign a log's heads: one, and while a rotation is being finished two.

/// The key of a log, and the one that is taking its place.
struct LedgerSigner: Sendable {
    var current: NoteSigner
    /// Signs beside the current key, until the rotation is finished.
    var next: NoteSigner?

    var verifier: NoteVerifier { current.verifier }
    var signers: [NoteSigner] { [current] + (next.map { [$0] } ?? []) }
}
