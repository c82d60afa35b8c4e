// Keys of witnesses: timestamped Ed25519 cosignatures of checkpoints (C2SP tlog-cosignature, type 0x04).
import Crypto
import Foundation
import WritVocabulary

/// Checks cosignatures of one named witness. Its text form is a vkey of type 0x04.
public struct CosignerVerifier: Sendable, Hashable {
    static let type: UInt8 = 4

    public let name: String
    public let keyID: UInt32
    public let publicKey: [UInt8]

    public init?(name: String, publicKey: [UInt8]) {
        guard let text = NoteKeyText(name: name, type: CosignerVerifier.type, material: publicKey) else { return nil }
        self.init(text)
    }

    public init?(vkey text: String) {
        guard let text = NoteKeyText(text, type: CosignerVerifier.type) else { return nil }
        self.init(text)
    }

    private init(_ text: NoteKeyText) {
        (name, publicKey, keyID) = (text.name, text.material, text.keyID)
    }

    public var vkey: String { NoteKeyText.encode(name, keyID, type: CosignerVerifier.type, publicKey) }

    /// When the witness saw the note's text, in whole seconds; nil when the note has no cosignature of this witness.
    /// Throws when it has one that does not fit: such a note is malformed, whoever else signed it.
    public func cosigned(_ note: SignedNote) throws -> Timestamp? {
        let ours = note.signatures.filter { $0.isBy(name, keyID) }
        let times = try ours.map { signature in
            guard let time = time(of: signature, over: note.text) else {
                throw LedgerFailure.damaged(
                    "cosignature-invalid",
                    "the cosignature of the witness \(name)+\(NoteKeyText.hex(keyID)) does not fit the checkpoint: "
                        + "one of the two was changed")
            }
            return time
        }
        return times.max()
    }

    /// The time of a cosignature that fits.
    private func time(of signature: SignedNote.Signature, over text: String) -> Timestamp? {
        let bytes = signature.bytes
        guard bytes.count == 8 + 64,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        else { return nil }
        let seconds = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let whole = Int64(exactly: seconds), whole > 0, whole <= Int64.max / 1000,
            key.isValidSignature(bytes.dropFirst(8), for: CosignerVerifier.message(text, whole))
        else { return nil }
        return Timestamp(milliseconds: whole * 1000)
    }

    /// What a cosignature signs.
    static func message(_ text: String, _ seconds: Int64) -> Data {
        Data("cosignature/v1\ntime \(seconds)\n\(text)".utf8)
    }
}

/// Cosigns checkpoints. Its text form is `PRIVATE+KEY+name+hash+seed` with type 0x04; it is a secret.
public struct CosignerKey: Sendable {
    public let verifier: CosignerVerifier
    private let key: Curve25519.Signing.PrivateKey

    /// `seed` is 32 random bytes, and no other key's: what a cosigner signs does not name it.
    public init?(name: String, seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let verifier = CosignerVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation))
        else { return nil }
        self.key = key
        self.verifier = verifier
    }

    public init?(privateKey text: String) {
        guard let parts = NoteKeyText.secret(text, type: CosignerVerifier.type) else { return nil }
        self.init(name: parts.name, seed: parts.seed)
        guard parts.hash == NoteKeyText.hex(verifier.keyID) else { return nil }
    }

    /// The secret text form, for the key file.
    var privateKey: String {
        NoteKeyText.secretPrefix
            + NoteKeyText.encode(
                verifier.name, verifier.keyID, type: CosignerVerifier.type, Array(key.rawRepresentation))
    }

    /// States that the text was seen at `time`, rounded down to seconds. Throws for a time no cosignature may have.
    public func cosignature(of text: String, at time: Timestamp) throws -> SignedNote.Signature {
        let seconds = time.milliseconds / 1000
        guard seconds > 0 else {
            throw LedgerFailure(
                code: "clock-unset", message: "the clock shows \(time): set it, then cosign again", retry: .stalled)
        }
        let signature = try key.signature(for: CosignerVerifier.message(text, seconds))
        let stamp = withUnsafeBytes(of: UInt64(seconds).bigEndian) { Array($0) }
        return SignedNote.Signature(name: verifier.name, keyID: verifier.keyID, bytes: stamp + signature)
    }
}
