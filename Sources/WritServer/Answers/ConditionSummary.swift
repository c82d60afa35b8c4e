// A condition as every answer shows it.
import WritVocabulary

/// One word for a table and a program.
public enum ConditionWord: String, Codable, Hashable, Sendable {
    case ready = "Ready"
    case reconciling = "Reconciling"
    case stalled = "Stalled"
    /// No pass has looked at it yet.
    case unseen = "Unseen"
    /// Git no longer names it; what it left is kept.
    case undeclared = "Undeclared"

    init(_ id: ResourceID, _ recorded: RecordedState) {
        guard let conditions = recorded.conditions[id] else {
            self = recorded.suspensions[id] == nil ? .undeclared : .unseen
            return
        }
        self = conditions.stalled ? .stalled : conditions.ready ? .ready : .reconciling
    }

    var tone: TextStyle.Tone {
        switch self {
        case .ready: .good
        case .reconciling: .attention
        case .stalled: .bad
        case .unseen, .undeclared: .faint
        }
    }
}

/// What a condition says beside its word.
public struct ConditionDetail: Codable, Hashable, Sendable {
    /// A stable code, such as `GatesFailed`.
    public var reason: String
    /// One sentence for people.
    public var message: String
    public var blockedBy: ResourceID?
    /// When time alone will change it.
    public var until: Timestamp?
    /// When it became so.
    public var since: Timestamp?
    public var revision: RevisionID?

    /// nil for a resource without conditions.
    init?(_ id: ResourceID, _ recorded: RecordedState, since: Timestamp? = nil) {
        guard let conditions = recorded.conditions[id] else { return nil }
        reason = conditions.reason.code.rawValue
        message = conditions.reason.message
        blockedBy = conditions.blockedBy
        until = conditions.until
        self.since = since
        revision = conditions.revision
    }
}
