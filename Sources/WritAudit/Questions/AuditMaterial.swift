// What an answer draws on besides the trail: bytes the ledger names and does not hold.
import WritVocabulary

/// Handed over by whoever can read log, blobs and repository. All of it may be missing; answers then say less.
public struct AuditMaterial: Sendable {
    /// The origin line of the ledger's checkpoints.
    public var origin: String
    /// The root over the entries of the trail, hexadecimal.
    public var root: String?
    /// The whole judgements of changes: ``AuditTrail/reviewBlobs`` decoded.
    public var reviews: [Digest: PolicyReview]
    /// Requirements files by their Git blob, so that a package is found by name.
    public var texts: [ContentID: String]
    /// The vkey checkpoints were signed with from the beginning, where no rotation is on record.
    public var ledgerKey: String?

    public init(
        origin: String, root: String? = nil, reviews: [Digest: PolicyReview] = [:], texts: [ContentID: String] = [:],
        ledgerKey: String? = nil
    ) {
        self.origin = origin
        self.root = root
        self.reviews = reviews
        self.texts = texts
        self.ledgerKey = ledgerKey
    }

    func basis(_ trail: AuditTrail) -> AuditReport.Basis {
        AuditReport.Basis(origin: origin, size: trail.size, root: root, lastTime: trail.state.lastTime)
    }
}

extension AuditTrail {
    /// The requirements files that executions and replicas were given, for whoever reads the repository: sorted.
    public var requirementBlobs: [ContentID] {
        var found: Set<ContentID> = []
        for located in intents.values.compactMap(\.last) {
            switch located.value {
            case .execute(let order): if let lock = order.environment { found.insert(lock.requirements) }
            case .startReplica(let order): if let lock = order.environment { found.insert(lock.requirements) }
            case .snapshot, .cancel, .importArtefacts, .register, .stopReplica, .publish, .propose, .attest: continue
            }
        }
        return found.sorted()
    }
}
