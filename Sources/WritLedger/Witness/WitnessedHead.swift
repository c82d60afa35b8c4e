// The last head that a quorum of witnesses cosigned: `<data>/ledger/checkpoint.witnessed`.
import Foundation
import WritVocabulary

extension LedgerReader {
    private var witnessedPath: String { "\(directory)/checkpoint.witnessed" }

    /// The kept head, signed by the log's key of its time; nil when there is none. Its cosignatures are for a policy to
    /// judge.
    public func witnessed() throws -> SignedCheckpoint? {
        guard let bytes = try Disk.read(witnessedPath, limit: Limits.checkpointBytes) else { return nil }
        if try SignedNote(bytes).names(verifier) { return try SignedCheckpoint(bytes, verifier: verifier) }
        return try keyHistory().checkpoint(bytes)
    }

    /// Keeps a cosigned head in the place of the one before it, durably.
    public func keepWitnessed(_ head: SignedCheckpoint) throws {
        guard head.bytes.count <= Limits.checkpointBytes else {
            throw LedgerFailure(
                code: "checkpoint-too-large",
                message: "the cosigned head has \(head.bytes.count) bytes, at most \(Limits.checkpointBytes) are kept; "
                    + "use fewer witnesses", retry: .terminal)
        }
        try Disk.replace(witnessedPath, with: head.bytes, via: "\(witnessedPath).new")
        try Disk.flushFolder(directory)
    }

    /// The proof that the log of `old` entries is the beginning of a signed head of this log. That head may be older
    /// than the newest.
    public func consistency(from old: Int, to head: SignedCheckpoint) throws -> [TreeHash] {
        try view(head, nil).consistency(from: old)
    }
}

extension LedgerView {
    /// The proof of an entry under a head that was cosigned, which may be older than the log is now.
    public func proof(of index: Int, under head: SignedCheckpoint) throws -> ProofFile {
        let size = head.checkpoint.size
        guard index >= 0, index < size else {
            throw LedgerFailure(
                code: "not-witnessed",
                message: "entry \(index) is not under the head of \(size) entries; ask again after the next head",
                retry: .transient)
        }
        guard size <= self.size, head.checkpoint.isOf(signed.checkpoint.origin),
            try root(at: size) == head.checkpoint.root
        else {
            throw LedgerFailure.damaged(
                "not-consistent",
                "the head of \(size) entries is not one of this log: history was replaced; run `writ audit verify`")
        }
        return ProofFile(index: index, path: try path(of: index, in: size), checkpoint: head.bytes)
    }
}

extension ProofFile {
    /// Checks checkpoint, cosignatures and path for these entry bytes. `keys` are keys of the log beside those the
    /// policy lists.
    @discardableResult
    public func verify(entry: [UInt8], policy: WitnessPolicy, keys: [NoteVerifier] = []) throws -> Checkpoint {
        let signed = try policy.checkpoint(checkpoint, keys: keys).checkpoint
        try check(entry, under: signed)
        return signed
    }
}
