// A model signature as others' tools take it: a Sigstore bundle v0.3 around the envelope.
import Foundation
import WritVocabulary

public struct ModelBundle: Hashable, Sendable {
    static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

    public let envelope: Envelope
    /// Hex SHA-256 of the key's PEM text; nil in bundles of older tools.
    public let hint: String?

    init(signing payload: [UInt8], by signer: AttestationSigner) throws {
        envelope = try Envelope(signing: payload, by: [signer])
        hint = signer.key.id.hex
    }

    /// Canonical JSON.
    public func encoded() throws -> [UInt8] { Array(try Canonical.encode(Wire(self))) }

    public init(decoding bytes: [UInt8]) throws {
        let wire = try BoundedJSON.decode(Wire.self, from: bytes, what: "the model signature")
        guard wire.mediaType == ModelBundle.mediaType else {
            throw AttestationFailure.malformed("the model signature", "it is no Sigstore bundle v0.3")
        }
        envelope = try wire.dsseEnvelope.envelope()
        hint = wire.verificationMaterial.publicKey?.hint
        // The reference reads the first signature only; with one there is no second opinion on what counts.
        guard envelope.signatures.count == 1 else {
            throw AttestationFailure.malformed("the model signature", "a bundle has one signature")
        }
    }

    /// The files one of the keys signed for, and which key. Refuses a hint that names another key.
    public func verify(keys: [VerificationKey]) throws -> (listing: ModelListing, key: VerificationKey) {
        let named = hint.map { hint in keys.filter { $0.id.hex == hint } } ?? keys
        guard !named.isEmpty else {
            throw AttestationFailure.refused(
                "unsigned", "the model signature is by a key that is not trusted; do not use it, or name its key")
        }
        let verified = try envelope.verify(keys: named)
        guard verified.type == DSSE.inTotoType, let key = verified.keys.first else {
            throw AttestationFailure.malformed("the model signature", "its payload is no in-toto statement")
        }
        return (try ModelListing(decoding: verified.payload), key)
    }
}

extension ModelBundle {
    private struct Wire: Codable {
        struct Material: Codable {
            struct PublicKey: Codable {
                var hint: String?
            }
            var publicKey: PublicKey?
            /// Transparency logs of others; Writ's ledger is not one of them.
            var tlogEntries: [String]?

            init(hint: String?) {
                publicKey = PublicKey(hint: hint)
                tlogEntries = []
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                publicKey = try container.decodeIfPresent(PublicKey.self, forKey: .publicKey)
                tlogEntries = nil
            }
        }

        var mediaType: String
        var verificationMaterial: Material
        var dsseEnvelope: Envelope.Wire

        init(_ bundle: ModelBundle) {
            mediaType = ModelBundle.mediaType
            verificationMaterial = Material(hint: bundle.hint)
            dsseEnvelope = Envelope.Wire(bundle.envelope)
        }
    }
}
