// A rotation of the log's key: signed by the key that goes and by the one that comes.
import Foundation
import WritVocabulary

extension KeyRotation {
    /// Hands the log over from `old` to `new` after its first `size` entries; the entry that records it is the next.
    public init(
        ledger old: NoteSigner, to new: NoteSigner, size: Int, actor: String, reason: String
    ) throws {
        guard old.verifier.name.utf8.elementsEqual(new.verifier.name.utf8) else {
            throw LedgerFailure(
                code: "rotation-name",
                message: "the new key is for \(new.verifier.name), but the log is \(old.verifier.name) and stays so; "
                    + "make the key for that name", retry: .terminal)
        }
        guard old.verifier != new.verifier else {
            throw LedgerFailure(
                code: "rotation-same", message: "the new key is the old one; make another", retry: .terminal)
        }
        self.init(
            purpose: .ledger, old: old.verifier.vkey, new: new.verifier.vkey, size: Int64(size), actor: actor,
            reason: reason)
        signedByOld = Data(try old.signature(over: text)).base64EncodedString()
        signedByNew = Data(try new.signature(over: text)).base64EncodedString()
    }

    /// Both keys of the log, when both signed this rotation. Throws when it is another's, malformed or forged.
    public func ledgerKeys() throws -> (old: NoteVerifier, new: NoteVerifier) {
        guard purpose == .ledger, size >= 0, let old = NoteVerifier(vkey: old), let new = NoteVerifier(vkey: new),
            old.name.utf8.elementsEqual(new.name.utf8), old != new
        else {
            throw LedgerFailure.damaged(
                "rotation-malformed", "a rotation of the log's key does not name two keys of it")
        }
        guard let first = Base64.decode(signedByOld), old.isValid(first, over: text),
            let second = Base64.decode(signedByNew), new.isValid(second, over: text)
        else {
            throw LedgerFailure.damaged(
                "rotation-forged",
                "the rotation from \(self.old) to \(self.new) is not signed by both keys; do not trust the new one")
        }
        return (old, new)
    }
}
