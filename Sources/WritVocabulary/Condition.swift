// What people are told about a resource: three questions, always answered.

/// The conditions of one resource. Computed in one place from the planner's finding; changes are recorded.
public struct Conditions: Codable, Hashable, Sendable {
    /// Observed equals desired.
    public var ready: Bool
    /// Writ is acting, or waiting for something that will happen by itself.
    public var reconciling: Bool
    /// Nothing will happen until a person changes something.
    public var stalled: Bool
    public var reason: Reason
    public var blockedBy: ResourceID?
    public var until: Timestamp?
    /// The revision these conditions speak of.
    public var revision: RevisionID?

    public init(
        ready: Bool, reconciling: Bool, stalled: Bool, reason: Reason, blockedBy: ResourceID? = nil,
        until: Timestamp? = nil, revision: RevisionID? = nil
    ) {
        self.ready = ready
        self.reconciling = reconciling
        self.stalled = stalled
        self.reason = reason
        self.blockedBy = blockedBy
        self.until = until
        self.revision = revision
    }

    /// One word for a table: `Ready`, `Reconciling` or `Stalled`.
    public var word: String { stalled ? "Stalled" : ready ? "Ready" : "Reconciling" }
}

/// An operator's act: a resource is left alone until it expires.
public struct Suspension: Codable, Hashable, Sendable {
    public var actor: String
    public var reason: String
    public var until: Timestamp

    public init(actor: String, reason: String, until: Timestamp) {
        self.actor = actor
        self.reason = reason
        self.until = until
    }
}
