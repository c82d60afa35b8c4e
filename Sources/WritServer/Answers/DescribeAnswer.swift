// `writ describe KIND NAME`: everything recorded about one resource.
import WritVocabulary

/// One resource in full. `live` is there only while a controller runs; all else comes from the ledger.
public struct DescribeAnswer: Codable, Hashable, Sendable {
    public var resource: ResourceID
    public var condition: ConditionWord
    public var because: ConditionDetail?
    public var suspended: Suspension?
    /// Of a dataset: its newest snapshot, and why it was refused.
    public var dataset: SnapshotSummary?
    public var violations: [SnapshotOutcome.Violation]
    /// Of a model, newest first.
    public var versions: [VersionsAnswer.Row]
    /// Of an endpoint: where requests go and since when.
    public var traffic: [TrafficShare]
    public var routedAt: Timestamp?
    public var replicas: [Replica]
    /// Executions for this resource, newest first, at most ten.
    public var runs: [RunSummary]
    /// Acts whose outcome is not recorded yet.
    public var open: [String]
    /// The newest entries about it.
    public var history: [HistoryAnswer.Row]
    public var live: Live?

    public struct Replica: Codable, Hashable, Sendable {
        public var id: ReplicaID
        public var version: VersionID
        public var startedAt: Timestamp
        public var ending: String?
    }

    /// What the backends showed in the last pass.
    public struct Live: Codable, Hashable, Sendable {
        public var replicas: [ReplicaID: ReplicaObservation]
        public var executions: [ExecutionID: ExecutionPhase]
        /// The table the gateway runs; nil while it does not answer.
        public var gatewayTable: Int64?
        /// Requests in flight to this endpoint.
        public var requestsInFlight: Int?
    }

    init(_ id: ResourceID, _ recorded: RecordedState, since: Timestamp?, entries: [LedgerEntry], live: LiveState?) {
        resource = id
        condition = ConditionWord(id, recorded)
        because = ConditionDetail(id, recorded, since: since)
        suspended = recorded.suspensions[id]
        dataset = id.kind == .dataset ? SnapshotSummary.newest(in: recorded)[id.name] : nil
        violations = dataset.flatMap { recorded.snapshots[$0.recipe] }?.outcome.violations ?? []
        versions = id.kind == .model ? VersionsAnswer(id.name, recorded).versions : []
        let endpoint = id.kind == .endpoint ? recorded.endpoints[id.name] : nil
        traffic = id.kind == .endpoint ? TrafficShare.all(of: id.name, in: recorded) : []
        routedAt = endpoint?.routedAt
        replicas = (endpoint?.replicas ?? [:]).sorted { $0.key < $1.key }.map {
            Replica(
                id: $0.key, version: $0.value.version, startedAt: $0.value.startedAt, ending: $0.value.exit?.summary)
        }
        runs = Array(RunsAnswer(id, recorded).runs.prefix(10))
        open = recorded.openIntents.values.filter { $0.resource == id }.map(\.action.words).sorted()
        history = entries.map(HistoryAnswer.Row.init)
        self.live = live.map { Live(id, $0, replicas: Set(replicas.map(\.id)), runs: Set(runs.map(\.id))) }
    }
}

extension DescribeAnswer.Live {
    init(_ id: ResourceID, _ live: LiveState, replicas known: Set<ReplicaID>, runs: Set<ExecutionID>) {
        replicas = live.replicas.filter { known.contains($0.key) }
        executions = live.executions.filter { runs.contains($0.key) }
        gatewayTable = live.gateway?.number
        guard id.kind == .endpoint, let gateway = live.gateway else { return }
        requestsInFlight = gateway.active.filter { known.contains($0.key) }.values.reduce(0, +)
    }
}
