// Small files in the folder of keys, replaced so that a crash leaves the old or the new one.
import Foundation
import WritVocabulary

enum KeyFile {
    /// The text of a regular file; nil when there is none. A secret one must be closed to everybody else.
    static func read(_ path: String, limit: Int = Limits.keyFileBytes, secret: Bool = false) throws -> String? {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw AttestationFailure.system("read", path) }
        defer { close(file) }
        var information = stat()
        guard fstat(file, &information) == 0 else { throw AttestationFailure.system("read", path) }
        guard information.st_mode & S_IFMT == S_IFREG, information.st_size <= limit else {
            throw AttestationFailure(
                code: "key-malformed", message: "\(path) is not a file of at most \(limit) bytes; restore it",
                retry: .stalled)
        }
        guard !secret || information.st_mode & 0o077 == 0 else {
            throw AttestationFailure(
                code: "key-exposed", message: "\(path) can be read by others; run chmod 600 \(path)", retry: .stalled)
        }
        return String(decoding: try content(file, path, limit: limit), as: UTF8.self)
    }

    private static func content(_ file: Int32, _ path: String, limit: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = bytes.withUnsafeMutableBytes {
                Foundation.read(file, $0.baseAddress.map { $0 + count }, limit - count)
            }
            if got == 0 { break }
            if got > 0 { count += got } else if errno != EINTR { throw AttestationFailure.system("read", path) }
        }
        return Array(bytes.prefix(count))
    }

    /// Writes beside it, makes it durable and renames it.
    static func replace(_ path: String, with text: String, mode: mode_t = 0o644) throws {
        let temporary = path + ".new"
        guard unlink(temporary) == 0 || errno == ENOENT else { throw AttestationFailure.system("create", temporary) }
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw AttestationFailure.system("create", temporary) }
        defer { close(file) }
        do {
            guard fchmod(file, mode) == 0 else { throw AttestationFailure.system("create", temporary) }
            try write(Array(text.utf8), to: file, path)
            guard fsync(file) == 0 else { throw AttestationFailure.system("write", path) }
            guard rename(temporary, path) == 0 else { throw AttestationFailure.system("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count > 0 { written += count } else if errno != EINTR { throw AttestationFailure.system("write", path) }
        }
    }

    static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    static func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0 else { throw AttestationFailure.system("write", other) }
    }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw AttestationFailure.system("create", path) }
    }

    /// Makes the names in a folder durable.
    static func flushFolder(_ path: String) throws {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw AttestationFailure.system("open", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw AttestationFailure.system("write", path) }
    }
}
