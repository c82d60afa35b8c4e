// Port: who signs statements about versions and deployments.
import WritVocabulary

/// Makes and signs attestations and keeps them as blobs.
public protocol Attestor: Sendable {
    /// Doing it again makes the same statements; signatures may differ. Returned in the order of ``AttestationKind``.
    func attest(_ order: AttestationOrder) async throws -> [Attestation]
}

/// Signs nothing: for worlds without a key.
public struct NoAttestor: Attestor {
    public init() {}

    public func attest(_ order: AttestationOrder) async throws -> [Attestation] { [] }
}
