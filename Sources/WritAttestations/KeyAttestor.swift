// Makes statements, signs them with the attestation key and keeps them as blobs.
import WritBackends
import WritVocabulary

public struct KeyAttestor: Attestor {
    private let blobs: any BlobStore
    private let signer: AttestationSigner
    private let builder: BuilderIdentity
    private let trust: AttestationTrust

    /// `trusted` are the keys a version's statements may be signed with, besides the signer's own: those that gave
    /// their place to it.
    public init(
        blobs: any BlobStore, signer: AttestationSigner, builder: BuilderIdentity, trusted: [VerificationKey] = []
    ) {
        self.blobs = blobs
        self.signer = signer
        self.builder = builder
        trust = AttestationTrust([signer.key] + trusted)
    }

    public func attest(_ order: AttestationOrder) async throws -> [Attestation] {
        try checkInputs(of: order)
        let evidence = try StatementEvidence.gather(for: order) { try blobs.read($0, limit: $1) }
        return try Statements.make(order, by: builder, evidence: evidence).map { draft in
            Attestation(kind: draft.kind, blob: try blobs.put(try signed(draft)), key: signer.key.id)
        }
    }

    private func signed(_ draft: Statements.Draft) throws -> [UInt8] {
        guard draft.kind == .signature else { return try Envelope(signing: draft.payload, by: [signer]).encoded() }
        return try ModelBundle(signing: draft.payload, by: signer).encoded()
    }

    /// A summary says that the version's statements were checked: so they are.
    private func checkInputs(of order: AttestationOrder) throws {
        guard case .deployment(let facts) = order else { return }
        let verifier = AttestationVerifier(trust: trust)
        for attestation in facts.attestations {
            let bytes = try blobs.read(attestation.blob, limit: Limits.envelopeBytes)
            let subject = AttestationVerifier.Subject(version: facts.version, artefacts: facts.artefacts)
            let verdict = verifier.check(attestation, bytes, of: subject)
            guard verdict.accepted else {
                throw AttestationFailure.refused(
                    "attestation-refused",
                    "the \(attestation.kind.rawValue) statement of \(facts.version) does not hold: "
                        + "\(verdict.problems.joined(separator: "; ")); find out who replaced it")
            }
        }
    }
}
