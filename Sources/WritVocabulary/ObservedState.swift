// What is: what the ledger remembers and what the backends show right now.

/// What the planner is given beside the desired state.
public struct ObservedState: Sendable {
    public var recorded: RecordedState
    public var live: LiveState

    public init(recorded: RecordedState = RecordedState(), live: LiveState = LiveState()) {
        self.recorded = recorded
        self.live = live
    }
}

/// What the backends showed when last asked. Nothing here is kept over a restart.
public struct LiveState: Codable, Sendable, Hashable {
    public var executions: [ExecutionID: ExecutionPhase]
    public var replicas: [ReplicaID: ReplicaObservation]
    /// nil while the gateway does not answer.
    public var gateway: GatewayObservation?
    /// Files outside the repository that manifests name, by path.
    public var files: [String: FileObservation]

    public init(
        executions: [ExecutionID: ExecutionPhase] = [:], replicas: [ReplicaID: ReplicaObservation] = [:],
        gateway: GatewayObservation? = nil, files: [String: FileObservation] = [:]
    ) {
        self.executions = executions
        self.replicas = replicas
        self.gateway = gateway
        self.files = files
    }
}

public enum ExecutionPhase: Codable, Hashable, Sendable {
    /// The workspace is laid out or the environment is made.
    case preparing
    case running
    case finished(ExecutionOutcome)
}

public struct ReplicaObservation: Codable, Hashable, Sendable {
    public enum Phase: Codable, Hashable, Sendable {
        case starting
        /// Its health path answers.
        case ready
        /// It was ready and no longer answers.
        case unready
        case exited(Ending, at: Timestamp)
    }

    public var phase: Phase
    public var startedAt: Timestamp
    public var address: RoutingTable.Address?
    /// Since when it was seen alive and not ready; the controller's own note, no driver sets it.
    public var notReadySince: Timestamp?
    /// Whether its files are those of the version; nil where the backend does not look.
    public var integrity: IntegrityObservation?

    public init(
        phase: Phase, startedAt: Timestamp, address: RoutingTable.Address?, integrity: IntegrityObservation? = nil
    ) {
        self.integrity = integrity
        self.phase = phase
        self.startedAt = startedAt
        self.address = address
    }
}

public struct GatewayObservation: Codable, Hashable, Sendable {
    /// The number of the table it runs.
    public var number: Int64
    /// Requests in flight, by replica; replicas without any are left out.
    public var active: [ReplicaID: Int]

    public init(number: Int64, active: [ReplicaID: Int] = [:]) {
        self.number = number
        self.active = active
    }
}

public enum FileObservation: Codable, Hashable, Sendable {
    case present(FileFingerprint)
    case missing(reason: String)
}
