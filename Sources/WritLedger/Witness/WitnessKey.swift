// A witness's key on disk: `<folder>/witness.key`, and the public `witness.vkey` beside it.
import Foundation
import WritVocabulary

public enum WitnessKey {
    public static func path(in folder: String) -> String { "\(folder)/witness.key" }
    public static func verifierPath(in folder: String) -> String { "\(folder)/witness.vkey" }

    /// Reads the key of a witness; makes one called `name` from 32 random bytes when there is none.
    public static func loadOrCreate(in folder: String, name: String, seed: () -> [UInt8]) throws -> CosignerKey {
        let path = path(in: folder)
        if Disk.exists(path) {
            let key = try load(path)
            guard key.verifier.name.utf8.elementsEqual(name.utf8) else {
                throw LedgerFailure(
                    code: "witness-name",
                    message: "the key in \(path) is of the witness \(key.verifier.name), not \(name); "
                        + "set the name back, or begin with another folder", retry: .stalled)
            }
            return key
        }
        guard let key = CosignerKey(name: name, seed: seed()) else {
            throw LedgerFailure(
                code: "witness-name",
                message: "“\(name)” cannot name a witness: use something like witness.example/w1, without spaces or +",
                retry: .terminal)
        }
        try Disk.makeFolder(folder, mode: 0o700)
        let verifier = verifierPath(in: folder)
        try Disk.replace(verifier, with: Array("\(key.verifier.vkey)\n".utf8), via: verifier + ".new")
        try Disk.replace(path, with: Array("\(key.privateKey)\n".utf8), via: path + ".new", mode: 0o600)
        try Disk.flushFolder(folder)
        return key
    }

    private static func load(_ path: String) throws -> CosignerKey {
        let file = try Descriptor(path, O_RDONLY | O_NONBLOCK, verb: "read")
        guard try file.information().st_mode & 0o077 == 0 else {
            throw LedgerFailure(
                code: "key-exposed", message: "\(path) can be read by others; run chmod 600 \(path)", retry: .stalled)
        }
        let bytes = try Disk.read(path, limit: Limits.keyFileBytes) ?? []
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let key = CosignerKey(privateKey: text) else {
            throw LedgerFailure.damaged(
                "key-malformed", "\(path) does not hold a witness's key; restore it from a backup")
        }
        return key
    }
}
