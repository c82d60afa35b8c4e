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
        guard let text = NoteKeyText(name: name, type: NoteVerifier.ed25519, material: publicKey) else { return nil }
        self.init(text)
    }

    public init?(vkey text: String) {
        guard let text = NoteKeyText(text, type: NoteVerifier.ed25519) else { return nil }
        self.init(text)
    }

    private init(_ text: NoteKeyText) {
        (name, publicKey, keyID) = (text.name, text.material, text.keyID)
    }

    public var vkey: String {
        NoteKeyText.encode(name, keyID, type: NoteVerifier.ed25519, publicKey)
    }

    var hexID: String { NoteKeyText.hex(keyID) }

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

    /// `seed` is 32 random bytes.
    public init?(name: String, seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let verifier = NoteVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation))
        else { return nil }
        self.key = key
        self.verifier = verifier
    }

    public init?(privateKey text: String) {
        guard let parts = NoteKeyText.secret(text, type: NoteVerifier.ed25519) else { return nil }
        self.init(name: parts.name, seed: parts.seed)
        guard parts.hash == verifier.hexID else { return nil }
    }

    /// The secret text form, for the key file.
    var privateKey: String {
        NoteKeyText.secretPrefix
            + NoteKeyText.encode(
                verifier.name, verifier.keyID, type: NoteVerifier.ed25519, Array(key.rawRepresentation))
    }

    func signature(over text: String) throws -> [UInt8] { Array(try key.signature(for: Data(text.utf8))) }
}
