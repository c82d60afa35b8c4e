// Keys of signed notes, in the text forms of golang.org/x/mod/sumdb/note.
import Crypto
import Foundation

/// Checks signatures of one named Ed25519 key. Its text form is the `vkey`: `name+hash+key`.
public struct NoteVerifier: Sendable, Hashable {
    /// The type byte of Ed25519 signatures over notes.
    static let ed25519: UInt8 = 1

    public let name: String
    /// The first four bytes of SHA-256 over name, line end, type and key; big-endian.
    public let keyID: UInt32
    public let publicKey: [UInt8]

    public init?(name: String, publicKey: [UInt8]) {
        guard NoteVerifier.isName(name), publicKey.count == 32 else { return nil }
        self.name = name
        self.publicKey = publicKey
        let hashed = Array(name.utf8) + [10, NoteVerifier.ed25519] + publicKey
        keyID = SHA256.hash(data: hashed).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    public init?(vkey text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let key = Base64.decode(parts[2]), key.first == NoteVerifier.ed25519 else { return nil }
        self.init(name: parts[0], publicKey: Array(key.dropFirst()))
        guard parts[1] == hexID else { return nil }
    }

    public var vkey: String {
        "\(name)+\(hexID)+\(Data([NoteVerifier.ed25519] + publicKey).base64EncodedString())"
    }

    var hexID: String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    public func isValid(_ signature: [UInt8], over text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }

    /// Not empty, without white space and without `+`.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 32 }
    }
}

/// Signs notes. Its text form is Go's `PRIVATE+KEY+name+hash+seed`; it is a secret.
public struct NoteSigner: Sendable {
    public let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey
    private static let prefix = "PRIVATE+KEY+"

    /// `seed` is 32 random bytes.
    public init?(name: String, seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let verifier = NoteVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation))
        else { return nil }
        self.key = key
        self.verifier = verifier
    }

    public init?(privateKey text: String) {
        guard text.hasPrefix(NoteSigner.prefix) else { return nil }
        let parts = text.dropFirst(NoteSigner.prefix.count)
            .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let seed = Base64.decode(parts[2]), seed.first == NoteVerifier.ed25519 else {
            return nil
        }
        self.init(name: parts[0], seed: Array(seed.dropFirst()))
        guard parts[1] == verifier.hexID else { return nil }
    }

    /// The secret text form, for the key file.
    var privateKey: String {
        let seed = Data([NoteVerifier.ed25519]) + key.rawRepresentation
        return "\(NoteSigner.prefix)\(verifier.name)+\(verifier.hexID)+\(seed.base64EncodedString())"
    }

    func signature(over text: String) throws -> [UInt8] { Array(try key.signature(for: Data(text.utf8))) }
}
