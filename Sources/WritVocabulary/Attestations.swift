// Attestations: signed statements about a version or a deployment, in formats other tools read.

/// What a statement says; each has the predicate type others know it by.
public enum AttestationKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// How the files were made: SLSA provenance v1.
    case provenance
    /// What the gates found: in-toto test-result v0.1.
    case tests
    /// Which file has which digest: OpenSSF model signing v1.0.
    case signature
    /// That people approved it for an endpoint, and what they saw.
    case approval
    /// What was checked before it served: SLSA verification summary v1.
    case summary

    public var predicateType: String {
        switch self {
        case .provenance: "https://slsa.dev/provenance/v1"
        case .tests: "https://in-toto.io/attestation/test-result/v0.1"
        case .signature: "https://model_signing/signature/v1.0"
        case .approval: "https://writ.dev/attestation/approval/v1"
        case .summary: "https://slsa.dev/verification_summary/v1"
        }
    }
}

/// One signed statement on record.
public struct Attestation: Codable, Hashable, Sendable {
    public var kind: AttestationKind
    /// The blob: a DSSE envelope, or for `signature` a Sigstore bundle around one. JSON.
    public var blob: Digest
    /// The key it was signed with: the digest of its PEM text.
    public var key: Digest

    public init(kind: AttestationKind, blob: Digest, key: Digest) {
        self.kind = kind
        self.blob = blob
        self.key = key
    }
}

/// Make and sign the statements about one subject. The order holds all facts that the statements state, or names the
/// blob they are in: made again, the statements are the same bytes, signatures aside.
public enum AttestationOrder: Codable, Hashable, Sendable {
    case version(VersionFacts)
    case deployment(DeploymentFacts)

    public var version: VersionID {
        switch self {
        case .version(let facts): facts.version.id
        case .deployment(let facts): facts.version
        }
    }

    public struct VersionFacts: Codable, Hashable, Sendable {
        public var version: VersionRecord
        /// nil for an import.
        public var training: ExecutionFacts?
        /// nil where nothing evaluated it.
        public var evaluation: ExecutionFacts?
        /// Where an import came from and what it was said to be; nil for what was trained here.
        public var imported: ImportOrder?

        public init(
            version: VersionRecord, training: ExecutionFacts? = nil, evaluation: ExecutionFacts? = nil,
            imported: ImportOrder? = nil
        ) {
            self.version = version
            self.training = training
            self.evaluation = evaluation
            self.imported = imported
        }
    }

    /// An execution that succeeded: what it was given and what came of it.
    public struct ExecutionFacts: Codable, Hashable, Sendable {
        public var order: ExecutionOrder
        public var outcome: ExecutionOutcome

        public init(order: ExecutionOrder, outcome: ExecutionOutcome) {
            self.order = order
            self.outcome = outcome
        }
    }

    /// Traffic went to a version.
    public struct DeploymentFacts: Codable, Hashable, Sendable {
        public var endpoint: ResourceName
        public var deployment: DeploymentID
        public var version: VersionID
        public var artefacts: Digest
        /// The revision under which traffic moved; without a `table`, the one in force when this was planned.
        public var revision: RevisionID
        /// When the endpoint's traffic moved.
        public var at: Timestamp
        /// What the policies said of that revision; nil where none was in force.
        public var change: JudgedChange?
        /// The version's attestations on record.
        public var attestations: [Attestation]
        /// The routing table that moved traffic: of each return to a deployment it is another. nil in orders from when
        /// a deployment was attested once, however often traffic came back to it.
        public var table: Int64?

        public init(
            endpoint: ResourceName, deployment: DeploymentID, version: VersionID, artefacts: Digest,
            revision: RevisionID, at: Timestamp, change: JudgedChange?, attestations: [Attestation],
            table: Int64? = nil
        ) {
            self.table = table
            self.endpoint = endpoint
            self.deployment = deployment
            self.version = version
            self.artefacts = artefacts
            self.revision = revision
            self.at = at
            self.change = change
            self.attestations = attestations
        }
    }
}
