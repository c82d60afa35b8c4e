// A public key that signatures are checked with: ECDSA on P-256, or Ed25519.
import Crypto
import Foundation
import WritVocabulary

public struct VerificationKey: Hashable, Sendable, CustomStringConvertible {
    private enum Algorithm: Sendable {
        /// Signatures are ASN.1 DER over SHA-256.
        case p256(P256.Signing.PublicKey)
        /// Signatures are 64 bytes.
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let algorithm: Algorithm
    /// SubjectPublicKeyInfo as OpenSSL prints it: 64 columns, a line end after the last line.
    public let pem: String

    /// SubjectPublicKeyInfo in PEM, whatever its line breaks; nil when it is another kind of key or no key.
    public init?(pem text: String) {
        guard text.utf8.count <= Limits.keyFileBytes, let der = PEM.blocks(in: text, label: "PUBLIC KEY")?.first else {
            return nil
        }
        self.init(der: der)
    }

    init?(der: [UInt8]) {
        if der.starts(with: Self.p256Prefix), der.count == Self.p256Prefix.count + 65,
            let key = try? P256.Signing.PublicKey(x963Representation: der.dropFirst(Self.p256Prefix.count))
        {
            algorithm = .p256(key)
        } else if der.starts(with: Self.ed25519Prefix), der.count == Self.ed25519Prefix.count + 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: der.dropFirst(Self.ed25519Prefix.count))
        {
            algorithm = .ed25519(key)
        } else {
            return nil
        }
        pem = PEM.text(der, label: "PUBLIC KEY")
    }

    init(_ key: P256.Signing.PublicKey) {
        algorithm = .p256(key)
        pem = PEM.text(Self.p256Prefix + Array(key.x963Representation), label: "PUBLIC KEY")
    }

    // The DER before the point: SEQUENCE, AlgorithmIdentifier (RFC 5480, RFC 8410), BIT STRING.
    private static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// The digest of the PEM text: the key's name everywhere, and the hint of a model signature.
    public var id: WritVocabulary.Digest { WritVocabulary.Digest(of: Data(pem.utf8)) }
    public var description: String { id.short }

    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch algorithm {
        case .p256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: message)
        case .ed25519(let key):
            return key.isValidSignature(signature, for: message)
        }
    }

    public static func == (a: VerificationKey, b: VerificationKey) -> Bool { a.pem == b.pem }
    public func hash(into hasher: inout Hasher) { hasher.combine(pem) }
}
