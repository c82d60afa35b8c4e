// What every question has in common.

/// A question that cannot be answered, for a reason the person can mend.
public struct AuditFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed, on what.
    public var message: String
    /// What to do next.
    public var hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    public var description: String { message }
}
