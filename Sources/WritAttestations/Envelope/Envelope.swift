// A DSSE envelope: written canonically, read from anybody, believed only when enough keys signed.
import Foundation
import WritVocabulary

/// A payload with signatures. What it holds means nothing before ``verify(keys:threshold:)`` returned it.
public struct Envelope: Hashable, Sendable {
    public struct Signature: Hashable, Sendable {
        /// A hint which key it is, never a decision.
        public var keyid: String
        public var bytes: [UInt8]

        public init(keyid: String, bytes: [UInt8]) {
            self.keyid = keyid
            self.bytes = bytes
        }
    }

    /// A payload enough keys signed.
    public struct Verified: Hashable, Sendable {
        public var type: String
        public var payload: [UInt8]
        /// The keys whose signatures hold, each once, in the order they were given.
        public var keys: [VerificationKey]
    }

    let type: String
    let payload: [UInt8]
    public var signatures: [Signature]

    init(type: String, payload: [UInt8], signatures: [Signature]) {
        self.type = type
        self.payload = payload
        self.signatures = signatures
    }

    /// Signs a payload with each of the signers.
    public init(signing payload: [UInt8], type: String = DSSE.inTotoType, by signers: [AttestationSigner]) throws {
        let message = DSSE.preAuthenticationEncoding(type: type, payload: payload)
        self.init(
            type: type, payload: payload,
            signatures: try signers.map { Signature(keyid: $0.key.id.hex, bytes: try $0.sign(message)) })
    }

    /// The payload, when at least `threshold` different keys signed it. Which signature names which key is ignored:
    /// every signature is tried with every key that has not signed yet.
    ///
    /// Throws `unsigned` when fewer did, `threshold-invalid` when the threshold cannot be met by the keys at all.
    public func verify(keys: [VerificationKey], threshold: Int = 1) throws -> Verified {
        let known = keys.reduce(into: [VerificationKey]()) { if !$0.contains($1) { $0.append($1) } }
        guard threshold >= 1, known.count >= threshold, known.count <= Limits.keys else {
            throw AttestationFailure.refused(
                "threshold-invalid",
                "\(threshold) signatures were asked for with \(known.count) keys at hand; name at least as many keys")
        }
        let message = DSSE.preAuthenticationEncoding(type: type, payload: payload)
        var found: Set<VerificationKey> = []
        for signature in signatures.prefix(Limits.signatures) {
            let key = known.first { !found.contains($0) && $0.verifies(signature.bytes, of: message) }
            if let key { found.insert(key) }
        }
        guard found.count >= threshold else {
            throw AttestationFailure.refused(
                "unsigned",
                "\(found.count) of \(threshold) trusted keys signed it; do not use it, or name the key that did")
        }
        return Verified(type: type, payload: payload, keys: known.filter(found.contains))
    }

    /// Canonical JSON: the same envelope is always the same bytes.
    public func encoded() throws -> [UInt8] { Array(try Canonical.encode(Wire(self))) }

    /// Reads anybody's envelope: both alphabets of base64, several signatures, fields it does not know.
    public init(decoding bytes: [UInt8]) throws {
        self = try BoundedJSON.decode(Wire.self, from: bytes, what: "the envelope").envelope()
    }
}

extension Envelope {
    /// The fields as they are written.
    struct Wire: Codable {
        struct Signature: Codable {
            var keyid: String?
            var sig: String
        }

        var payload: String
        var payloadType: String
        var signatures: [Signature]

        init(_ envelope: Envelope) {
            payload = Data(envelope.payload).base64EncodedString()
            payloadType = envelope.type
            signatures = envelope.signatures.map {
                Signature(keyid: $0.keyid, sig: Data($0.bytes).base64EncodedString())
            }
        }

        func envelope() throws -> Envelope {
            func refuse(_ why: String) -> AttestationFailure { .malformed("the envelope", why) }
            guard (1...Limits.payloadTypeBytes).contains(payloadType.utf8.count) else {
                throw refuse("its payload type is empty or too long")
            }
            guard (1...Limits.signatures).contains(signatures.count) else {
                throw refuse("it has \(signatures.count) signatures; from 1 to \(Limits.signatures) are read")
            }
            guard let body = Base64Text.decode(payload, limit: Limits.payloadBytes) else {
                throw refuse("its payload is not base64 or is too large")
            }
            let read = try signatures.map { signature in
                guard (signature.keyid?.utf8.count ?? 0) <= Limits.keyidBytes,
                    let bytes = Base64Text.decode(signature.sig, limit: Limits.signatureTextBytes), !bytes.isEmpty
                else { throw refuse("a signature is not base64 or is too large") }
                return Envelope.Signature(keyid: signature.keyid ?? "", bytes: bytes)
            }
            return Envelope(type: payloadType, payload: body, signatures: read)
        }
    }
}
