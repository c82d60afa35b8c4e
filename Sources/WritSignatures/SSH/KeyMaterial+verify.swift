// Whether a key made a signature: one rule for each kind of key.
import Crypto
import CryptoExtras
import Foundation

/// Whether somebody was there when a signature was made.
public enum Presence: String, Hashable, Sendable {
    /// An ordinary key: it cannot tell.
    case unknown
    /// A security key that was touched.
    case touched
    /// A security key that signed without being touched.
    case untouched
}

extension SSHPublicKey {
    /// Throws unless `signature`, in the SSH wire encoding, is this key's over exactly these bytes.
    func verify(_ signature: [UInt8], over message: [UInt8]) throws(SignatureFailure) -> Presence {
        var reader = WireReader(signature, of: "the signature")
        let algorithm = try reader.name("algorithm")
        let value = try reader.string("value")
        let (signed, presence) = try witnessed(message, &reader)
        try reader.finish()
        guard try material.accepts(value, algorithm, kind, over: signed) else {
            throw .signature("the signature does not match what it is said to sign, or another key made it")
        }
        return presence
    }

    /// What the key really signs. A security key signs its own record of the act (OpenSSH's PROTOCOL.u2f):
    /// SHA256(application), flags, counter, SHA256(message).
    private func witnessed(
        _ message: [UInt8], _ reader: inout WireReader
    ) throws(SignatureFailure) -> (signed: [UInt8], presence: Presence) {
        switch material {
        case .ed25519, .p256, .p384, .p521, .rsa:
            return (message, .unknown)
        case .securityKeyEd25519(_, let application), .securityKeyP256(_, let application):
            let flags = try reader.byte("flags")
            let counter = try reader.number("counter")
            let record = WireWriter.build {
                $0.raw(SHA256.hash(data: application))
                $0.raw([flags])
                $0.number(counter)
                $0.raw(SHA256.hash(data: message))
            }
            return (record, flags & 1 == 1 ? .touched : .untouched)
        }
    }
}

extension KeyMaterial {
    func accepts(
        _ value: [UInt8], _ algorithm: String, _ kind: SSHPublicKey.Kind, over message: [UInt8]
    ) throws(SignatureFailure) -> Bool {
        if case .rsa(let modulus, let exponent) = self {
            return try KeyMaterial.rsa(modulus, exponent, value, algorithm, message)
        }
        guard algorithm == kind.rawValue else {
            throw .signature(
                "a key of type \(kind.rawValue) cannot have made a signature of type \(algorithm.quoted())")
        }
        switch self {
        case .ed25519(let point), .securityKeyEd25519(let point, _):
            guard value.count == 64 else { throw .signature("the Ed25519 signature has not 64 bytes") }
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: point))?
                .isValidSignature(value, for: message) == true
        case .p256(let point), .securityKeyP256(let point, _):
            return try KeyMaterial.ecdsa(value, width: 32) {
                try P256.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P256.Signing.ECDSASignature(rawRepresentation: $0), for: message)
            }
        case .p384(let point):
            return try KeyMaterial.ecdsa(value, width: 48) {
                try P384.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P384.Signing.ECDSASignature(rawRepresentation: $0), for: message)
            }
        case .p521(let point):
            return try KeyMaterial.ecdsa(value, width: 66) {
                try P521.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(P521.Signing.ECDSASignature(rawRepresentation: $0), for: message)
            }
        case .rsa:
            return false
        }
    }

    /// `check` is given r and s of the signature (RFC 5656 §3.1.2), each padded to the width of the curve.
    private static func ecdsa(
        _ value: [UInt8], width: Int, _ check: (_ pair: [UInt8]) throws -> Bool
    ) throws(SignatureFailure) -> Bool {
        var reader = WireReader(value, of: "the signature")
        let numbers = [try reader.magnitude("r"), try reader.magnitude("s")]
        try reader.finish()
        guard numbers.allSatisfy({ $0.count <= width }) else {
            throw .signature("a number of the signature is larger than its curve")
        }
        let pair = numbers.flatMap { [UInt8](repeating: 0, count: width - $0.count) + $0 }
        return (try? check(pair)) ?? false
    }

    /// RFC 8332. `ssh-rsa` means SHA-1 and is refused.
    private static func rsa(
        _ modulus: [UInt8], _ exponent: [UInt8], _ value: [UInt8], _ algorithm: String, _ message: [UInt8]
    ) throws(SignatureFailure) -> Bool {
        guard value.count <= modulus.count, let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else {
            throw .signature("the RSA signature is longer than its key")
        }
        // OpenSSH too pads a signature that begins with zeros and lost them.
        let padded = [UInt8](repeating: 0, count: modulus.count - value.count) + value
        let signature = _RSA.Signing.RSASignature(rawRepresentation: padded)
        switch algorithm {
        case "rsa-sha2-256":
            return key.isValidSignature(signature, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        case "rsa-sha2-512":
            return key.isValidSignature(signature, for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        default:
            throw .signature("an RSA signature of type \(algorithm.quoted()) does not count; rsa-sha2-256 or -512 does")
        }
    }
}
