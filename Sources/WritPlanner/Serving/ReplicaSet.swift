// The recorded replicas of one endpoint, each with what the backend shows of it.
import WritVocabulary

enum ReplicaCondition {
    /// Being stopped.
    case stopping
    /// Recorded, and not known to the backend.
    case unknown
    case starting(since: Timestamp)
    case ready(RoutingTable.Address)
    /// It was ready and does not answer; nil while it is not known since when.
    case unready(since: Timestamp?)
    /// Its files are not those of the version. It gets no traffic any more, whatever it answers.
    case corrupt(IntegrityObservation)
    /// It ended, for the so-manieth time in a row.
    case exited(Ending, at: Timestamp, failures: Int)
}

/// Replicas that run and are not in the record are drift: they are not in here, and nothing touches them.
struct ReplicaSet {
    let record: RecordedState.EndpointRecord
    let situation: Situation

    var all: [ReplicaID] { record.replicas.keys.sorted() }
    var routedDeployment: DeploymentID? { record.route?.targets.first?.deployment }

    var routed: Set<ReplicaID> { Set(record.route?.targets.flatMap { $0.replicas.map(\.replica) } ?? []) }

    func ordinals(of deployment: DeploymentID) -> [Int] {
        Set(all.filter { $0.deployment == deployment }.map(\.ordinal)).sorted()
    }

    /// The replica started last at a place.
    func newest(_ deployment: DeploymentID, _ ordinal: Int) -> ReplicaID? {
        all.last { $0.deployment == deployment && $0.ordinal == ordinal }
    }

    func place(_ deployment: DeploymentID, _ ordinal: Int) -> RecordedState.PlaceRecord? {
        record.places[deployment]?[ordinal]
    }

    func condition(of id: ReplicaID) -> ReplicaCondition {
        if situation.isOpen(Action.stopReplica(ReplicaStopOrder(id: id, drain: .seconds(0))).key) { return .stopping }
        guard let known = record.replicas[id] else { return .unknown }
        let failures = place(id.deployment, id.ordinal)?.failures ?? 0
        if let exit = known.exit {
            return .exited(exit, at: known.exitedAt ?? known.startedAt, failures: max(failures, 1))
        }
        if let incident = known.incident, !isEnded(id) { return .corrupt(incident.observation) }
        guard let seen = situation.live.replicas[id] else { return unseen(id, known) }
        if let integrity = seen.integrity, integrity.fault != nil, !isEnded(id) { return .corrupt(integrity) }
        switch seen.phase {
        // It was ready once, or it would not have been routed: a supervisor that was restarted has forgotten that.
        case .starting:
            return routed.contains(id) ? .unready(since: seen.notReadySince) : .starting(since: began(seen, known))
        case .ready: return seen.address.map(ReplicaCondition.ready) ?? .starting(since: began(seen, known))
        case .unready: return .unready(since: seen.notReadySince)
        case .exited(let ending, let at):
            return .exited(ending, at: min(max(at, known.startedAt), situation.now), failures: failures + 1)
        }
    }

    /// When it began. The backend's clock may be set otherwise than the one entries are dated by: it began no earlier
    /// than its start was intended, and no later than it was first seen.
    private func began(_ seen: ReplicaObservation, _ known: RecordedState.ReplicaRecord) -> Timestamp {
        max(known.startedAt, min(seen.startedAt, seen.notReadySince ?? situation.now))
    }

    /// How its files were last seen, where they are not those of the version and its process may still run.
    func corruption(of id: ReplicaID) -> IntegrityObservation? {
        if case .corrupt(let observation) = condition(of: id) { observation } else { nil }
    }

    /// What was seen of its files when they were not those that were approved, whatever it is doing now: what is on
    /// record, or else what the backend shows.
    func fault(of id: ReplicaID) -> IntegrityObservation? {
        if let incident = record.replicas[id]?.incident { return incident.observation }
        return situation.live.replicas[id]?.integrity.flatMap { $0.fault == nil ? nil : $0 }
    }

    private func isEnded(_ id: ReplicaID) -> Bool {
        if case .exited? = situation.live.replicas[id]?.phase { true } else { false }
    }

    /// Whether it can answer requests now.
    func address(of id: ReplicaID) -> RoutingTable.Address? {
        if case .ready(let address) = condition(of: id) { address } else { nil }
    }

    /// A start that was confirmed a moment ago is not yet in what the backend showed.
    private func unseen(_ id: ReplicaID, _ known: RecordedState.ReplicaRecord) -> ReplicaCondition {
        guard let key = ActionKey("start/\(id)") else { return .unknown }
        let isConfirmed = situation.recorded.failures[key] == nil && situation.recorded.openIntents[key] == nil
        return isConfirmed && situation.isRecent(known.startedAt) ? .starting(since: known.startedAt) : .unknown
    }
}
