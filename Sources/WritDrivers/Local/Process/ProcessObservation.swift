// What a process's folder tells about it.
import WritVocabulary

public enum ProcessObservation: Hashable, Sendable {
    /// Nobody has begun it; it may be started.
    case notStarted
    /// A supervisor has taken it up; the program does not run yet.
    case preparing
    case running(since: Timestamp)
    case ended(ProcessEnding)
    /// It began, nobody watches it any more, and nobody wrote how it ended.
    case lost
}

/// How a process ended, written by its supervisor.
public struct ProcessEnding: Codable, Hashable, Sendable {
    public var ending: Ending
    public var startedAt: Timestamp
    public var finishedAt: Timestamp
    public var sandbox: SandboxRecord

    public init(ending: Ending, startedAt: Timestamp, finishedAt: Timestamp, sandbox: SandboxRecord) {
        self.ending = ending
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.sandbox = sandbox
    }
}

/// Who watches a process, written before the program starts.
struct SupervisorRecord: Codable, Hashable {
    var identity: ProcessIdentity
    var startedAt: Timestamp
}

/// What a stop asked for, written before the supervisor is signalled.
struct StopRecord: Codable, Hashable {
    var grace: TimeSpan
}
