// The error this room throws.
import Foundation
import WritVocabulary

/// The ledger, the blob store or the projection could not do what was asked.
public struct LedgerFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry
    /// The tile whose bytes are wrong, where it is one.
    var tile: Tile?

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }
}

extension LedgerFailure {
    /// Nothing is signed while the clock is behind.
    static let clockCode = "clock-went-back"

    /// A system call failed. `verb` fits “could not …”: `read`, `write`, `create`.
    static func system(_ verb: String, _ path: String, _ number: Int32 = errno) -> LedgerFailure {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return LedgerFailure(
                code: "disk-full", message: "could not \(verb) \(path): \(reason); free some space on that disk",
                retry: .stalled)
        case EACCES, EPERM, EROFS:
            return LedgerFailure(
                code: "not-permitted",
                message: "could not \(verb) \(path): \(reason); give the user Writ runs as access to it",
                retry: .stalled)
        case EIO:
            return LedgerFailure(
                code: "disk-error", message: "could not \(verb) \(path): \(reason); check the disk", retry: .stalled)
        case EINTR, EAGAIN, EMFILE, ENFILE, ENOMEM:
            return LedgerFailure(
                code: "system", message: "could not \(verb) \(path): \(reason); it will be tried again",
                retry: .transient)
        case let other:
            return LedgerFailure(
                code: other == ENOENT ? "missing" : "system", message: "could not \(verb) \(path): \(reason)",
                retry: .stalled)
        }
    }

    /// Bytes that are not what they must be, and will not become so by trying again.
    static func damaged(_ code: String, _ message: String, tile: Tile? = nil) -> LedgerFailure {
        var failure = LedgerFailure(code: code, message: message, retry: .terminal)
        failure.tile = tile
        return failure
    }
}
