// What the ledger says, folded: a pure function of its entries, so that it can be made again from them at any time.

/// The state the ledger's entries add up to.
public struct RecordedState: Codable, Hashable, Sendable {
    /// The sequence number the next entry will have.
    public var next: Int64 = 0
    public var lastTime: Timestamp?
    public var source = SourceRecord()
    public var snapshots: [RecipeID: SnapshotRecord] = [:]
    public var executions: [ExecutionID: ExecutionRecord] = [:]
    /// Executions of a recipe, in order of attempt.
    public var executionsByRecipe: [RecipeID: [ExecutionID]] = [:]
    /// Executions without an outcome by the resource they are for, in order of intent; derived from `executions`.
    public var unfinished: [ResourceID: [ExecutionID]] = [:]
    public var imports: [ActionKey: ImportRecord] = [:]
    public var judgements: [Digest: Judgement] = [:]
    public var versions: [ResourceName: [Int: VersionRecord]] = [:]
    public var endpoints: [ResourceName: EndpointRecord] = [:]
    /// The number of the last table published.
    public var tableNumber: Int64 = 0
    /// Actions that failed since they last succeeded.
    public var failures: [ActionKey: FailureCount] = [:]
    /// Intents without an outcome: acts that may or may not have taken effect.
    public var openIntents: [ActionKey: OpenIntent] = [:]
    public var suspensions: [ResourceID: Suspension] = [:]
    public var conditions: [ResourceID: Conditions] = [:]
    public var proposals: [ProposalID: ProposalRecord] = [:]
    /// Emergencies declared so far, by revision; they stay on record when they expire.
    public var breakGlass: [RevisionID: BreakGlass] = [:]
    /// Signed statements on record, by the key of the act that made them.
    public var attestations: [ActionKey: [Attestation]] = [:]
    public var holds: [String: LegalHold] = [:]
    /// Blobs that were taken out for good, and when.
    public var expunged: [Digest: Timestamp] = [:]
    /// Attestation keys that gave their place to another, by the digest of their PEM text, and the entry that says so.
    /// What they sign from there on counts as not signed.
    public var retiredKeys: [Digest: Int64] = [:]

    public init() {}
}

/// Names what a fold changed, so that a projection rewrites only that.
public enum RecordKey: Hashable, Sendable {
    case source
    case snapshot(RecipeID)
    case execution(ExecutionID)
    case importRecord(ActionKey)
    case judgement(Digest)
    case version(VersionID)
    case endpoint(ResourceName)
    case tableNumber
    case failure(ActionKey)
    case intent(ActionKey)
    case suspension(ResourceID)
    case conditions(ResourceID)
    case proposal(ProposalID)
    case breakGlass(RevisionID)
    case attestations(ActionKey)
    case hold(String)
    case expunged(Digest)
    case retiredKey(Digest)
}

extension RecordedState {
    /// Adds one entry and returns what it changed.
    @discardableResult
    public mutating func apply(_ entry: LedgerEntry) -> Set<RecordKey> {
        next = entry.sequence + 1
        lastTime = entry.time
        switch entry.event {
        case .controllerStarted, .planned, .adopted, .driftFound, .requestReviewed, .clockWentBack, .documentIssued:
            return []
        case .keyRotated(let rotation):
            guard rotation.purpose == .attestation else { return [] }
            let old = Digest(of: Array(rotation.old.utf8))
            retiredKeys[old] = entry.sequence
            return [.retiredKey(old)]
        case .integrityFailed(let incident):
            return integrityFailed(incident, at: entry.time)
        case .expunged(let expunction):
            for blob in expunction.blobs { expunged[blob] = entry.time }
            return Set(expunction.blobs.map(RecordKey.expunged))
        case .holdPlaced(let hold):
            holds[hold.name] = hold
            return [.hold(hold.name)]
        case .holdReleased(let name, _, _):
            holds[name] = nil
            return [.hold(name)]
        case .changeHeld(let change):
            source.held = change
            source.heldAt = entry.time
            return [.source]
        case .changeAllowed(let change):
            return allowed(change)
        case .rejected(let rejection):
            let record = RejectionRecord(rejection: rejection, at: entry.time)
            endpoints[rejection.endpoint, default: EndpointRecord()].note(record)
            return [.endpoint(rejection.endpoint)]
        case .proposalEnded(let id, let ending):
            proposals[id]?.ending = ending
            return [.proposal(id)]
        case .revisionAccepted(let revision, _, _, _):
            let allowed = source.allowed
            source = SourceRecord()
            if allowed?.head == revision { source.allowed = allowed }
            source.accepted = revision
            source.acceptedAt = entry.time
            return [.source]
        case .revisionRefused(let revision, let errors, let count, _):
            source.refused = revision
            source.errors = errors
            source.errorCount = count
            return [.source]
        case .sourceFrozen(let tip, _):
            source.frozenAt = tip
            return [.source]
        case .tipAccepted(let tip, _, _):
            source.frozenAt = nil
            source.acceptedTip = tip
            return [.source]
        case .judged(let judgement):
            judgements[judgement.id] = judgement
            return [.judgement(judgement.id)]
        case .intended(let key, let action, let reason):
            return intended(key, action, reason, entry)
        case .completed(let key, let result):
            return completed(key, result, entry)
        case .failed(let key, let failure):
            return failed(key, failure, entry)
        case .executionFinished(let id, _, _, let outcome):
            executions[id]?.outcome = outcome
            forgetUnfinished(id)
            return [.execution(id)]
        case .replicaExited(let replica, let ending):
            guard let endpoint = endpoint(of: replica) else { return [] }
            endpoints[endpoint]?.replicas[replica]?.exit = ending
            endpoints[endpoint]?.replicas[replica]?.exitedAt = entry.time
            placeFailed(replica, of: endpoint, at: entry.time)
            return [.endpoint(endpoint)]
        case .conditionsChanged(let new):
            guard let subject = entry.subject else { return [] }
            conditions[subject] = new
            guard new.ready, new.reason.code == .notPinned else { return [.conditions(subject)] }
            return forgetServed(by: subject).union([.conditions(subject)])
        case .removed:
            guard let subject = entry.subject else { return [] }
            conditions[subject] = nil
            suspensions[subject] = nil
            return forgetServed(by: subject).union(endProposals(of: subject))
                .union([.conditions(subject), .suspension(subject)])
        case .suspended(let suspension):
            guard let subject = entry.subject else { return [] }
            suspensions[subject] = suspension
            return [.suspension(subject)]
        case .resumed:
            guard let subject = entry.subject else { return [] }
            suspensions[subject] = nil
            return [.suspension(subject)]
        }
    }

    private mutating func allowed(_ change: JudgedChange) -> Set<RecordKey> {
        source.allowed = change
        guard let emergency = change.breakGlass else { return [.source] }
        breakGlass[emergency.revision] = emergency
        return [.source, .breakGlass(emergency.revision)]
    }

    private mutating func intended(
        _ key: ActionKey, _ action: Action, _ reason: Reason, _ entry: LedgerEntry
    ) -> Set<RecordKey> {
        openIntents[key] = OpenIntent(resource: entry.subject, sequence: entry.sequence, action: action)
        switch action {
        case .execute(let order):
            if executions[order.id] == nil {
                executions[order.id] = ExecutionRecord(
                    order: order, intendedAt: entry.time, started: false, outcome: nil)
                executionsByRecipe[order.recipe, default: []].append(order.id)
                unfinished[order.resource, default: []].append(order.id)
            }
            executions[order.id]?.intendedAt = entry.time
            return [.intent(key), .execution(order.id)]
        case .startReplica(let order):
            if endpoints[order.endpoint]?.replicas[order.id] == nil {
                endpoints[order.endpoint, default: EndpointRecord()].replicas[order.id] =
                    ReplicaRecord(version: order.version, startedAt: entry.time, exit: nil, exitedAt: nil)
            }
            endpoints[order.endpoint]?.noteStart(of: order, at: entry.time)
            return [.intent(key), .endpoint(order.endpoint)]
        case .stopReplica(let order) where reason.code == .replicaNotReady:
            guard let endpoint = endpoint(of: order.id) else { return [.intent(key)] }
            placeFailed(order.id, of: endpoint, at: entry.time)
            return [.intent(key), .endpoint(endpoint)]
        case .publish(let change):
            openIntents[key]?.revision = source.accepted
            openIntents[key]?.change = source.allowed?.head == source.accepted ? source.allowed : nil
            guard change.restores == true else { return [.intent(key)] }
            // What the gateway still routes is not known until each route was published again.
            var changed: Set<RecordKey> = [.intent(key)]
            for (endpoint, record) in endpoints where record.route != nil {
                endpoints[endpoint]?.uncertain = true
                changed.insert(.endpoint(endpoint))
            }
            return changed
        case .snapshot, .cancel, .importArtefacts, .register, .stopReplica, .propose, .attest:
            return [.intent(key)]
        }
    }

    private mutating func failed(_ key: ActionKey, _ failure: FailureRecord, _ entry: LedgerEntry) -> Set<RecordKey> {
        var changed: Set<RecordKey> = [.intent(key), .failure(key)]
        let intent = openIntents.removeValue(forKey: key)
        let action = intent?.action ?? failures[key]?.action
        failures[key] = FailureCount(
            count: (failures[key]?.count ?? 0) + 1, at: entry.time, failure: failure, action: action)
        if case .publish(let change)? = intent?.action {
            // The number may be in use: it is spent, and what it named is published again under the next one.
            failures[key] = nil
            tableNumber = max(tableNumber, change.number)
            changed.insert(.tableNumber)
            for endpoint in change.routes.map(\.endpoint) + change.removed {
                let count = endpoints[endpoint]?.routeFailure?.count ?? 0
                endpoints[endpoint, default: EndpointRecord()].uncertain = true
                endpoints[endpoint]?.routeFailure = FailureCount(
                    count: count + 1, at: entry.time, failure: failure, action: action)
                changed.insert(.endpoint(endpoint))
            }
        }
        return changed
    }

    private mutating func completed(_ key: ActionKey, _ result: ActionResult, _ entry: LedgerEntry) -> Set<RecordKey> {
        var changed: Set<RecordKey> = [.intent(key)]
        let intent = openIntents.removeValue(forKey: key)
        if failures.removeValue(forKey: key) != nil { changed.insert(.failure(key)) }
        switch (result, intent?.action) {
        case (.snapshot(let outcome), .snapshot(let order)?):
            snapshots[order.recipe] = SnapshotRecord(dataset: order.dataset, outcome: outcome, at: entry.time)
            changed.insert(.snapshot(order.recipe))
        case (.started, .execute(let order)?):
            executions[order.id]?.started = true
            changed.insert(.execution(order.id))
        case (.cancelled, .cancel(let id)?):
            executions[id]?.cancelledAt = entry.time
            changed.insert(.execution(id))
        case (.imported(let artefacts, let size), _):
            imports[key] = ImportRecord(artefacts: artefacts, size: size)
            changed.insert(.importRecord(key))
        case (.registered(let version), _):
            versions[version.id.model, default: [:]][version.id.number] = version
            changed.insert(.version(version.id))
        case (.stopped, .stopReplica(let order)?):
            guard let endpoint = endpoint(of: order.id) else { break }
            endpoints[endpoint]?.replicas[order.id] = nil
            dropIfEmpty(endpoint)
            changed.insert(.endpoint(endpoint))
        case (.attested(let made), let action):
            // Whoever holds a key that was given up could have signed it: it is planned and signed again.
            guard made.allSatisfy({ retiredKeys[$0.key] == nil }) else { break }
            attestations[key] = made
            changed.insert(.attestations(key))
            if case .attest(.deployment(let facts))? = action, noteAttested(facts) {
                changed.insert(.endpoint(facts.endpoint))
            }
        case (.proposed(let outcome), .propose(let order)?):
            proposals[order.id] = ProposalRecord(order: order, outcome: outcome, at: entry.time, ending: nil)
            changed.insert(.proposal(order.id))
            for id in order.supersedes where proposals[id]?.ending == nil {
                proposals[id]?.ending = .superseded
                changed.insert(.proposal(id))
            }
        case (.published(let number), .publish(let change)?):
            tableNumber = number
            changed.insert(.tableNumber)
            for route in change.routes {
                endpoints[route.endpoint, default: EndpointRecord()].noteRouted(route, at: entry.time)
                endpoints[route.endpoint]?.noteMoved(route, by: number, at: entry.time, intent)
                endpoints[route.endpoint]?.route = route
                endpoints[route.endpoint]?.routeNumber = number
                endpoints[route.endpoint]?.routedAt = entry.time
                endpoints[route.endpoint]?.uncertain = false
                endpoints[route.endpoint]?.routeFailure = nil
                changed.insert(.endpoint(route.endpoint))
            }
            for endpoint in change.removed {
                endpoints[endpoint]?.route = nil
                endpoints[endpoint]?.moved = nil
                endpoints[endpoint]?.routeNumber = number
                endpoints[endpoint]?.routedAt = entry.time
                endpoints[endpoint]?.uncertain = false
                endpoints[endpoint]?.routeFailure = nil
                dropIfEmpty(endpoint)
                changed.insert(.endpoint(endpoint))
            }
        default:
            break
        }
        return changed
    }

    /// Whether the statement is about how traffic came to where it is. One without a table is of the move it dates.
    private mutating func noteAttested(_ facts: AttestationOrder.DeploymentFacts) -> Bool {
        guard let moved = endpoints[facts.endpoint]?.moved, moved.deployment == facts.deployment,
            moved.at == facts.at, moved.table == facts.table ?? moved.table
        else { return false }
        endpoints[facts.endpoint]?.moved?.isAttested = true
        endpoints[facts.endpoint]?.moved?.change = nil
        return true
    }

    /// Noted once for each replica. Its place has counted it with that: the end it is brought to is no failure more.
    private mutating func integrityFailed(_ incident: IntegrityIncident, at time: Timestamp) -> Set<RecordKey> {
        let replica = incident.replica
        guard let endpoint = endpoint(of: replica), let record = endpoints[endpoint]?.replicas[replica],
            record.incident == nil
        else { return [] }
        endpoints[endpoint]?.replicas[replica]?.incident = incident
        endpoints[endpoint]?.replicas[replica]?.failed = true
        endpoints[endpoint]?.places[replica.deployment]?[replica.ordinal]?.differ(
            at: time, ranFor: time - record.startedAt)
        return [.endpoint(endpoint)]
    }

    private mutating func placeFailed(_ replica: ReplicaID, of endpoint: ResourceName, at time: Timestamp) {
        guard let record = endpoints[endpoint]?.replicas[replica], record.failed != true else { return }
        endpoints[endpoint]?.replicas[replica]?.failed = true
        endpoints[endpoint]?.places[replica.deployment]?[replica.ordinal]?.fail(
            at: time, ranFor: time - record.startedAt)
    }

    private mutating func forgetUnfinished(_ id: ExecutionID) {
        guard let resource = executions[id]?.order.resource else { return }
        unfinished[resource]?.removeAll { $0 == id }
        if unfinished[resource]?.isEmpty == true { unfinished[resource] = nil }
    }

    /// What an endpoint served before it came to rest with nothing to serve is no place to go back to.
    private mutating func forgetServed(by subject: ResourceID) -> Set<RecordKey> {
        guard subject.kind == .endpoint, let record = endpoints[subject.name],
            record.current != nil || record.previous != nil
        else { return [] }
        endpoints[subject.name]?.current = nil
        endpoints[subject.name]?.previous = nil
        endpoints[subject.name]?.movedAt = nil
        return [.endpoint(subject.name)]
    }

    /// Nobody can merge what is asked for an endpoint that is gone.
    private mutating func endProposals(of subject: ResourceID) -> Set<RecordKey> {
        guard subject.kind == .endpoint else { return [] }
        let open = proposals.filter { $0.key.endpoint == subject.name && $0.value.ending == nil }.keys
        for id in open { proposals[id]?.ending = .superseded }
        return Set(open.map(RecordKey.proposal))
    }

    private mutating func dropIfEmpty(_ endpoint: ResourceName) {
        guard let record = endpoints[endpoint], record.replicas.isEmpty, record.route == nil, record.places.isEmpty
        else {
            return
        }
        endpoints[endpoint] = nil
    }

    /// The endpoint a replica belongs to, by its name.
    public func endpoint(of replica: ReplicaID) -> ResourceName? {
        // A deployment's name is its endpoint's, a dash and twelve digits.
        ResourceName(String(replica.deployment.text.dropLast(13)))
    }

    /// The version of a model a pin may name, newest last.
    public func versionNumbers(of model: ResourceName) -> [Int] { (versions[model] ?? [:]).keys.sorted() }

    /// The table the published changes add up to.
    public var table: RoutingTable {
        RoutingTable(number: tableNumber, routes: endpoints.values.compactMap(\.route))
    }
}

extension RecordedState.EndpointRecord {
    /// How many deployments that were taken back are remembered for one endpoint.
    static let rejectionsMaximum = 50

    fileprivate mutating func note(_ record: RecordedState.RejectionRecord) {
        rejections[record.rejection.deployment] = record
        while rejections.count > Self.rejectionsMaximum {
            guard let oldest = rejections.min(by: { ($0.value.at, $0.key) < ($1.value.at, $1.key) }) else { return }
            rejections[oldest.key] = nil
        }
    }

    /// Keeps how the deployments routed now and before are started.
    fileprivate mutating func noteRouted(_ new: RoutingTable.Route, at time: Timestamp) {
        guard let target = new.targets.first, target.deployment != current?.id.deployment else { return }
        previous = current ?? previous
        current = starts[target.deployment]
        movedAt = time
    }

    /// To be called while the record has the route from before. A deployment that gets traffic again after there was
    /// no route, or another one, is moved to again.
    fileprivate mutating func noteMoved(
        _ new: RoutingTable.Route, by table: Int64, at time: Timestamp, _ intent: RecordedState.OpenIntent?
    ) {
        guard let target = new.targets.first, target.deployment != route?.targets.first?.deployment else { return }
        moved = RecordedState.MoveRecord(
            deployment: target.deployment, table: table, at: time, revision: intent?.revision, change: intent?.change)
    }

    fileprivate mutating func noteStart(of order: ReplicaOrder, at time: Timestamp) {
        let replica = order.id
        replicas[replica]?.startedAt = time
        replicas[replica]?.failed = nil
        starts[replica.deployment] = order
        let kept = Set(replicas.keys.map(\.deployment)).union([current, previous].compactMap { $0?.id.deployment })
        starts = starts.filter { kept.contains($0.key) }
        let known = places[replica.deployment]?[replica.ordinal]
        var place = known ?? RecordedState.PlaceRecord(generation: replica.generation)
        place.generation = max(place.generation, replica.generation)
        places[replica.deployment, default: [:]][replica.ordinal] = place
    }
}

extension ExecutionOrder {
    /// Which try of its recipe this is, from 1: the last part of the id.
    public var attempt: Int { Int(id.text.split(separator: "-").last ?? "") ?? 1 }
}
