// One fact in the ledger: when, because of what, about what, and what happened.

/// A leaf of the ledger. Its canonical encoding is the leaf's bytes.
public struct LedgerEntry: Codable, Hashable, Sendable {
    /// The largest canonical encoding, from the 16-bit length of a tlog-tiles entry bundle.
    public static let maximumBytes = 65_535

    public var format: Int
    /// Its place in the log, from 0.
    public var sequence: Int64
    public var time: Timestamp
    public var cause: Cause
    public var subject: ResourceID?
    public var event: Event

    public init(sequence: Int64, time: Timestamp, cause: Cause, subject: ResourceID?, event: Event) {
        format = 1
        self.sequence = sequence
        self.time = time
        self.cause = cause
        self.subject = subject
        self.event = event
    }
}

/// The four things that make Writ do something.
public enum Cause: Codable, Hashable, Sendable {
    case commit(RevisionID)
    case measurement(String)
    case schedule(String)
    case operatorAct(actor: String)
}

/// Something that has happened.
public enum Event: Codable, Hashable, Sendable {
    case controllerStarted(version: String)
    /// `changed` lists the first hundred resources; `count` is all of them.
    case revisionAccepted(RevisionID, previous: RevisionID?, changed: [ResourceID], count: Int)
    /// `errors` are the first twenty diagnostics as people saw them; `evidence` is the blob of all.
    case revisionRefused(RevisionID, errors: [String], count: Int, evidence: Digest?)
    /// The branch moved to a commit that does not descend from the accepted one.
    case sourceFrozen(tip: RevisionID, accepted: RevisionID)
    /// An operator accepted a tip that does not descend from the accepted one.
    case tipAccepted(RevisionID, actor: String, reason: String)
    /// The policies do not allow the branch to be followed further, or not yet.
    case changeHeld(JudgedChange)
    /// The policies allowed a change; what follows is its acceptance.
    case changeAllowed(JudgedChange)
    /// A deployment was given up and what served before it serves again.
    case rejected(Rejection)
    /// A proposal was merged, declined or taken over by a newer one.
    case proposalEnded(ProposalID, ProposalEnding)
    /// A pull request was told what merging it would do.
    case requestReviewed(RequestReview)
    /// A pass planned something.
    case planned(Digest, actions: Int, judgements: Int)
    case judged(Judgement)
    /// Durable before the act begins.
    case intended(ActionKey, Action, Reason)
    case completed(ActionKey, ActionResult)
    case failed(ActionKey, FailureRecord)
    case executionFinished(ExecutionID, Purpose, RecipeID, ExecutionOutcome)
    case replicaExited(ReplicaID, Ending)
    case conditionsChanged(Conditions)
    /// The resource is no longer declared and nothing of it is left.
    case removed
    case suspended(Suspension)
    case resumed(actor: String)
    /// A process of an earlier controller was recognised and is supervised again.
    case adopted(String)
    /// An effect without an intent was found in the world; Writ leaves it alone.
    case driftFound(String)
    /// A replica had other bytes than were approved.
    case integrityFailed(IntegrityIncident)
    case keyRotated(KeyRotation)
    case expunged(Expunction)
    case holdPlaced(LegalHold)
    case holdReleased(name: String, actor: String, reason: String)
    case clockWentBack(ClockStep)
    case documentIssued(IssuedDocument)
}

/// What a completed action gave.
public enum ActionResult: Codable, Hashable, Sendable {
    case snapshot(SnapshotOutcome)
    case started
    case cancelled
    case imported(artefacts: Digest, size: Int64)
    case registered(VersionRecord)
    case stopped
    case published(number: Int64)
    case proposed(ProposalOutcome)
    case attested([Attestation])
}

extension Event {
    /// A stable word for filters and tables.
    public var kind: String {
        switch self {
        case .controllerStarted: "controllerStarted"
        case .revisionAccepted: "revisionAccepted"
        case .revisionRefused: "revisionRefused"
        case .sourceFrozen: "sourceFrozen"
        case .tipAccepted: "tipAccepted"
        case .changeHeld: "changeHeld"
        case .changeAllowed: "changeAllowed"
        case .rejected: "rejected"
        case .proposalEnded: "proposalEnded"
        case .requestReviewed: "requestReviewed"
        case .planned: "planned"
        case .judged: "judged"
        case .intended: "intended"
        case .completed: "completed"
        case .failed: "failed"
        case .executionFinished: "executionFinished"
        case .replicaExited: "replicaExited"
        case .conditionsChanged: "conditionsChanged"
        case .removed: "removed"
        case .suspended: "suspended"
        case .resumed: "resumed"
        case .adopted: "adopted"
        case .driftFound: "driftFound"
        case .integrityFailed: "integrityFailed"
        case .keyRotated: "keyRotated"
        case .expunged: "expunged"
        case .holdPlaced: "holdPlaced"
        case .holdReleased: "holdReleased"
        case .clockWentBack: "clockWentBack"
        case .documentIssued: "documentIssued"
        }
    }
}
