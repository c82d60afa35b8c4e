// Keeps the places of a deployment filled: starts, restarts, and gives up on what does not become ready.
import WritVocabulary

struct ReplicaRules {
    let situation: Situation
    let endpoint: ResourceID
    let replicas: ReplicaSet
    /// Why a deployment is to run at all; nil: its version is pinned.
    var wish: Reason? = nil

    /// Sees to every given place of the deployment.
    func maintain(_ deployment: Deployment, _ ordinals: some Sequence<Int>, drain: TimeSpan, into draft: inout Draft) {
        for ordinal in ordinals {
            guard let id = replicas.newest(deployment.id, ordinal) else {
                begin(deployment, ordinal, into: &draft)
                continue
            }
            switch replicas.condition(of: id) {
            case .ready: break
            case .stopping:
                draft.note(Step(.waiting, .actionRunning, "\(id) is being stopped"), for: endpoint)
            case .unknown:
                start(deployment, id, Reason(.replicaMissing, "the backend does not know \(id)"), into: &draft)
            case .starting(let since):
                giveUp(on: id, since: since, deployment.health.timeout, drain: drain, into: &draft)
            case .corrupt(let observation):
                layAnew(deployment, id, observation, into: &draft)
            case .unready(let since):
                replace(deployment, id, silentSince: since, into: &draft)
            case .exited(let ending, let at, let failures):
                restart(deployment, id, ending, at: at, failures: failures, into: &draft)
            }
        }
    }

    /// Nothing runs at the place: the first start, or the next after one that did not become ready.
    private func begin(_ deployment: Deployment, _ ordinal: Int, into draft: inout Draft) {
        let wish = wish ?? Reason(.versionPinned, "version \(deployment.version.number) is pinned")
        guard let place = replicas.place(deployment.id, ordinal) else {
            let id = ReplicaID(deployment.id, ordinal: ordinal, generation: 0)
            return start(deployment, id, wish, into: &draft)
        }
        let id = ReplicaID(deployment.id, ordinal: ordinal, generation: place.generation + 1)
        if let due = dueAfterIncidents(place) {
            let words =
                "replicas at place \(ordinal) of \(deployment.id) had other bytes than version"
                + " \(deployment.version.number) \(times(place.incidents ?? 0)) in a row"
            return draft.note(Step(.waiting, .bytesDiffer, words, until: due), for: endpoint)
        }
        guard let failedAt = place.failedAt, place.failures > 0 else {
            return start(
                deployment, id, Reason(.replicaMissing, "\(wish.message) and its place \(ordinal) is empty"),
                into: &draft)
        }
        let due = failedAt + situation.limits.replicaBackoff.pause(afterFailures: place.failures)
        if situation.now < due {
            let words = "place \(ordinal) of \(deployment.id) failed \(times(place.failures))"
            return draft.note(Step(.waiting, .backingOff, words, until: due), for: endpoint)
        }
        start(
            deployment, id,
            Reason(.replicaMissing, "place \(ordinal) failed \(times(place.failures)) and is tried again"), into: &draft
        )
    }

    /// Waits for readiness, and stops what did not get there in time.
    private func giveUp(
        on id: ReplicaID, since: Timestamp, _ timeout: TimeSpan, drain: TimeSpan, into draft: inout Draft
    ) {
        let due = since + timeout
        if situation.now < due {
            return draft.note(Step(.waiting, .replicasStarting, "\(id) is starting", until: due), for: endpoint)
        }
        let reason = Reason(.replicaNotReady, "\(id) was not ready within \(timeout)")
        draft.propose(
            .stopReplica(ReplicaStopOrder(id: id, drain: drain)), for: endpoint, because: reason, in: situation)
    }

    /// What was ready gets time to recover; then another is started beside it. The silent one is stopped once the route
    /// has left it, so that it goes on with what it may still answer.
    private func replace(
        _ deployment: Deployment, _ id: ReplicaID, silentSince since: Timestamp?, into draft: inout Draft
    ) {
        let patience = max(situation.limits.unreadyPatience, deployment.health.timeout)
        let due = since.map { $0 + patience }
        guard let due, due <= situation.now else {
            let words = "\(id) was ready and does not answer"
            return draft.note(Step(.waiting, .replicaNotReady, words, until: due), for: endpoint)
        }
        let place = replicas.place(deployment.id, id.ordinal) ?? RecordedState.PlaceRecord(generation: id.generation)
        let retry = (place.failedAt ?? due) + situation.limits.replicaBackoff.pause(afterFailures: place.failures)
        if situation.now < retry {
            let words = "\(id) does not answer, and place \(id.ordinal) failed \(times(place.failures))"
            return draft.note(Step(.waiting, .backingOff, words, until: retry), for: endpoint)
        }
        let next = ReplicaID(deployment.id, ordinal: id.ordinal, generation: place.generation + 1)
        let words = "\(id) was ready and has not answered for \(patience)"
        start(deployment, next, Reason(.replicaNotReady, words), into: &draft)
    }

    /// Other bytes than were approved: the files are laid anew for another process, beside the one that is being
    /// stopped. This counts as no failure of the deployment, which may be taken back for those: the version is as it
    /// was, and it was this machine or somebody on it that changed what lies there.
    private func layAnew(
        _ deployment: Deployment, _ id: ReplicaID, _ observation: IntegrityObservation, into draft: inout Draft
    ) {
        let words = IntegrityWords.sentence(id, deployment.version, observation)
        let place = replicas.place(deployment.id, id.ordinal) ?? RecordedState.PlaceRecord(generation: id.generation)
        if let due = dueAfterIncidents(place) {
            return draft.note(Step(.waiting, .bytesDiffer, words, until: due), for: endpoint)
        }
        let next = ReplicaID(deployment.id, ordinal: id.ordinal, generation: place.generation + 1)
        start(deployment, next, Reason(.bytesDiffer, words), into: &draft)
    }

    /// When the place may be filled again after replicas with wrong bytes; nil where it may be now.
    private func dueAfterIncidents(_ place: RecordedState.PlaceRecord) -> Timestamp? {
        guard let at = place.incidentAt else { return nil }
        let due = at + situation.limits.incidentBackoff.pause(afterFailures: place.incidents ?? 0)
        return situation.now < due ? due : nil
    }

    private func restart(
        _ deployment: Deployment, _ id: ReplicaID, _ ending: Ending, at: Timestamp, failures: Int,
        into draft: inout Draft
    ) {
        let crash = at + situation.limits.replicaBackoff.pause(afterFailures: failures)
        let due = replicas.place(deployment.id, id.ordinal).flatMap(dueAfterIncidents).map { max($0, crash) } ?? crash
        if situation.now < due {
            let words = "\(id) ended: \(ending.summary); \(times(failures)) in a row"
            return draft.note(Step(.waiting, .backingOff, words, until: due), for: endpoint)
        }
        let next = ReplicaID(id.deployment, ordinal: id.ordinal, generation: id.generation + 1)
        start(deployment, next, Reason(.replicaExited, "\(id) ended: \(ending.summary)"), into: &draft)
    }

    private func start(_ deployment: Deployment, _ id: ReplicaID, _ reason: Reason, into draft: inout Draft) {
        var order = deployment.order(ordinal: id.ordinal, generation: id.generation)
        order.walled = WallRules(situation: situation).demand(order.version, on: endpoint) ? true : nil
        draft.propose(.startReplica(order), for: endpoint, because: reason, in: situation)
    }

    private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}
