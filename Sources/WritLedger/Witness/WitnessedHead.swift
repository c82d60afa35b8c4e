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

    /// The kept head, if a quorum of the policy's witnesses cosigned it and this log goes on from it. Where the policy
    /// lists logs, this one must be among them, by a key it has or had.
    public func witnessed(under policy: WitnessPolicy) throws -> SignedCheckpoint {
        guard let kept = try witnessed() else {
            throw LedgerFailure(
                code: "not-witnessed",
                message: "no witness cosigned a head of the ledger in \(directory); run a controller with witnesses",
                retry: .stalled)
        }
        let history = try keyHistory()
        let listed = policy.logs.map(\.verifier)
        guard listed.isEmpty || history.periods.contains(where: { listed.contains($0.verifier) }) else {
            throw LedgerFailure.damaged(
                "log-not-in-policy", "the policy does not list the log \(verifier.name) by any key it had; add one")
        }
        let head = try policy.checkpoint(kept.bytes, keys: [history.verifier(forSize: kept.checkpoint.size)])
        guard try view().holds(head.checkpoint) else {
            throw LedgerFailure.damaged(
                "not-consistent",
                "the ledger in \(directory) does not go on from the head its witnesses cosigned "
                    + "(\(head.checkpoint.size) entries): its history was replaced, or an older ledger put back")
        }
        return head
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
    /// Whether this log, at some time, was what a head says.
    func holds(_ head: Checkpoint) throws -> Bool {
        try head.size <= size && head.isOf(signed.checkpoint.origin) && root(at: head.size) == head.root
    }

    /// The proof of an entry under a head that was cosigned, which may be older than the log is now.
    public func proof(of index: Int, under head: SignedCheckpoint) throws -> ProofFile {
        let size = head.checkpoint.size
        guard index >= 0, index < size else {
            throw LedgerFailure(
                code: "not-witnessed",
                message: "entry \(index) is not under the head of \(size) entries; ask again after the next head",
                retry: .transient)
        }
        guard try holds(head.checkpoint) else {
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
