// Reads and writes an unencrypted OpenSSH private key: OpenSSH's PROTOCOL.key.
import Crypto
import Foundation
import Glibc

extension SigningKey {
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// Throws ``SignatureFailure`` when the file cannot be read, is readable by others than its owner, is encrypted,
    /// or holds anything but one Ed25519 key.
    public init(file path: String) throws(SignatureFailure) {
        try self.init(openSSH: try SigningKey.read(path), named: path)
    }

    /// `text` is the content of a private key file; `name` is for messages, which never show the content.
    public init(openSSH text: [UInt8], named name: String) throws(SignatureFailure) {
        do throws(SignatureFailure) {
            try self.init(seed: try SigningKey.seed(in: Armor.privateKey.open(SigningKey.trimmed(text))))
        } catch {
            throw .signingKey(
                "The signing key \(name) cannot be used: \(error.message). Make one with: "
                    + "ssh-keygen -t ed25519 -N '' -f FILE")
        }
    }

    /// The file ssh-keygen would write for this key.
    public func openSSHFile(comment: String = "writ") -> String {
        // Two equal numbers tell a wrong passphrase from a right one. There is none here, so they need not be random.
        let check = Array(SHA256.hash(data: publicKey.blob).prefix(4))
        var secret = WireWriter.build {
            $0.raw(check + check)
            $0.string(SSHPublicKey.Kind.ed25519.rawValue)
            $0.string(publicBytes)
            $0.string(seed + publicBytes)
            $0.string(comment)
        }
        secret += (0..<UInt8((8 - secret.count % 8) % 8)).map { $0 + 1 }
        return Armor.privateKey.close(
            WireWriter.build {
                $0.raw(SigningKey.magic)
                $0.string("none")
                $0.string("none")
                $0.string("")
                $0.number(1)
                $0.string(publicKey.blob)
                $0.string(secret)
            })
    }

    private var publicBytes: [UInt8] {
        if case .ed25519(let point) = publicKey.material { point } else { [] }
    }

    private static func trimmed(_ text: [UInt8]) -> [UInt8] { Array(text.drop(while: Armor.isSpace)) }

    private static func seed(in content: [UInt8]) throws(SignatureFailure) -> [UInt8] {
        var reader = WireReader(content, of: "the key")
        guard try reader.take(magic.count, "mark") == magic else { throw .signingKey("it lacks OpenSSH's mark") }
        let (cipher, derivation) = (try reader.name("cipher"), try reader.name("key derivation"))
        guard cipher == "none", derivation == "none" else {
            throw .signingKey("it is protected by a passphrase, which Writ cannot ask for")
        }
        _ = try reader.string("key derivation options")
        guard try reader.number("number of keys") == 1 else { throw .signingKey("it does not hold exactly one key") }
        let blob = try reader.string("public key")
        let secret = try reader.string("private part")
        try reader.finish()
        return try seed(inPrivatePart: secret, of: blob)
    }

    private static func seed(inPrivatePart secret: [UInt8], of blob: [UInt8]) throws(SignatureFailure) -> [UInt8] {
        var reader = WireReader(secret, of: "the key")
        guard try reader.number("first check") == reader.number("second check") else {
            throw .signingKey("its two check numbers differ")
        }
        let kind = try reader.name("type")
        guard kind == SSHPublicKey.Kind.ed25519.rawValue else {
            throw .signingKey("it is of type \(kind.quoted()), and Writ signs with ssh-ed25519 only")
        }
        let (point, pair) = (try reader.string("public key"), try reader.string("secret key"))
        _ = try reader.string("comment")
        guard pair.count == 64, Array(pair[32...]) == point,
            try SigningKey(seed: pair[..<32]).publicKey.blob == blob
        else { throw .signingKey("its public and secret parts do not belong together") }
        return Array(pair[..<32])
    }

    private static func read(_ path: String) throws(SignatureFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .signingKey("The signing key \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw .signingKey("The signing key \(path) is not a file.")
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw .signingKey(
                "The signing key \(path) is open to others than its owner, so it is not used. Run: chmod 600 \(path)")
        }
        let most = SignatureLimits.privateKeyBytesMaximum
        guard let data = try? file.read(upToCount: most + 1) ?? Data(), data.count <= most else {
            throw .signingKey("The signing key \(path) cannot be read, or is larger than \(most) bytes.")
        }
        return Array(data)
    }
}
