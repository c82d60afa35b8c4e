// Writ's own key: signs its commits and, where asked, approvals.
import Crypto
import Foundation

/// An Ed25519 key pair. Never printed, never encoded other than by ``openSSHFile(comment:)``.
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    public let publicKey: SSHPublicKey

    /// `seed` is 32 secret random bytes.
    public init(seed: some ContiguousBytes) throws(SignatureFailure) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .signingKey("An Ed25519 key is made from 32 bytes.")
        }
        self.key = key
        publicKey = try SSHPublicKey(
            blob: WireWriter.build {
                $0.string(SSHPublicKey.Kind.ed25519.rawValue)
                $0.string(key.publicKey.rawRepresentation)
            })
    }

    var seed: [UInt8] { Array(key.rawRepresentation) }

    /// The line for `allowed_signers` that lets this key sign for `principal` and these namespaces alone.
    public func allowedSignersLine(principal: String, namespaces: [String] = []) -> String {
        let option = namespaces.isEmpty ? "" : "namespaces=\"\(namespaces.joined(separator: ","))\" "
        return "\(principal) \(option)\(publicKey.line)"
    }

    /// An armored ``SSHSignature`` over `message`, made with SHA-512 as ssh-keygen does.
    public func sign(_ message: [UInt8], namespace: String) throws(SignatureFailure) -> String {
        let signed = SSHSignature.signed(message, namespace: namespace, hash: .sha512)
        guard let value = try? key.signature(for: signed) else {
            throw .signingKey("The key \(publicKey.fingerprint) could not sign.")
        }
        let content = WireWriter.build {
            $0.raw(SSHSignature.magic)
            $0.number(SSHSignature.version)
            $0.string(publicKey.blob)
            $0.string(namespace)
            $0.string("")
            $0.string(SSHSignature.HashName.sha512.rawValue)
            $0.string(
                WireWriter.build {
                    $0.string(SSHPublicKey.Kind.ed25519.rawValue)
                    $0.string(value)
                })
        }
        return Armor.signature.close(content)
    }
}
