// What an error must tell whoever decides: what failed, on what, what to do next, and when to try again.

/// When a failed act may be tried again.
public enum Retry: String, Codable, Hashable, Sendable {
    /// Soon, with growing pauses: a time-out, a busy disk.
    case transient
    /// Not until something outside changes: a full disk, a missing tool.
    case stalled
    /// Never with the same input: a digest that differs, a file that does not parse.
    case terminal
}

/// An error of Writ. The message is one sentence for a person and says what to do next; it holds no secret.
public protocol WritFailure: Error, Sendable, CustomStringConvertible {
    /// Stable, for machines: `digest-mismatch`.
    var code: String { get }
    var message: String { get }
    var retry: Retry { get }
}

extension WritFailure {
    public var description: String { message }
}

/// A failure as it is recorded.
public struct FailureRecord: Codable, Hashable, Sendable {
    public var code: String
    public var message: String
    public var retry: Retry

    public init(code: String, message: String, retry: Retry) {
        self.code = code
        self.message = message
        self.retry = retry
    }

    /// Errors that are not Writ's own are taken to be passing troubles of the system.
    public init(_ error: any Error) {
        if let failure = error as? any WritFailure {
            self.init(code: failure.code, message: failure.message, retry: failure.retry)
        } else {
            self.init(code: "system", message: "\(error)", retry: .transient)
        }
    }
}
