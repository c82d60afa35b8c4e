// Writ's own key for commits, on disk.
import Foundation
import Glibc
import WritSignatures
import WritSource

enum CommitKey {
    /// Reads the key; makes one, for its owner alone, when there is none.
    static func loadOrCreate(_ path: String, seed: () -> [UInt8]) throws -> SigningKey {
        if access(path, F_OK) == 0 { return try SigningKey(file: path) }
        let key = try SigningKey(seed: seed())
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw cannotMake(path, "its folder \(folder) is not there and cannot be made")
        }
        try create(path, key.openSSHFile(), mode: 0o600)
        try create("\(path).pub", key.publicKey.line + " writ\n", mode: 0o644)
        return key
    }

    /// Signs commits as Git does.
    static func signer(_ key: SigningKey) -> CommitSigner {
        { payload in try key.sign(payload, namespace: SignatureTrust.commitNamespace) }
    }

    private static func create(_ path: String, _ text: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw cannotMake(path, String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.synchronize()
    }

    private static func cannotMake(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(
            "the key \(path) cannot be made: \(reason)",
            hint: "make the folder writable, or name another file in `identity.key`", code: .unknown)
    }
}
