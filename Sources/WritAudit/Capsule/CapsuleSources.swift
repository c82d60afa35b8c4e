// Where the parts of a capsule come from: the shell opens ledger, blobs and repository.
import WritLedger
import WritVocabulary

/// What the builder asks for. A closure that returns nil has not got it, which the capsule then says; one that throws
/// ends the building.
public struct CapsuleSources {
    /// The signed head, verbatim, cosignatures included.
    public var checkpoint: [UInt8]
    /// The log's first key, vkey form: the present one where there was no rotation.
    public var ledgerKey: String
    /// Keys of the witnesses whose cosignatures the checkpoint may bear, vkey form.
    public var witnesses: [String] = []
    /// PEM texts of the keys attestations are and were signed with.
    public var attestationKeys: [String] = []
    /// The operator's own `allowed_signers`.
    public var operatorSigners: String?
    /// The bytes of one entry.
    public var leaf: (Int64) throws -> [UInt8]
    /// The audit path of one entry the checkpoint covers.
    public var proof: (Int64) throws -> [TreeHash]
    /// A blob of at most so many bytes, checked against its digest.
    public var blob: (Digest, _ limit: Int) throws -> [UInt8]?
    /// A Git object by its id, at most so many bytes.
    public var object: (String, _ limit: Int) throws -> AuditCapsule.Object?
    /// Signed approvals kept for a base.
    public var approvals: (RevisionID) throws -> [AuditCapsule.SignedApproval]

    public init(
        checkpoint: [UInt8], ledgerKey: String, leaf: @escaping (Int64) throws -> [UInt8],
        proof: @escaping (Int64) throws -> [TreeHash], blob: @escaping (Digest, Int) throws -> [UInt8]?,
        object: @escaping (String, Int) throws -> AuditCapsule.Object?,
        approvals: @escaping (RevisionID) throws -> [AuditCapsule.SignedApproval]
    ) {
        self.checkpoint = checkpoint
        self.ledgerKey = ledgerKey
        self.leaf = leaf
        self.proof = proof
        self.blob = blob
        self.object = object
        self.approvals = approvals
    }
}

extension CapsuleSources {
    /// Leaves and proofs from a view of the ledger, the rest from closures.
    public init(
        view: LedgerView, ledgerKey: String, blob: @escaping (Digest, Int) throws -> [UInt8]?,
        object: @escaping (String, Int) throws -> AuditCapsule.Object?,
        approvals: @escaping (RevisionID) throws -> [AuditCapsule.SignedApproval]
    ) {
        self.init(
            checkpoint: view.signed.bytes, ledgerKey: ledgerKey, leaf: { try view.bytes(at: Int($0)) },
            proof: { try view.proof(of: Int($0)).path }, blob: blob, object: object, approvals: approvals)
    }
}

extension CapsuleSources {
    /// Proves everything under a head that witnesses cosigned, and names those of the policy's witnesses that did. A
    /// head that is older than the deployment proves nothing of it: whoever builds then goes without.
    public mutating func prove(under head: SignedCheckpoint, of view: LedgerView, by policy: WitnessPolicy) throws {
        checkpoint = head.bytes
        proof = { try view.proof(of: Int($0), under: head).path }
        witnesses = try policy.cosigners(of: head.note).map(\.witness.verifier.vkey)
    }
}
