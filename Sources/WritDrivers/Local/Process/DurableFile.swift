// Small files that are whole or absent, also after a power cut.
import Foundation
import WritBackends
import WritVocabulary

enum DurableFile {
    /// Replaces a file: what a reader sees is the old bytes or the new ones, and the new ones survive a crash.
    static func write(_ bytes: some DataProtocol, to path: String) throws {
        var template = Array("\(path).XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw SystemCall.failure("create", path) }
        defer { close(file) }
        do {
            try SystemCall.writeAll(bytes, to: file, named: path)
            guard fsync(file) == 0, rename(template, path) == 0 else { throw SystemCall.failure("write", path) }
        } catch {
            unlink(template)
            throw error
        }
        try flushFolder(of: path)
    }

    /// The bytes of a regular file; nil when there is none. Refuses a symlink and more than `limit` bytes.
    static func read(_ path: String, limit: Int = SupervisionBounds.recordBytes) throws -> Data? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemCall.failure("open", path)
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw SystemCall.failure("look at", path) }
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= limit else {
            throw BackendFailure(
                code: "file-refused", message: "\(path) is not a regular file of at most \(limit) bytes; remove it.",
                retry: .stalled)
        }
        return try SystemCall.readAll(file, limit: limit, named: path)
    }

    static func record(_ value: some Encodable, at path: String) throws {
        try write(Canonical.encode(value), to: path)
    }

    /// nil when there is no such file.
    static func read<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value? {
        guard let bytes = try read(path) else { return nil }
        do {
            return try Canonical.decode(type, from: bytes)
        } catch {
            throw BackendFailure(
                code: "record-unreadable",
                message:
                    "\(path) is not what Writ wrote there; restore it, or remove its folder to give up what it tells.",
                retry: .stalled)
        }
    }

    /// Makes the entry of a path durable in the folder that holds it.
    static func flushFolder(of path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemCall.failure("flush", folder) }
    }
}
