// The numbers inside a public key, checked once when the key is read.
import Crypto
import CryptoExtras
import Foundation

enum KeyMaterial: Hashable, Sendable {
    case ed25519([UInt8])
    case p256([UInt8])
    case p384([UInt8])
    case p521([UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case securityKeyEd25519([UInt8], application: [UInt8])
    case securityKeyP256([UInt8], application: [UInt8])

    init(_ kind: SSHPublicKey.Kind, from reader: inout WireReader) throws(SignatureFailure) {
        switch kind {
        case .ed25519: self = .ed25519(try KeyMaterial.ed25519Point(&reader))
        case .p256: self = .p256(try KeyMaterial.point("nistp256", 32, &reader))
        case .p384: self = .p384(try KeyMaterial.point("nistp384", 48, &reader))
        case .p521: self = .p521(try KeyMaterial.point("nistp521", 66, &reader))
        case .rsa:
            let exponent = try reader.magnitude("exponent")
            self = .rsa(modulus: try reader.magnitude("modulus"), exponent: exponent)
        case .securityKeyEd25519:
            let point = try KeyMaterial.ed25519Point(&reader)
            self = .securityKeyEd25519(point, application: try reader.string("application"))
        case .securityKeyP256:
            let point = try KeyMaterial.point("nistp256", 32, &reader)
            self = .securityKeyP256(point, application: try reader.string("application"))
        }
        try checkStrength()
    }

    private static func ed25519Point(_ reader: inout WireReader) throws(SignatureFailure) -> [UInt8] {
        let point = try reader.string("public key")
        guard point.count == 32 else { throw .publicKey("an Ed25519 key has 32 bytes, this one \(point.count)") }
        return point
    }

    /// Uncompressed, as OpenSSH writes it: 4, x, y.
    private static func point(
        _ curve: String, _ width: Int, _ reader: inout WireReader
    ) throws(SignatureFailure) -> [UInt8] {
        guard try reader.name("curve") == curve else { throw .publicKey("the key's type and curve differ") }
        let point = try reader.string("point")
        guard point.count == 1 + 2 * width, point.first == 4 else {
            throw .publicKey("the key is not an uncompressed point of \(curve)")
        }
        return point
    }

    private func checkStrength() throws(SignatureFailure) {
        if case .rsa(let modulus, let exponent) = self {
            let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
            let (least, most) = (SignatureLimits.rsaBitsMinimum, SignatureLimits.rsaBitsMaximum)
            guard (least...most).contains(bits) else {
                throw .publicKey("an RSA key of \(bits) bits is not trusted; it must have \(least) to \(most)")
            }
            guard exponent.count <= 4, exponent != [1], exponent.last.map({ $0 & 1 == 1 }) == true else {
                throw .publicKey("the exponent of the RSA key is not an odd number of at most 32 bits")
            }
        }
        guard isOnCurve else { throw .publicKey("the key is not a point of its curve") }
    }

    private var isOnCurve: Bool {
        switch self {
        case .ed25519(let point), .securityKeyEd25519(let point, _):
            (try? Curve25519.Signing.PublicKey(rawRepresentation: point)) != nil
        case .p256(let point), .securityKeyP256(let point, _):
            (try? P256.Signing.PublicKey(x963Representation: point)) != nil
        case .p384(let point): (try? P384.Signing.PublicKey(x963Representation: point)) != nil
        case .p521(let point): (try? P521.Signing.PublicKey(x963Representation: point)) != nil
        case .rsa(let modulus, let exponent):
            (try? _RSA.Signing.PublicKey(n: modulus, e: exponent)) != nil
        }
    }
}
