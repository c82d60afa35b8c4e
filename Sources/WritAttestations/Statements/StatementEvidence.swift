// What an order names and the statements are made from: the blobs, read and checked.
import WritVocabulary

public struct StatementEvidence: Hashable, Sendable {
    /// The files of the version; for the model signature.
    public var manifest: ArtefactManifest?
    /// What the deployment's change was judged by.
    public var review: PolicyReview?
    /// Names of the gates the version passed, as its attestation says; without those that compared with nothing.
    public var gates: [String]

    public init(manifest: ArtefactManifest? = nil, review: PolicyReview? = nil, gates: [String] = []) {
        self.manifest = manifest
        self.review = review
        self.gates = gates
    }

    /// Reads what an order names. `read` gives a blob of at most so many bytes.
    public static func gather(for order: AttestationOrder, read: (Digest, Int) throws -> [UInt8]) throws
        -> StatementEvidence
    {
        func blob(_ digest: Digest, _ limit: Int, _ what: String) throws -> [UInt8] {
            let bytes = try read(digest, limit)
            guard Digest(of: bytes) == digest else {
                throw AttestationFailure.refused(
                    "digest-mismatch", "\(what) \(digest.short) is other bytes than it was; restore it from a backup")
            }
            return bytes
        }
        switch order {
        case .version(let facts):
            let bytes = try blob(facts.version.artefacts, Limits.manifestBytes, "the list of files")
            let manifest = try BoundedJSON.decode(
                ArtefactManifest.self, from: bytes, what: "the list of files of \(facts.version.id)",
                limit: Limits.manifestBytes)
            return StatementEvidence(manifest: manifest)
        case .deployment(let facts):
            var evidence = StatementEvidence()
            if let digest = facts.change?.evidence {
                evidence.review = try BoundedJSON.decode(
                    PolicyReview.self, from: try blob(digest, Limits.reviewBytes, "the review"),
                    what: "the review of \(facts.revision.short)", limit: Limits.reviewBytes)
            }
            if let tests = facts.attestations.first(where: { $0.kind == .tests }) {
                let bytes = try blob(tests.blob, Limits.envelopeBytes, "the attestation of the gates")
                evidence.gates = try TestResults.passed(in: Envelope(decoding: bytes).payload)
            }
            return evidence
        }
    }
}
