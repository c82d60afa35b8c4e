// Handing a log over to another key, in steps of which each can be the last before a crash.
import WritVocabulary

/// The order on disk: the new key beside the old one, the place of the entry, the entry, a head signed by both keys,
/// the new key in the old one's place. Who opens the log after a crash goes on where the entry is durable, and
/// otherwise drops the new key.
extension Ledger {
    /// Signs everything before the rotation with the old key alone.
    func prepareRotation(
        to next: NoteSigner, actor: String, reason: String, at now: Timestamp
    ) throws -> (KeyRotation, EntryDraft) {
        try sync(now: now)
        if let failure = sequencer.clockFailure { throw failure }
        let rotation = try KeyRotation(
            ledger: signer.current, to: next, size: size, actor: actor, reason: reason)
        let draft = EntryDraft(
            time: now, cause: .operatorAct(actor: actor), subject: nil, event: .keyRotated(rotation))
        try RotationIndex.add(size, in: directory)
        return (rotation, draft)
    }

    func appendRotation(_ draft: EntryDraft, to next: NoteSigner) throws -> [EncodedEntry] {
        // From the entry on, no head may carry the old signature alone.
        signer.next = next
        do {
            return try appendEncoded([draft])
        } catch {
            signer.next = nil
            throw error
        }
    }

    func finishRotation(to next: NoteSigner, install: () throws -> Void) throws {
        signer.next = next
        try sync()
        try install()
        signer = LedgerSigner(current: next)
    }

    /// Rotations the log holds, signed or not, at the places the index names.
    func rotations() throws -> [KeyHistory.Step] {
        let view = try view()
        return try (RotationIndex.read(in: directory) ?? []).filter { $0 < view.size }.flatMap { index in
            try view.bytes(at: index).withUnsafeBytes { try TileReader.rotation($0, index) }
        }
    }
}
