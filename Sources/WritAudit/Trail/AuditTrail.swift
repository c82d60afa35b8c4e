// The ledger read once, in order, with an index of where each thing was said: what every question is answered from.
import WritVocabulary

/// Where a fact stands.
public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
    public var sequence: Int64
    public var time: Timestamp
    public var cause: Cause
    public var value: Value

    init(_ value: Value, _ entry: LedgerEntry) {
        sequence = entry.sequence
        time = entry.time
        cause = entry.cause
        self.value = value
    }
}

/// What the entries said, by what it was about. Entries are added in order; nothing is forgotten, so that a question
/// may be about any moment.
public struct AuditTrail: Sendable {
    /// What all entries add up to.
    public private(set) var state = RecordedState()
    public private(set) var firstTime: Timestamp?

    public private(set) var starts: [Located<String>] = []
    public private(set) var accepted: [Located<AcceptedRevision>] = []
    public private(set) var refused: [Located<RevisionID>] = []
    /// The same, with the diagnostics.
    public private(set) var refusals: [Located<Refusal>] = []
    public private(set) var frozen: [Located<RevisionID>] = []
    public private(set) var tipsAccepted: [Located<TipAcceptance>] = []
    public private(set) var held: [Located<JudgedChange>] = []
    public private(set) var allowed: [Located<JudgedChange>] = []
    public private(set) var rejections: [Located<Rejection>] = []
    public private(set) var proposalEndings: [Located<ProposalID>] = []
    public private(set) var reviews: [Located<RequestReview>] = []
    public private(set) var judgements: [Digest: Located<Judgement>] = [:]
    /// The last intent of each act before its outcome, and every outcome.
    public private(set) var intents: [ActionKey: [Located<Action>]] = [:]
    public private(set) var results: [ActionKey: [Located<ActionResult>]] = [:]
    public private(set) var failures: [ActionKey: [Located<FailureRecord>]] = [:]
    public private(set) var executionsFinished: [ExecutionID: Located<ExecutionOutcome>] = [:]
    public private(set) var replicaExits: [Located<ReplicaID>] = []
    public private(set) var versions: [VersionID: Located<VersionRecord>] = [:]
    /// Routing changes that took effect, in order.
    public private(set) var published: [Located<RoutingChange>] = []
    /// Routing changes that began, in order, whether or not they are known to have taken effect.
    public private(set) var routings: [Located<RoutingChange>] = []
    /// Places in ``published`` by endpoint, and in ``routings`` by table.
    private(set) var publishedPlaces: [ResourceName: [Int]] = [:]
    private(set) var routingPlaces: [Int64: [Int]] = [:]
    /// Ends of suspensions that an operator brought about, with who it was.
    public private(set) var resumptions: [ResourceID: [Located<String>]] = [:]
    /// When each entry was made, by sequence.
    public private(set) var times: [Timestamp] = []
    public private(set) var attestations: [ActionKey: Located<[Attestation]>] = [:]
    /// Every time traffic moved to a deployment, in order.
    public private(set) var moves: [DeploymentID: [Located<RecordedState.MoveRecord>]] = [:]
    public private(set) var incidents: [Located<IntegrityIncident>] = []
    public private(set) var suspensions: [ResourceID: [Located<Suspension>]] = [:]
    public private(set) var rotations: [Located<KeyRotation>] = []
    public private(set) var expunctions: [Located<Expunction>] = []
    public private(set) var holds: [Located<LegalHold>] = []
    public private(set) var clockSteps: [Located<ClockStep>] = []
    public private(set) var documents: [Located<IssuedDocument>] = []
    public private(set) var drift: [Located<String>] = []
    /// Number of entries of each kind.
    public private(set) var counts: [String: Int] = [:]

    public init() {}

    public init(_ entries: some Sequence<LedgerEntry>) {
        for entry in entries { add(entry) }
    }

    /// The number of entries read.
    public var size: Int64 { state.next }

    public mutating func add(_ entry: LedgerEntry) {
        firstTime = firstTime ?? entry.time
        times.append(entry.time)
        counts[entry.event.kind, default: 0] += 1
        let open = openAction(entry.event)
        state.apply(entry)
        switch entry.event {
        case .controllerStarted(let version): starts.append(Located(version, entry))
        case .revisionAccepted(let revision, let previous, let changed, let count):
            let value = AcceptedRevision(revision: revision, previous: previous, changed: changed, count: count)
            accepted.append(Located(value, entry))
        case .revisionRefused(let revision, let errors, let count, let evidence):
            refused.append(Located(revision, entry))
            let value = Refusal(revision: revision, errors: errors, count: count, evidence: evidence)
            refusals.append(Located(value, entry))
        case .sourceFrozen(let tip, _): frozen.append(Located(tip, entry))
        case .tipAccepted(let tip, let actor, let reason):
            tipsAccepted.append(Located(TipAcceptance(revision: tip, actor: actor, reason: reason), entry))
        case .changeHeld(let change): held.append(Located(change, entry))
        case .changeAllowed(let change): allowed.append(Located(change, entry))
        case .rejected(let rejection): rejections.append(Located(rejection, entry))
        case .proposalEnded(let id, _): proposalEndings.append(Located(id, entry))
        case .requestReviewed(let review): reviews.append(Located(review, entry))
        case .judged(let judgement): judgements[judgement.id] = Located(judgement, entry)
        case .intended(let key, let action, _):
            intents[key, default: []].append(Located(action, entry))
            if case .publish(let change) = action {
                routingPlaces[change.number, default: []].append(routings.count)
                routings.append(Located(change, entry))
            }
        case .completed(let key, let result):
            results[key, default: []].append(Located(result, entry))
            completed(key, result, open, entry)
        case .failed(let key, let failure): failures[key, default: []].append(Located(failure, entry))
        case .executionFinished(let id, _, _, let outcome): executionsFinished[id] = Located(outcome, entry)
        case .replicaExited(let replica, _): replicaExits.append(Located(replica, entry))
        case .suspended(let suspension):
            if let subject = entry.subject { suspensions[subject, default: []].append(Located(suspension, entry)) }
        case .integrityFailed(let incident): incidents.append(Located(incident, entry))
        case .keyRotated(let rotation): rotations.append(Located(rotation, entry))
        case .expunged(let expunction): expunctions.append(Located(expunction, entry))
        case .holdPlaced(let hold): holds.append(Located(hold, entry))
        case .clockWentBack(let step): clockSteps.append(Located(step, entry))
        case .documentIssued(let document): documents.append(Located(document, entry))
        case .driftFound(let what): drift.append(Located(what, entry))
        case .resumed(let actor):
            if let subject = entry.subject { resumptions[subject, default: []].append(Located(actor, entry)) }
        case .planned, .conditionsChanged, .removed, .adopted, .holdReleased: break
        }
    }

    private func openAction(_ event: Event) -> Action? {
        guard case .completed(let key, _) = event else { return nil }
        return state.openIntents[key]?.action
    }

    private mutating func completed(_ key: ActionKey, _ result: ActionResult, _ open: Action?, _ entry: LedgerEntry) {
        switch (result, open) {
        case (.registered(let version), _): versions[version.id] = Located(version, entry)
        case (.attested(let made), _): attestations[key] = Located(made, entry)
        case (.published, .publish(let change)?):
            for endpoint in change.endpoints { publishedPlaces[endpoint, default: []].append(published.count) }
            published.append(Located(change, entry))
            for endpoint in change.routes.map(\.endpoint) {
                guard let moved = state.endpoints[endpoint]?.moved, moved.table == state.tableNumber else { continue }
                moves[moved.deployment, default: []].append(Located(moved, entry))
            }
        default: break
        }
    }

    /// What was signed of the move that brought traffic to a deployment, for a moment when it served: the last move up
    /// to that entry.
    func attested(_ deployment: DeploymentID, at entry: Int64) -> (key: ActionKey, made: Located<[Attestation]>)? {
        // A share of the traffic may have come before the rest of it.
        let all = moves[deployment] ?? []
        guard let move = all.last(where: { $0.sequence <= entry }) ?? all.first else { return nil }
        let own = ActionKey.attestation(of: deployment, table: move.value.table)
        if let made = attestations[own] { return (own, made) }
        // Deployments used to be attested once: that statement is about the move it dates.
        let once = ActionKey.attestation(of: deployment, table: nil)
        guard let made = attestations[once],
            case .attest(.deployment(let facts))? = intents[once]?.last(where: { $0.sequence < made.sequence })?.value,
            facts.at == move.value.at
        else { return nil }
        return (once, made)
    }

    public struct AcceptedRevision: Hashable, Sendable {
        public var revision: RevisionID
        public var previous: RevisionID?
        public var changed: [ResourceID]
        public var count: Int
    }

    public struct Refusal: Hashable, Sendable {
        public var revision: RevisionID
        public var errors: [String]
        public var count: Int
        public var evidence: Digest?
    }

    public struct TipAcceptance: Hashable, Sendable {
        public var revision: RevisionID
        public var actor: String
        public var reason: String
    }
}
