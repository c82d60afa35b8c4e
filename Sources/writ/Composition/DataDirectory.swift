// The folder for all that Writ keeps, held by one controller at a time.
import CLinux
import Foundation
import Glibc
import WritServer

/// A data directory whose lock this process holds until it ends.
final class DataDirectory: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes the directory when it is missing, readable by its owner alone, and takes its lock.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                "the data directory \(path) cannot be made", hint: "make it, or name another with `data:` in writ.yaml",
                code: .unknown)
        }
        descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("\(path)/lock cannot be opened: \(String(cString: strerror(errno)))", code: .unknown)
        }
        guard writ_try_lock(descriptor) == 0 else {
            close(descriptor)
            throw CommandFailure(
                "a controller holds \(path) already", hint: "`writ get` asks it; stop it before another is started",
                code: .notSo)
        }
    }

    deinit { close(descriptor) }
}
