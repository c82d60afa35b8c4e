// A descriptor that closes itself, opened so that no symbolic link is followed.
import Foundation
import WritBackends
import WritVocabulary

struct OpenFile: ~Copyable {
    let descriptor: Int32
    /// How messages name it.
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens an absolute path that holds no symbolic link in its last component.
    init(_ path: String) throws {
        let opened = open(path, Self.flags)
        guard opened >= 0 else { throw Self.failure(path) }
        self.init(descriptor: opened, path: path)
    }

    /// Opens a path below a folder; none of its components may be a symbolic link.
    init(_ components: some Collection<some StringProtocol>, below folder: borrowing OpenFile) throws {
        var current = dup(folder.descriptor)
        guard current >= 0 else { throw SystemCall.failure("open", folder.path) }
        var path = folder.path
        for component in components {
            path += (path.hasSuffix("/") ? "" : "/") + component
            let next = openat(current, String(component), Self.flags)
            let number = errno
            close(current)
            guard next >= 0 else { throw Self.failure(path, number) }
            current = next
        }
        self.init(descriptor: current, path: path)
    }

    // Non-blocking, so that a named pipe does not hold the controller up before it is refused.
    private static let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

    private static func failure(_ path: String, _ number: Int32 = errno) -> BackendFailure {
        switch number {
        case ENOENT, ENOTDIR: .fileMissing(path)
        case ELOOP: .fileRefused(path, "is a symbolic link; name the file itself")
        case EACCES, EPERM: .fileRefused(path, "may not be read by Writ; give its user the right to read it")
        default: SystemCall.failure("open", path, number)
        }
    }

    func facts() throws -> FileFacts {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemCall.failure("look at", path) }
        return FileFacts(facts)
    }

    /// The facts, of a regular file only.
    func regularFacts() throws -> FileFacts {
        let facts = try facts()
        guard facts.kind != .folder else { throw BackendFailure.fileRefused(path, "is a folder, expected a file") }
        guard facts.kind == .regular else { throw BackendFailure.fileRefused(path, "is not a regular file") }
        return facts
    }

    /// Reads what there is, at most a buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw SystemCall.failure("read", path) }
        }
    }
}

/// What `stat` says of a file.
struct FileFacts: Hashable {
    enum Kind: Hashable { case regular, folder, other }
    var kind: Kind
    var fingerprint: FileFingerprint

    init(_ facts: stat) {
        switch facts.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        fingerprint = FileFingerprint(
            size: Int64(facts.st_size),
            modifiedNanoseconds: Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec),
            inode: UInt64(facts.st_ino))
    }
}
