// The private half of the attestation key: ECDSA on P-256, since OpenSSF model signing refuses Ed25519.
import Crypto
import Foundation
import WritVocabulary

public struct AttestationSigner: Sendable {
    private let secret: P256.Signing.PrivateKey
    public let key: VerificationKey

    private init(_ secret: P256.Signing.PrivateKey) {
        self.secret = secret
        key = VerificationKey(secret.publicKey)
    }

    /// From 32 random bytes; nil when they are no number of the curve, about once in 2^32 times.
    public init?(seed: [UInt8]) {
        guard let secret = try? P256.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
        self.init(secret)
    }

    /// PKCS#8 or SEC1, as OpenSSL writes them; nil when it is another kind of key or no key.
    public init?(pem: String) {
        for label in ["PRIVATE KEY", "EC PRIVATE KEY"] {
            guard let der = PEM.blocks(in: pem, label: label)?.first else { continue }
            let text = PEM.text(der, label: label).trimmingCharacters(in: .newlines)
            guard let secret = try? P256.Signing.PrivateKey(pemRepresentation: text) else { return nil }
            self.init(secret)
            return
        }
        return nil
    }

    /// PKCS#8 in PEM: a secret, for the key's file and nothing else.
    var secretPEM: String { secret.pemRepresentation + "\n" }

    /// ECDSA over SHA-256 in ASN.1 DER. Signing again gives other bytes that hold just as well.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        do {
            return Array(try secret.signature(for: message).derRepresentation)
        } catch {
            throw AttestationFailure(
                code: "not-signed", message: "the attestation key did not sign; it is tried again", retry: .transient)
        }
    }
}
