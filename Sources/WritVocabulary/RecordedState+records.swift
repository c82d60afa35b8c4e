// The records the ledger adds up to: one type for each thing that is remembered.

extension RecordedState {
    public struct SourceRecord: Codable, Hashable, Sendable {
        public var accepted: RevisionID?
        public var acceptedAt: Timestamp?
        /// The newest tip that was refused, until another tip is accepted.
        public var refused: RevisionID?
        public var errors: [String] = []
        public var errorCount = 0
        /// The tip that does not descend from the accepted revision.
        public var frozenAt: RevisionID?
        /// The tip an operator accepted, until a revision is accepted.
        public var acceptedTip: RevisionID?
        /// A change the policies do not allow, or not yet; until another is accepted.
        public var held: JudgedChange?
        public var heldAt: Timestamp?
        /// What the policies said of the accepted revision; nil where none was in force.
        public var allowed: JudgedChange?

        public init() {}
    }

    public struct SnapshotRecord: Codable, Hashable, Sendable {
        public var dataset: ResourceName
        public var outcome: SnapshotOutcome
        public var at: Timestamp
    }

    public struct ExecutionRecord: Codable, Hashable, Sendable {
        public var order: ExecutionOrder
        /// When its start was last intended.
        public var intendedAt: Timestamp
        /// Whether the driver confirmed the start.
        public var started: Bool
        public var outcome: ExecutionOutcome?
        /// When it was cancelled; its outcome is observed later.
        public var cancelledAt: Timestamp?
    }

    public struct ImportRecord: Codable, Hashable, Sendable {
        public var artefacts: Digest
        public var size: Int64
    }

    public struct EndpointRecord: Codable, Hashable, Sendable {
        public var route: RoutingTable.Route?
        /// The table that brought the route, and when it was published.
        public var routeNumber: Int64 = 0
        public var routedAt: Timestamp?
        /// A publish that named this endpoint failed: the gateway may have the new route or the old one.
        public var uncertain = false
        /// The publishes of its route that failed since one succeeded.
        public var routeFailure: FailureCount?
        /// Replicas that were started and not yet stopped.
        public var replicas: [ReplicaID: ReplicaRecord] = [:]
        /// Each place that was ever started, by ordinal; kept for good, so that no ``ReplicaID`` is used twice.
        public var places: [DeploymentID: [Int: PlaceRecord]] = [:]
        /// What was routed last before the deployment routed now: where to go back to. Any of its replicas' orders.
        public var previous: ReplicaOrder?
        /// The order of the replicas routed now.
        public var current: ReplicaOrder?
        /// When traffic moved to them; a route that changes among replicas of one deployment moves nothing.
        public var movedAt: Timestamp?
        /// How traffic came to the deployment routed now, also where it was the last to be routed; nil without a route.
        public var moved: MoveRecord?
        /// How each deployment that may be routed or gone back to is started.
        public var starts: [DeploymentID: ReplicaOrder] = [:]
        /// Deployments that were tried and taken back.
        public var rejections: [DeploymentID: RejectionRecord] = [:]

        public init() {}
    }

    /// Traffic moved to a deployment.
    public struct MoveRecord: Codable, Hashable, Sendable {
        public var deployment: DeploymentID
        /// The table that did it: no two moves have the same.
        public var table: Int64
        public var at: Timestamp
        /// The revision in force when the table was decided on, whatever landed before it was in force.
        public var revision: RevisionID?
        /// What the policies said of that revision; forgotten once the move is attested.
        public var change: JudgedChange?
        /// Whether a signed statement about this move is on record; nil is no.
        public var isAttested: Bool?
    }

    /// What became of the processes started at one place of a deployment.
    public struct PlaceRecord: Codable, Hashable, Sendable {
        /// The highest generation started.
        public var generation: Int
        /// Processes in a row that ended or never became ready; one that ran for `healthyPeriod` begins the count anew.
        public var failures = 0
        public var failedAt: Timestamp?
        /// Replicas in a row that had other bytes than were approved; counted apart, for that is not the version's
        /// fault. nil is none.
        public var incidents: Int?
        public var incidentAt: Timestamp?

        public init(generation: Int) { self.generation = generation }

        mutating func fail(at time: Timestamp, ranFor span: TimeSpan) {
            failures = span >= RecordedState.healthyPeriod ? 1 : failures + 1
            failedAt = time
        }

        mutating func differ(at time: Timestamp, ranFor span: TimeSpan) {
            incidents = span >= RecordedState.healthyPeriod ? 1 : (incidents ?? 0) + 1
            incidentAt = time
        }
    }

    /// A process that ran this long was well: its end is no sign of a crash loop.
    public static let healthyPeriod = TimeSpan.minutes(10)

    public struct RejectionRecord: Codable, Hashable, Sendable {
        public var rejection: Rejection
        public var at: Timestamp
    }

    /// A proposal Writ made.
    public struct ProposalRecord: Codable, Hashable, Sendable {
        public var order: ProposalOrder
        public var outcome: ProposalOutcome
        public var at: Timestamp
        /// nil while it is open.
        public var ending: ProposalEnding?
    }

    public struct ReplicaRecord: Codable, Hashable, Sendable {
        public var version: VersionID
        /// When its start was last intended.
        public var startedAt: Timestamp
        public var exit: Ending?
        public var exitedAt: Timestamp?
        /// Whether its place has counted it as failed: a stop tried twice and the end it brings are one failure.
        public var failed: Bool?
        /// It had other bytes than were approved: it gets no traffic any more.
        public var incident: IntegrityIncident?
    }

    public struct FailureCount: Codable, Hashable, Sendable {
        public var count: Int
        public var at: Timestamp
        public var failure: FailureRecord
        /// What was tried last: a number offered to it is never offered to other content, and a terminal failure
        /// stands only while the same is asked for.
        public var action: Action?
    }

    public struct OpenIntent: Codable, Hashable, Sendable {
        public var resource: ResourceID?
        public var sequence: Int64
        public var action: Action
        /// Of a publish: the revision in force when it was intended, and what the policies had said of it.
        public var revision: RevisionID?
        public var change: JudgedChange?
    }
}
