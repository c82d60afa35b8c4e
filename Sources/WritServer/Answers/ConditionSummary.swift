// A condition as every answer shows it.
import WritVocabulary

/// What is known of one resource's condition.
public struct ConditionSummary: Codable, Hashable, Sendable {
    /// `Ready`, `Reconciling`, `Stalled`; `Unseen` before the first pass, `Undeclared` when Git no longer names it.
    public var word: String
    /// A stable code, such as `GatesFailed`.
    public var reason: String?
    /// One sentence for people.
    public var message: String?
    public var blockedBy: ResourceID?
    /// When time alone will change it.
    public var until: Timestamp?
    /// When it became so.
    public var since: Timestamp?
    public var revision: RevisionID?

    init(_ id: ResourceID, _ recorded: RecordedState, since: Timestamp? = nil) {
        guard let conditions = recorded.conditions[id] else {
            word = recorded.suspensions[id] == nil ? "Undeclared" : "Unseen"
            return
        }
        word = conditions.word
        reason = conditions.reason.code.rawValue
        message = conditions.reason.message
        blockedBy = conditions.blockedBy
        until = conditions.until
        self.since = since
        revision = conditions.revision
    }
}
