// The error this room throws.
import Foundation
import WritVocabulary

/// A statement could not be made, signed or read.
public struct AttestationFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}

extension AttestationFailure {
    /// Bytes of others that are not what they should be.
    static func malformed(_ what: String, _ why: String) -> AttestationFailure {
        AttestationFailure(
            code: "malformed", message: "\(what) is not well formed: \(why); ask who made it for a whole one",
            retry: .terminal)
    }

    static func refused(_ code: String, _ message: String) -> AttestationFailure {
        AttestationFailure(code: code, message: message, retry: .terminal)
    }

    /// A system call failed. `verb` fits “could not …”: `read`, `write`, `create`.
    static func system(_ verb: String, _ path: String, _ number: Int32 = errno) -> AttestationFailure {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return AttestationFailure(
                code: "disk-full", message: "could not \(verb) \(path): \(reason); free some space on that disk",
                retry: .stalled)
        case EACCES, EPERM, EROFS:
            return AttestationFailure(
                code: "not-permitted",
                message: "could not \(verb) \(path): \(reason); give the user Writ runs as access to it",
                retry: .stalled)
        case ELOOP:
            return AttestationFailure(
                code: "symlink", message: "\(path) is a symbolic link; name the file itself", retry: .terminal)
        default:
            return AttestationFailure(
                code: "system", message: "could not \(verb) \(path): \(reason); it is tried again", retry: .transient)
        }
    }
}
