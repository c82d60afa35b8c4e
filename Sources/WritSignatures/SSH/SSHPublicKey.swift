// Public keys as OpenSSH writes them, and what each kind of key accepts as its signature.
import Crypto
import Foundation

/// One public key. Equal keys have equal bytes.
public struct SSHPublicKey: Hashable, Sendable {
    /// The key in the SSH wire encoding (RFC 4253 §6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f).
    public let blob: [UInt8]
    public let kind: Kind
    let material: KeyMaterial

    /// The kinds Writ trusts. DSA, certificates and WebAuthn signatures are not among them.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case ed25519 = "ssh-ed25519"
        case p256 = "ecdsa-sha2-nistp256"
        case p384 = "ecdsa-sha2-nistp384"
        case p521 = "ecdsa-sha2-nistp521"
        case rsa = "ssh-rsa"
        case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
        case securityKeyP256 = "sk-ecdsa-sha2-nistp256@openssh.com"
    }

    /// Throws ``SignatureFailure`` saying what is wrong with the bytes.
    public init(blob: [UInt8]) throws(SignatureFailure) {
        guard blob.count <= SignatureLimits.keyBlobBytesMaximum else {
            throw .publicKey("the key is larger than \(SignatureLimits.keyBlobBytesMaximum) bytes")
        }
        var reader = WireReader(blob, of: "the key")
        let name = try reader.name("type")
        guard let kind = Kind(rawValue: name) else { throw SSHPublicKey.unsupported(name) }
        material = try KeyMaterial(kind, from: &reader)
        try reader.finish()
        self.blob = blob
        self.kind = kind
    }

    /// `ssh-ed25519 AAAA… comment`: the line of a `.pub` file.
    public init(line: String) throws(SignatureFailure) {
        let words = SSHPublicKey.words(line)
        guard words.count >= 2, let blob = Base64.decode(words[1]) else {
            throw .publicKey("this is not a key type followed by a key in Base64")
        }
        try self.init(blob: blob)
        guard words[0].elementsEqual(kind.rawValue.utf8) else {
            throw .publicKey(
                "the line says \((String(words[0]) ?? "").quoted()) and holds a key of type \(kind.rawValue)")
        }
    }

    /// `SHA256:` and the digest of the key's bytes in Base64 without padding, as `ssh-keygen -l` prints it.
    public var fingerprint: String { SSHPublicKey.fingerprint(of: blob) }

    /// `ssh-ed25519 AAAA…`.
    public var line: String { "\(kind.rawValue) \(Base64.encode(blob))" }

    /// Type and key. Blanks and tabs alone divide them: to ssh-keygen other white space is part of the key.
    static func words(_ line: String) -> [Substring.UTF8View] {
        let ended = line.utf8.reversed().drop(while: Armor.isSpace).count
        return line.utf8.prefix(ended).split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    static func fingerprint(of blob: [UInt8]) -> String {
        "SHA256:" + Base64.encode(Array(SHA256.hash(data: blob))).filter { $0 != "=" }
    }

    private static func unsupported(_ name: String) -> SignatureFailure {
        if name.contains("-cert-v") {
            return .publicKey("\(name.quoted()) is a certificate; Writ trusts plain keys only, so list the key itself")
        }
        return .publicKey("keys of type \(name.quoted()) are not trusted; use ssh-ed25519, ECDSA or RSA")
    }
}
