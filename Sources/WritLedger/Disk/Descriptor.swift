// A file descriptor that closes itself.
import Foundation
import WritVocabulary

struct Descriptor: ~Copyable {
    let number: Int32
    let path: String

    /// Takes over a descriptor that is open already.
    init(adopting number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// Opens without following a symlink in the last component.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o644, verb: String = "open") throws {
        let opened = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        guard opened >= 0 else { throw Descriptor.failure(verb, path) }
        self.init(adopting: opened, path: path)
    }

    /// Like `init`, but nil when there is no such file.
    static func openExisting(_ path: String, _ flags: Int32, verb: String = "read") throws -> Descriptor? {
        let opened = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0)
        if opened >= 0 { return Descriptor(adopting: opened, path: path) }
        if errno == ENOENT { return nil }
        throw failure(verb, path)
    }

    private static func failure(_ verb: String, _ path: String) -> LedgerFailure {
        guard errno == ELOOP else { return LedgerFailure.system(verb, path) }
        return LedgerFailure(
            code: "symlink", message: "\(path) is a symbolic link; name the file itself", retry: .terminal)
    }

    deinit { close(number) }

    borrowing func information() throws -> stat {
        var information = stat()
        guard fstat(number, &information) == 0 else { throw LedgerFailure.system("read", path) }
        return information
    }

    /// Reads up to the buffer's size; 0 at the end.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Foundation.read(number, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw LedgerFailure.system("read", path) }
        }
    }

    borrowing func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(number, rest.baseAddress, rest.count)
            if count < 0 {
                guard errno == EINTR else { throw LedgerFailure.system("write", path) }
                continue
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Makes content and size durable.
    borrowing func flush() throws {
        guard fdatasync(number) == 0 else { throw LedgerFailure.system("write", path) }
    }

    borrowing func flushAll() throws {
        guard fsync(number) == 0 else { throw LedgerFailure.system("write", path) }
    }
}

extension stat {
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
}
