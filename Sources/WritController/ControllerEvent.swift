// What the controller is told, and what it asks for: the whole wire between deciding and doing.
import WritBackends
import WritExecutor
import WritManifests
import WritVocabulary

/// Something that happened outside the controller's decisions.
public enum ControllerEvent: Sendable {
    case started(version: String)
    /// Look at the source now: a hint from outside, or an operator.
    case wake
    /// Time passed; nothing else is known to have happened.
    case tick
    case fetched(Result<RevisionID, FailureRecord>)
    case changesRead(RevisionID, Result<RevisionReading, FailureRecord>)
    case contentsRead(RevisionID, Result<[RepositoryPath: ContentID], FailureRecord>)
    /// The way to a tip; nil when the tip does not descend from where it began.
    case historyRead(RevisionID, Result<RevisionHistory?, FailureRecord>)
    case consulted(RevisionID, Consultation.Answers)
    /// What is wrong with the files of keys a revision would put in force.
    case trustChecked(RevisionID, Result<[String], FailureRecord>)
    case observed(Observation)
    case performed(Performed)
    case operatorAct(OperatorAct)
}

extension ControllerEvent {
    var performed: Performed? {
        if case .performed(let performed) = self { performed } else { nil }
    }
}

/// Something an operator did. Recorded with who did it and why.
public enum OperatorAct: Sendable, Hashable {
    case suspend(ResourceID, Suspension)
    case resume(ResourceID, actor: String)
    /// Accept a tip whatever stands against it: that it does not descend from the accepted revision, or that the
    /// policies hold it.
    case acceptTip(RevisionID, actor: String, reason: String)
    case custody(CustodyAct)
    /// The proposal's pull request was closed without merging.
    case decline(ProposalID, request: Int)
    /// A pull request is about to be told what merging it would do.
    case tell(RequestReview)
}

/// What one revision differs in, with the bytes of its manifests.
public struct RevisionReading: Sendable {
    /// Whether the revision descends from the one it was compared with.
    public var descends: Bool
    public var changes: SourceChanges
    public var manifests: [RepositoryPath: [UInt8]]
    /// What a first look makes of it, worked out by several workers; nil where the machine is to do it.
    public var first: PreparedUpdate?

    /// What the index is told of it.
    var manifestChanges: ManifestChanges {
        var files: [RepositoryPath: ManifestChanges.File] = [:]
        for (path, file) in changes.manifests {
            files[path] = ManifestChanges.File(blob: file.blob, bytes: manifests[path])
        }
        return ManifestChanges(files: files, removed: changes.removedManifests, changedPaths: changes.changedPaths)
    }

    public init(descends: Bool, changes: SourceChanges, manifests: [RepositoryPath: [UInt8]]) {
        self.descends = descends
        self.changes = changes
        self.manifests = manifests
    }
}

/// What each backend showed; a backend that did not answer leaves what was seen before.
public struct Observation: Sendable {
    public var executions: Result<[ExecutionID: ExecutionPhase], FailureRecord>
    public var replicas: Result<[ReplicaID: ReplicaObservation], FailureRecord>
    public var gateway: Result<GatewayObservation?, FailureRecord>
    public var files: Result<[String: FileObservation], FailureRecord>

    public init(
        executions: Result<[ExecutionID: ExecutionPhase], FailureRecord>,
        replicas: Result<[ReplicaID: ReplicaObservation], FailureRecord>,
        gateway: Result<GatewayObservation?, FailureRecord>, files: Result<[String: FileObservation], FailureRecord>
    ) {
        self.executions = executions
        self.replicas = replicas
        self.gateway = gateway
        self.files = files
    }

    var isComplete: Bool {
        guard case .success = executions, case .success = replicas, case .success = files else { return false }
        return true
    }
}

/// Something the shell has to do. Each ends in the event named beside it.
public enum ControllerEffect: Sendable, Equatable {
    /// `.fetched`
    case fetch
    /// `.changesRead`; `descendingFrom` is the accepted revision the new one must have among its ancestors.
    case readChanges(from: RevisionID?, to: RevisionID, descendingFrom: RevisionID?)
    /// `.changesRead`: the revision the operator trusts to begin with, from nothing. It does not descend unless the
    /// branch's tip is it or descends from it.
    case readFirst(RevisionID, leadingTo: RevisionID)
    /// `.historyRead`
    case readHistory(from: RevisionID, to: RevisionID, TrustRoots)
    /// `.trustChecked`
    case checkTrust(RevisionID, TrustRoots)
    /// `.consulted`
    case consult(RevisionID, Consultation)
    /// `.contentsRead`
    case readContents(Set<RepositoryPath>, at: RevisionID)
    /// No event: that the revision counts is in the ledger.
    case markAccepted(RevisionID)
    /// `.observed`
    case observe(executions: Set<ExecutionID>, files: Set<String>)
    /// `.performed`; the intent is durable.
    case perform(PlannedAction)
}

/// What is asked of others before a change is judged.
public struct Consultation: Sendable, Equatable {
    /// Engines of the operator's, sorted, and what they are given: the JSON of the change plan.
    public var engines: [String]
    public var input: [UInt8]
    /// What a reviewed pull request may have ended in; nil when no rule counts reviews.
    public var arrival: Arrival?

    /// Commits that came onto the branch, and what is needed to tell whether they are what was reviewed.
    public struct Arrival: Sendable, Equatable {
        public var target: String
        public var base: RevisionID
        public var head: RevisionID
        public var tree: ContentID
        public var commits: [CommitFacts]
        /// The keys that count, and when: for the commits of a request that are not on the branch.
        public var roots: TrustRoots
        public var at: Timestamp
    }

    public struct Answers: Sendable, Equatable {
        public var engines: [String: EngineVerdict]
        public var reviews: ReviewsFound

        public init(engines: [String: EngineVerdict] = [:], reviews: ReviewsFound = ReviewsFound()) {
            self.engines = engines
            self.reviews = reviews
        }
    }
}
