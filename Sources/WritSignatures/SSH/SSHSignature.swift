// A detached signature in OpenSSH's format: PROTOCOL.sshsig, version 1.
import Crypto
import Foundation

/// What `ssh-keygen -Y sign` makes, and `git commit -S` with `gpg.format=ssh`.
public struct SSHSignature: Hashable, Sendable {
    public let key: SSHPublicKey
    /// What the signature is for: `git`, `writ-approval`. One made for one purpose never counts for another.
    public let namespace: String
    let hash: HashName
    let value: [UInt8]

    enum HashName: String, Hashable, Sendable {
        case sha256, sha512

        func digest(_ message: [UInt8]) -> [UInt8] {
            switch self {
            case .sha256: Array(SHA256.hash(data: message))
            case .sha512: Array(SHA512.hash(data: message))
            }
        }
    }

    static let magic = Array("SSHSIG".utf8)
    static let version: UInt32 = 1

    /// Throws ``SignatureFailure`` with one sentence for what is wrong with the form.
    public init(armored: [UInt8]) throws(SignatureFailure) {
        var reader = WireReader(try Armor.signature.open(armored), of: "the signature")
        guard try reader.take(SSHSignature.magic.count, "mark") == SSHSignature.magic else {
            throw .signature("the signature lacks the mark SSHSIG")
        }
        let version = try reader.number("version")
        guard version == SSHSignature.version else {
            throw .signature("the signature has version \(version) of its format; only 1 is known")
        }
        key = try SSHPublicKey(blob: try reader.string("key"))
        namespace = try reader.name("namespace")
        // ssh-keygen reads past the reserved field and signs an empty one: bytes in it are signed by nobody.
        guard try reader.string("reserved field").isEmpty else {
            throw .signature("the reserved field of the signature is not empty")
        }
        let name = try reader.name("hash")
        guard let hash = HashName(rawValue: name) else {
            throw .signature("the signature uses the hash \(name.quoted(32)); sha256 and sha512 are known")
        }
        self.hash = hash
        value = try reader.string("value")
        try reader.finish()
        guard (1...SignatureLimits.namespaceBytesMaximum).contains(namespace.utf8.count) else {
            throw .signature("the signature's namespace is empty or too long")
        }
    }

    public init(armored: String) throws(SignatureFailure) {
        try self.init(armored: Array(armored.utf8))
    }

    /// Throws unless ``key`` signed exactly this message for this namespace. Whose key it is, and whether it may, is
    /// for ``SignatureTrust`` to say.
    @discardableResult
    public func verify(_ message: [UInt8], namespace expected: String) throws(SignatureFailure) -> Presence {
        guard namespace == expected else {
            throw .signature("the signature was made for \(namespace.quoted()), not for “\(expected)”")
        }
        return try key.verify(value, over: SSHSignature.signed(message, namespace: namespace, hash: hash))
    }

    /// The bytes that are really signed.
    static func signed(_ message: [UInt8], namespace: String, hash: HashName) -> [UInt8] {
        WireWriter.build {
            $0.raw(magic)
            $0.string(namespace)
            $0.string("")
            $0.string(hash.rawValue)
            $0.string(hash.digest(message))
        }
    }
}
