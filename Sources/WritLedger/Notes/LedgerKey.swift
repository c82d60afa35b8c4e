// The ledger's key on disk: `<data>/keys/ledger.key`, and the public `ledger.vkey` beside it.
import Foundation
import WritVocabulary

public enum LedgerKey {
    /// Where a data directory has its key.
    public static func path(in data: String) -> String { "\(data)/keys/ledger.key" }
    public static func verifierPath(in data: String) -> String { "\(data)/keys/ledger.vkey" }
    static func nextPath(in data: String) -> String { path(in: data) + ".next" }

    /// Reads the key of a data directory; makes one for `origin` from 32 random bytes when there is none.
    public static func loadOrCreate(in data: String, origin: String, seed: () -> [UInt8]) throws -> NoteSigner {
        if Disk.exists(path(in: data)) {
            let signer = try load(in: data)
            guard signer.verifier.name == origin else {
                throw LedgerFailure(
                    code: "origin-mismatch",
                    message: "the key in \(path(in: data)) is for the log \(signer.verifier.name), not \(origin); "
                        + "set the origin back, or begin with another data directory", retry: .stalled)
            }
            return signer
        }
        guard let signer = NoteSigner(name: origin, seed: seed()) else {
            throw LedgerFailure(
                code: "origin-invalid",
                message: "“\(origin)” cannot name a log: use something like writ.example/prod, without spaces or +",
                retry: .terminal)
        }
        try create(signer, in: data)
        return signer
    }

    public static func load(in data: String) throws -> NoteSigner { try load(path(in: data)) }

    static func load(_ path: String) throws -> NoteSigner {
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, verb: "read")
        guard try file.information().st_mode & 0o077 == 0 else {
            throw LedgerFailure(
                code: "key-exposed", message: "\(path) can be read by others; run chmod 600 \(path)", retry: .stalled)
        }
        guard let signer = NoteSigner(privateKey: try text(path)) else { throw malformed(path) }
        return signer
    }

    public static func loadVerifier(in data: String) throws -> NoteVerifier {
        let path = verifierPath(in: data)
        guard let verifier = NoteVerifier(vkey: try text(path)) else { throw malformed(path) }
        return verifier
    }

    private static func create(_ signer: NoteSigner, in data: String) throws {
        try Disk.makeFolder("\(data)/keys", mode: 0o700)
        let (key, verifier) = (path(in: data), verifierPath(in: data))
        // The public half first: where the key is, its vkey is too.
        try Disk.replace(verifier, with: Array("\(signer.verifier.vkey)\n".utf8), via: verifier + ".new")
        try write(signer, key)
        try Disk.flushFolder("\(data)/keys")
    }

    static func write(_ signer: NoteSigner, _ path: String) throws {
        try Disk.replace(path, with: Array("\(signer.privateKey)\n".utf8), via: path + ".new", mode: 0o600)
    }

    private static func text(_ path: String) throws -> String {
        guard let bytes = try Disk.read(path, limit: Limits.keyFileBytes) else {
            throw LedgerFailure(
                code: "key-missing", message: "there is no key at \(path); `writ init` makes one", retry: .stalled)
        }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    private static func malformed(_ path: String) -> LedgerFailure {
        .damaged("key-malformed", "\(path) does not hold a key of the log; restore it from a backup")
    }
}
