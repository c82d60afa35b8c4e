// What came of an order, as facts: they become evidence.

/// How a process ended, told by the process and its supervisor, never by what its output claims.
public enum Ending: Codable, Hashable, Sendable {
    case exited(code: Int)
    case signalled(signal: Int)
    case outOfMemory
    case timedOut
    case cancelled
    /// It could not be started: the sandbox, the environment or the command was not to be had.
    case notStarted(reason: String)
    /// Its end was not seen: the machine restarted or the supervisor was killed.
    case lost

    public var succeeded: Bool { self == .exited(code: 0) }

    /// A few words for people: `exit code 3`, `out of memory`.
    public var summary: String {
        switch self {
        case .exited(0): "succeeded"
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "killed by signal \(signal)"
        case .outOfMemory: "out of memory"
        case .timedOut: "timed out"
        case .cancelled: "cancelled"
        case .notStarted(let reason): "not started: \(reason)"
        case .lost: "lost: its end was not seen"
        }
    }
}

/// Which walls stood around a process.
public struct SandboxRecord: Codable, Hashable, Sendable {
    /// `bubblewrap 0.8.0`, `simulated`.
    public var kind: String
    public var network: Bool
    /// What enforced the limits: `cgroup v1`, `cgroup v2`, `rlimit`.
    public var limits: String

    public init(kind: String, network: Bool, limits: String) {
        self.kind = kind
        self.network = network
        self.limits = limits
    }
}

/// A finished execution.
public struct ExecutionOutcome: Codable, Hashable, Sendable {
    public var ending: Ending
    public var startedAt: Timestamp
    public var finishedAt: Timestamp
    public var sandbox: SandboxRecord
    /// The blob of the artefact manifest; nil unless the execution succeeded and its completion marker is whole.
    public var artefacts: Digest?
    /// The last value of each metric.
    public var metrics: [String: MetricValue]
    /// The blob of the log, cut to its last part when it was larger than the limit.
    public var log: Digest?
    /// Why an ending of 0 still does not count, such as metrics that do not parse.
    public var defect: String?

    public init(
        ending: Ending, startedAt: Timestamp, finishedAt: Timestamp, sandbox: SandboxRecord, artefacts: Digest? = nil,
        metrics: [String: MetricValue] = [:], log: Digest? = nil, defect: String? = nil
    ) {
        self.ending = ending
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.sandbox = sandbox
        self.artefacts = artefacts
        self.metrics = metrics
        self.log = log
        self.defect = defect
    }

    public var succeeded: Bool { ending.succeeded && defect == nil && artefacts != nil }
    public var summary: String { defect.map { "\(ending.summary), but \($0)" } ?? ending.summary }
}

/// A dataset's bytes at one moment, and whether they are what was expected.
public struct SnapshotOutcome: Codable, Hashable, Sendable {
    public var digest: Digest
    public var size: Int64
    public var rows: Int64
    /// Empty when the snapshot is taken; otherwise why it is refused, first rows first, bounded in number.
    public var violations: [Violation]
    /// Row and column violations in all, listed or not.
    public var violationCount: Int64

    public init(digest: Digest, size: Int64, rows: Int64, violations: [Violation] = [], violationCount: Int64 = 0) {
        self.digest = digest
        self.size = size
        self.rows = rows
        self.violations = violations
        self.violationCount = violationCount
    }

    public var accepted: Bool { violationCount == 0 }

    public struct Violation: Codable, Hashable, Sendable {
        /// Data rows count from 1; nil for the file as a whole.
        public var row: Int64?
        public var column: String?
        /// What was found and what was expected, the value cut to 64 characters.
        public var message: String

        public init(row: Int64?, column: String?, message: String) {
            self.row = row
            self.column = column
            self.message = message
        }
    }
}

/// One gate applied to one candidate.
public struct GateResult: Codable, Hashable, Sendable {
    public var gate: Model.Gate
    /// nil when the evaluation gave no such metric; then the gate is not passed.
    public var measured: MetricValue?
    /// The champion's value, for a gate that compares.
    public var champion: MetricValue?
    public var championVersion: VersionID?
    public var passed: Bool
    /// By how much the number missed, positive; nil when passed or not measured.
    public var missedBy: MetricValue?
    /// One sentence: `mae 12.4 is above the maximum 12 by 0.4`.
    public var sentence: String

    public init(
        gate: Model.Gate, measured: MetricValue?, champion: MetricValue? = nil, championVersion: VersionID? = nil,
        passed: Bool, missedBy: MetricValue? = nil, sentence: String
    ) {
        self.gate = gate
        self.measured = measured
        self.champion = champion
        self.championVersion = championVersion
        self.passed = passed
        self.missedBy = missedBy
        self.sentence = sentence
    }
}

/// A registered version: immutable, with its lineage.
public struct VersionRecord: Codable, Hashable, Sendable {
    public var id: VersionID
    /// The digest of the artefact manifest: what a pin's `digest` names.
    public var artefacts: Digest
    /// The execution that trained it; nil for an import.
    public var run: ExecutionID?
    public var recipe: RecipeID?
    public var revision: RevisionID
    /// Input name to snapshot, of the training.
    public var datasets: [String: Digest]
    public var evaluation: RecipeID?
    public var metrics: [String: MetricValue]
    public var gates: [GateResult]
    public var card: Model.Card?
    /// What the registry found the files to be; nil before it looked.
    public var formats: ArtefactFindings?

    public init(
        id: VersionID, artefacts: Digest, run: ExecutionID?, recipe: RecipeID?, revision: RevisionID,
        datasets: [String: Digest], evaluation: RecipeID?, metrics: [String: MetricValue], gates: [GateResult],
        card: Model.Card?, formats: ArtefactFindings? = nil
    ) {
        self.formats = formats
        self.id = id
        self.artefacts = artefacts
        self.run = run
        self.recipe = recipe
        self.revision = revision
        self.datasets = datasets
        self.evaluation = evaluation
        self.metrics = metrics
        self.gates = gates
        self.card = card
    }
}
