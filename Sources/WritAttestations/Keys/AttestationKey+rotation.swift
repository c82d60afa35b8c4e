// A key gives its place to another: begun, put on record under both keys, finished. A crash between any two writes
// leaves the old key or the new one, never none, and the same steps again end it.
import Foundation
import WritVocabulary

extension AttestationKey {
    /// Makes the next key, or takes the one a rotation that was cut off had made, and signs the hand-over with both.
    /// Nothing has changed yet: put the result on record, then call ``finishRotation(in:)``.
    public static func beginRotation(
        in data: String, size: Int64, actor: String, reason: String, seed: () -> [UInt8]
    ) throws -> KeyRotation {
        let old = try load(in: data)
        let next = try pending(in: data) ?? make(seed)
        guard next.key != old.key else {
            throw AttestationFailure.refused("key-unchanged", "the new attestation key is the old one; try again")
        }
        try KeyFile.replace(nextPath(in: data), with: next.secretPEM, mode: 0o600)
        try KeyFile.flushFolder(folder(in: data))
        return try rotation(from: old, to: next, size: size, actor: actor, reason: reason)
    }

    /// The hand-over, signed by both.
    public static func rotation(
        from old: AttestationSigner, to new: AttestationSigner, size: Int64, actor: String, reason: String
    ) throws -> KeyRotation {
        var rotation = KeyRotation(
            purpose: .attestation, old: old.key.pem, new: new.key.pem, size: size, actor: actor, reason: reason)
        let text = Array(rotation.text.utf8)
        rotation.signedByOld = Data(try old.sign(text)).base64EncodedString()
        rotation.signedByNew = Data(try new.sign(text)).base64EncodedString()
        return rotation
    }

    /// The new key takes the place of the old one, whose public half is kept. Doing it again does nothing.
    public static func finishRotation(in data: String) throws {
        guard let next = try pending(in: data) else { return }
        let old = try secret(path(in: data)).key
        let known = try retired(in: data)
        if old != next.key, !known.contains(old) {
            try KeyFile.replace(retiredPath(in: data), with: (known + [old]).map(\.pem).joined())
        }
        try KeyFile.flushFolder(folder(in: data))
        // From here on `load` finishes what is left.
        try KeyFile.replace(verifierPath(in: data), with: next.key.pem)
        try KeyFile.flushFolder(folder(in: data))
        try KeyFile.move(nextPath(in: data), to: path(in: data))
        try KeyFile.flushFolder(folder(in: data))
    }

    /// Call at a start with the rotations on record: one that is on record and was not finished is finished.
    public static func settle(in data: String, recorded: [KeyRotation]) throws {
        guard let next = try pending(in: data),
            recorded.contains(where: { $0.purpose == .attestation && $0.new == next.key.pem })
        else { return }
        try finishRotation(in: data)
    }

    /// The key that is to take the place, where a rotation was begun and not finished.
    static func pending(in data: String) throws -> AttestationSigner? {
        KeyFile.exists(nextPath(in: data)) ? try secret(nextPath(in: data)) : nil
    }
}

extension KeyRotation {
    /// The keys that hand over and take over; throws unless both signed it and it is one of attestation keys.
    public func verifyAttestationKeys() throws -> (old: VerificationKey, new: VerificationKey) {
        func refuse(_ why: String) -> AttestationFailure {
            .refused("rotation-invalid", "the change of the attestation key at entry \(size) does not count: \(why)")
        }
        guard purpose == .attestation else { throw refuse("it is of another key") }
        guard let old = VerificationKey(pem: old), let new = VerificationKey(pem: new), old != new,
            old.pem == self.old, new.pem == self.new
        else { throw refuse("a key is not PEM as OpenSSL prints it") }
        let message = Array(text.utf8)
        for (key, signature, who) in [(old, signedByOld, "old"), (new, signedByNew, "new")] {
            guard let bytes = Base64Text.decode(signature, limit: Limits.signatureTextBytes),
                key.verifies(bytes, of: message)
            else { throw refuse("the \(who) key did not sign it") }
        }
        return (old, new)
    }
}
