// A file that only grows, made durable after each piece.
import Foundation
import WritBackends
import WritVocabulary

public struct AppendedFile: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// Bytes in the file; 0 when there is none.
    public func size() throws -> Int64 {
        var facts = stat()
        if lstat(path, &facts) != 0 {
            guard errno == ENOENT else { throw SystemCall.failure("look at", path) }
            return 0
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw BackendFailure(
                code: "file-refused", message: "\(path) is not a regular file; name another.", retry: .terminal)
        }
        return Int64(facts.st_size)
    }

    /// The last bytes, at most `limit`.
    public func tail(_ limit: Int) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { throw SystemCall.failure("open", path) }
        defer { try? file.close() }
        let end = try file.seekToEnd()
        try file.seek(toOffset: end > UInt64(limit) ? end - UInt64(limit) : 0)
        return Array(try file.read(upToCount: limit) ?? Data())
    }

    public func truncate(_ size: Int64) throws {
        guard Foundation.truncate(path, off_t(size)) == 0 else { throw SystemCall.failure("cut", path) }
    }

    public func append(_ bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCall.failure("open", path) }
        defer { close(file) }
        try SystemCall.writeAll(bytes, to: file, named: path)
        guard fsync(file) == 0 else { throw SystemCall.failure("write", path) }
        try DurableFile.flushFolder(of: path)
    }
}
