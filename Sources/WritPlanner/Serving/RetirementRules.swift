// Stops replicas nobody wants, once no request can reach them.
import WritVocabulary

struct RetirementRules {
    let situation: Situation
    let endpoint: ResourceID
    let replicas: ReplicaSet
    let drain: TimeSpan

    /// Stops every recorded replica but the kept ones. What is still routed has to leave the route first.
    ///
    /// What has wrong bytes is never kept, and gets no time to finish: its answers are worth nothing.
    func retire(allBut kept: Set<ReplicaID>, because reason: Reason, into draft: inout Draft) {
        for id in replicas.all {
            if let observation = replicas.corruption(of: id) {
                stopCorrupt(id, observation, into: &draft)
            } else if kept.contains(id) {
                continue
            } else if case .exited = replicas.condition(of: id) {
                // A process that ended holds no request, wherever the route still names it.
                stop(id, because: Reason(.replaced, "\(id) has ended"), into: &draft)
            } else if replicas.routed.contains(id) {
                continue
            } else if let step = obstacle(to: id) {
                draft.note(step, for: endpoint)
            } else {
                stop(id, because: reason, into: &draft)
            }
        }
    }

    /// Stops only what has wrong bytes.
    func retireCorrupt(into draft: inout Draft) {
        for id in replicas.all {
            if let observation = replicas.corruption(of: id) { stopCorrupt(id, observation, into: &draft) }
        }
    }

    private func stopCorrupt(_ id: ReplicaID, _ observation: IntegrityObservation, into draft: inout Draft) {
        guard let version = replicas.record.replicas[id]?.version else { return }
        let reason = Reason(.bytesDiffer, IntegrityWords.sentence(id, version, observation))
        let cut = RetirementRules(situation: situation, endpoint: endpoint, replicas: replicas, drain: .seconds(0))
        if replicas.routed.contains(id) {
            draft.note(Step(.waiting, reason), for: endpoint)
        } else if let step = cut.obstacle(to: id) {
            draft.note(step, for: endpoint)
            draft.note(Step(.waiting, reason), for: endpoint)
        } else {
            cut.stop(id, because: reason, into: &draft)
        }
    }

    private func stop(_ id: ReplicaID, because reason: Reason, into draft: inout Draft) {
        draft.propose(
            .stopReplica(ReplicaStopOrder(id: id, drain: drain)), for: endpoint, because: reason, in: situation)
    }

    /// What has to pass before a replica outside the route may be stopped: the gateway must run the table that left it
    /// out, and then its last requests end or their time is over.
    private func obstacle(to id: ReplicaID) -> Step? {
        if let key = ActionKey("start/\(id)"), situation.isOpen(key) {
            return Step(.waiting, .actionRunning, "\(id) is being started and will be stopped")
        }
        let record = replicas.record
        // A publish that failed may have taken effect: then the gateway routes to it, whatever the record says.
        if record.uncertain {
            return Step(.waiting, .gatewayBehind, "the last table may route to \(id); it is published again first")
        }
        guard record.routeNumber > 0 else { return nil }
        guard let gateway = situation.live.gateway else {
            return Step(.waiting, .gatewayAway, "the gateway does not answer, so \(id) may still have requests")
        }
        guard gateway.number >= record.routeNumber else {
            return Step(.waiting, .gatewayBehind, "the gateway does not run table \(record.routeNumber) yet")
        }
        guard gateway.active[id, default: 0] > 0, let routedAt = record.routedAt else { return nil }
        let until = routedAt + drain
        guard situation.now < until else { return nil }
        return Step(.waiting, .draining, "\(id) finishes its last requests", until: until)
    }
}
