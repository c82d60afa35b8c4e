// Which key must have signed a head of which size, from one key somebody trusts and the log's own rotations.
import WritVocabulary

/// The keys of a log in the order they held it. Linked by rotations both keys signed, so one of them vouches for all.
public struct KeyHistory: Hashable, Sendable {
    /// A key and the heads it must have signed.
    public struct Period: Hashable, Sendable {
        public let verifier: NoteVerifier
        /// It signs heads of more entries than this; the first key also the empty log.
        public let after: Int
    }

    /// A rotation and its sequence number in the log.
    public struct Step: Hashable, Sendable {
        public let sequence: Int
        public let rotation: KeyRotation

        public init(sequence: Int, rotation: KeyRotation) {
            self.sequence = sequence
            self.rotation = rotation
        }
    }

    /// Oldest first; never empty.
    public let periods: [Period]
    public let origin: String

    /// Throws unless the rotations follow each other, each is signed by both its keys, and `trusted` is one of them.
    /// Rotations of other keys than the log's are passed over.
    public init(trusted: NoteVerifier, rotations: [Step]) throws {
        origin = trusted.name
        var periods: [Period] = []
        for step in rotations.sorted(by: { $0.sequence < $1.sequence }) where step.rotation.purpose == .ledger {
            let (old, new) = try step.rotation.ledgerKeys()
            if periods.isEmpty { periods = [Period(verifier: old, after: 0)] }
            guard periods.last?.verifier == old, Int64(step.sequence) == step.rotation.size,
                !periods.contains(where: { $0.verifier == new })
            else {
                throw LedgerFailure.damaged(
                    "rotation-unlinked",
                    "entry \(step.sequence) rotates a key that did not hold the log at that entry; "
                        + "run `writ audit verify`")
            }
            periods.append(Period(verifier: new, after: step.sequence))
        }
        if periods.isEmpty { periods = [Period(verifier: trusted, after: 0)] }
        guard periods.contains(where: { $0.verifier == trusted }) else {
            throw LedgerFailure.damaged(
                "key-unlinked",
                "\(trusted.vkey) never held this log: its rotations name \(periods.count) other keys; "
                    + "give one of those, or look whether this is the log you mean")
        }
        self.periods = periods
    }

    /// The key that must have signed a head of so many entries. The head right after a rotation carries both.
    public func verifier(forSize size: Int) -> NoteVerifier {
        (periods.last { $0.after < size } ?? periods[0]).verifier
    }

    public var current: NoteVerifier { periods[periods.count - 1].verifier }

    /// Reads and verifies a head of any age. A bad signature of any of the log's keys refuses it.
    public func checkpoint(_ bytes: [UInt8]) throws -> SignedCheckpoint {
        let note = try SignedNote(bytes)
        let claimed = try Checkpoint(text: note.text)
        for period in periods where note.names(period.verifier) { try note.verify(period.verifier) }
        let verifier = verifier(forSize: claimed.size)
        guard note.names(verifier) else {
            throw LedgerFailure.damaged(
                "not-signed-by-key",
                "the head of \(claimed.size) entries is not signed by \(verifier.vkey), which held the log by then; "
                    + "another key made it")
        }
        return try SignedCheckpoint(bytes, verifier: verifier)
    }
}
