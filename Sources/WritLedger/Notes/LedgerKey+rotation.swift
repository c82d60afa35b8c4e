// Rotating the key of a data directory, and finishing what a crash left half done.
import Foundation
import WritVocabulary

extension LedgerKey {
    /// Gives the log of a data directory a new key, made of `seed`'s 32 random bytes. Nobody else may write the log
    /// meanwhile: stop the controller first. Afterwards `keys/ledger.vkey` is the new public key; readers that trust
    /// the old one go on reading.
    @discardableResult
    public static func rotate(
        in data: String, seed: () -> [UInt8], actor: String, reason: String, now: Timestamp
    ) throws -> KeyRotation {
        let old = try load(in: data)
        let records = try Records(data: data, signer: old)
        let rotation = try rotate(records, in: data, seed: seed, actor: actor, reason: reason, now: now)
        try records.close(now: now)
        return rotation
    }

    private static func rotate(
        _ records: Records, in data: String, seed: () -> [UInt8], actor: String, reason: String, now: Timestamp
    ) throws -> KeyRotation {
        guard let next = NoteSigner(name: records.checkpoint.checkpoint.origin, seed: seed()) else {
            throw LedgerFailure(
                code: "key-malformed", message: "no key could be made: 32 random bytes are needed", retry: .transient)
        }
        try write(next, nextPath(in: data))
        try Disk.flushFolder("\(data)/keys")
        return try records.rotate(to: next, actor: actor, reason: reason, at: now) { try install(next, in: data) }
    }

    /// Brings a rotation that a crash interrupted to its end, or drops the new key if nothing was recorded of it; and
    /// refuses a key that gave way to another.
    static func settleRotation(in data: String, _ ledger: Ledger) throws {
        let steps = try ledger.rotations()
        let next = nextPath(in: data)
        if Disk.exists(next) {
            let signer = try load(next)
            if try steps.last?.rotation.ledgerKeys().new == signer.verifier {
                if ledger.signer.verifier == signer.verifier {
                    try install(signer, in: data)
                } else {
                    try ledger.finishRotation(to: signer) { try install(signer, in: data) }
                }
            } else {
                try Disk.remove(next)
                try Disk.flushFolder("\(data)/keys")
            }
        }
        guard let last = steps.last, try last.rotation.ledgerKeys().new != ledger.signer.verifier else { return }
        throw LedgerFailure(
            code: "key-rotated",
            message: "the key in \(path(in: data)) gave way to \(last.rotation.new) at entry \(last.sequence); "
                + "put that key there, from a backup made since", retry: .stalled)
    }

    /// The public half first: a head signed by both keys is behind either of them.
    private static func install(_ signer: NoteSigner, in data: String) throws {
        let verifier = verifierPath(in: data)
        try Disk.replace(verifier, with: Array("\(signer.verifier.vkey)\n".utf8), via: verifier + ".new")
        let (next, key) = (nextPath(in: data), path(in: data))
        guard rename(next, key) == 0 else { throw LedgerFailure.system("write", key) }
        try Disk.flushFolder("\(data)/keys")
    }
}
