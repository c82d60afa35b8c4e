// A statement as it is kept: the record of it and the bytes of its blob.
import WritVocabulary

/// A signed statement with the bytes of its blob.
public struct StatementOnRecord: Hashable, Sendable {
    public var attestation: Attestation
    public var bytes: [UInt8]
    /// The ledger entry it was recorded with; nil when it is not known.
    public var sequence: Int64?

    public init(_ attestation: Attestation, bytes: [UInt8], sequence: Int64? = nil) {
        self.attestation = attestation
        self.bytes = bytes
        self.sequence = sequence
    }
}

extension AttestationKind {
    /// Whether it is said of one deployment of a version; otherwise of the version's files.
    var isOfDeployment: Bool {
        switch self {
        case .provenance, .tests, .signature: false
        case .approval, .summary: true
        }
    }
}
