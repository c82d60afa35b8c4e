// The path of the control socket and what must hold of it.
import Foundation
import Glibc
import WritVocabulary

public enum ControlSocket {
    /// `<data>/control.sock`.
    public static func path(inDataDirectory folder: String) -> String {
        folder.hasSuffix("/") ? folder + "control.sock" : folder + "/control.sock"
    }

    static func checkLength(_ path: String) throws {
        guard path.utf8.count <= Limits.socketPathBytes else {
            throw ServerFailure(
                code: "socket-path-too-long",
                message:
                    "the control socket's path has \(path.utf8.count) bytes; a Unix socket's may have \(Limits.socketPathBytes)",
                hint: "choose a data directory with a shorter path")
        }
    }

    /// Removes what a controller that is gone left behind. Anything but a socket at that place is refused.
    static func removeStale(_ path: String) throws {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw ServerFailure(
                code: "socket-path-taken", message: "\(path) exists and is not a socket", retry: .stalled,
                hint: "move it away")
        }
        unlink(path)
    }

    /// Only the owner may connect.
    static func restrict(_ path: String) throws {
        guard chmod(path, 0o600) == 0 else {
            throw ServerFailure(
                code: "socket-mode", message: "the mode of \(path) cannot be set: \(String(cString: strerror(errno)))",
                retry: .stalled)
        }
    }
}
