// What the backends show: differences become entries, and entries make resources due.
import WritBackends
import WritLedger
import WritVocabulary

extension ControllerMachine {
    /// Asks the backends when it is time: often while something is under way, seldom while all is settled.
    mutating func observe(at now: Timestamp) -> ControllerEffect? {
        guard canObserve, nextObservation <= now else { return nil }
        observing = true
        return .observe(executions: Set(log.state.unfinished.values.joined()), files: Set(fileUsers.keys))
    }

    mutating func observed(_ observation: Observation, at now: Timestamp) throws {
        observing = false
        let isBusy = !inFlight.isEmpty || !watched.isEmpty
        nextObservation = now + (isBusy ? limits.busyObservation : limits.idleObservation)
        listen(observation.answered, at: now)
        let before = live ?? LiveState()
        let seen = merge(observation, into: before, at: now)
        if observation.isComplete { observedAt = now }
        guard live != nil || observation.isComplete else { return }
        live = seen
        try adopt(seen, at: now)
        try recordEnds(seen, at: now)
        queue.add(touched(before, seen), because: .measurement("the backends showed something new"))
    }

    private mutating func merge(_ observation: Observation, into before: LiveState, at now: Timestamp) -> LiveState {
        var seen = before
        if case .success(let executions) = observation.executions { seen.executions = executions }
        if case .success(let replicas) = observation.replicas {
            seen.replicas = replicas
            for (id, replica) in replicas where replica.phase.isAlive && replica.phase != .ready {
                seen.replicas[id]?.notReadySince = before.replicas[id]?.notReadySince ?? now
            }
        }
        if case .success(let files) = observation.files { seen.files = files }
        if case .success(let gateway?) = observation.gateway {
            gatewayMisses = 0
            seen.gateway = gateway
        } else {
            // One answer that is late is no news; the last one holds until some are missed.
            gatewayMisses += 1
            if gatewayMisses >= limits.gatewayMisses { seen.gateway = nil }
        }
        return seen
    }

    /// The first look after a start: what an earlier controller left running is recognised, once.
    private mutating func adopt(_ seen: LiveState, at now: Timestamp) throws {
        guard adoptionPending else { return }
        adoptionPending = false
        var drafts: [EntryDraft] = []
        let cause = Cause.operatorAct(actor: "start")
        for (id, phase) in seen.executions.sorted(by: { $0.key < $1.key }) {
            guard let record = log.state.executions[id], !phase.isFinished else { continue }
            let adopted = Event.adopted("execution \(id)")
            drafts.append(EntryDraft(time: now, cause: cause, subject: record.order.resource, event: adopted))
        }
        for (id, replica) in seen.replicas.sorted(by: { $0.key < $1.key }) where replica.phase.isAlive {
            guard let endpoint = log.state.endpoint(of: id), log.state.endpoints[endpoint]?.replicas[id] != nil else {
                continue
            }
            let subject = ResourceID(.endpoint, endpoint)
            drafts.append(EntryDraft(time: now, cause: cause, subject: subject, event: .adopted("replica \(id)")))
        }
        try record(drafts)
    }

    private mutating func recordEnds(_ seen: LiveState, at now: Timestamp) throws {
        var drafts: [EntryDraft] = []
        for (id, phase) in seen.executions.sorted(by: { $0.key < $1.key }) {
            guard case .finished(let outcome) = phase, let known = log.state.executions[id], known.outcome == nil else {
                continue
            }
            drafts.append(
                EntryDraft(
                    time: now, cause: .measurement("\(id) ended"), subject: known.order.resource,
                    event: .executionFinished(id, known.order.purpose, known.order.recipe, outcome)))
            queue.add(desired.withDependents([known.order.resource]), because: .measurement("\(id) ended"))
        }
        if !drafts.isEmpty { queue.add(awaitingOthers, because: .measurement("an execution ended")) }
        for (id, replica) in seen.replicas.sorted(by: { $0.key < $1.key }) {
            drafts += try replicaDrafts(id, replica, at: now)
        }
        if driftSeen.count > limits.rememberedDrift { driftSeen.formIntersection(seen.replicas.keys.map(\.text)) }
        try record(drafts)
    }

    private mutating func replicaDrafts(
        _ id: ReplicaID, _ replica: ReplicaObservation, at now: Timestamp
    ) throws -> [EntryDraft] {
        let endpoint = log.state.endpoint(of: id)
        guard let endpoint, let known = log.state.endpoints[endpoint]?.replicas[id] else {
            guard replica.phase.isAlive, driftSeen.insert(id.text).inserted else { return [] }
            let text = "replica \(id) runs and was not started by this controller; it is left alone"
            return [EntryDraft(time: now, cause: .measurement("observation"), subject: nil, event: .driftFound(text))]
        }
        let subject = ResourceID(.endpoint, endpoint)
        let incident = incident(of: id, replica, known).map { incident in
            EntryDraft(
                time: now, cause: .measurement("the bytes of \(id) differ"), subject: subject,
                event: .integrityFailed(incident))
        }
        guard case .exited(let ending, _) = replica.phase, known.exit == nil else { return incident.map { [$0] } ?? [] }
        let exited = Event.replicaExited(id, ending)
        return [incident, EntryDraft(time: now, cause: .measurement("\(id) ended"), subject: subject, event: exited)]
            .compactMap(\.self)
    }

    /// Recorded once for each replica, as it was first seen: from then on it gets no traffic, whatever is seen later.
    private func incident(
        of id: ReplicaID, _ replica: ReplicaObservation, _ known: RecordedState.ReplicaRecord
    ) -> IntegrityIncident? {
        guard known.incident == nil, let observation = replica.integrity, observation.fault != nil,
            let version = log.state.versions[known.version.model]?[known.version.number]
        else { return nil }
        return IntegrityIncident(
            replica: id, version: known.version, artefacts: version.artefacts, observation: observation)
    }

    /// The resources whose plan the difference between two looks may change.
    private func touched(_ before: LiveState, _ seen: LiveState) -> Set<ResourceID> {
        var touched: Set<ResourceID> = []
        for id in Set(before.executions.keys).union(seen.executions.keys)
        where before.executions[id] != seen.executions[id] {
            guard let record = log.state.executions[id] else { continue }
            touched.insert(record.order.resource)
            // Who else counts on it has to know that it is gone.
            if seen.executions[id] == nil, record.outcome == nil { touched.formUnion(awaitingOthers) }
        }
        if before.replicas != seen.replicas {
            for id in Set(before.replicas.keys).union(seen.replicas.keys)
            where before.replicas[id]?.news != seen.replicas[id]?.news {
                if let endpoint = log.state.endpoint(of: id) { touched.insert(ResourceID(.endpoint, endpoint)) }
            }
        }
        if before.files != seen.files {
            for (file, users) in fileUsers where before.files[file] != seen.files[file] { touched.formUnion(users) }
        }
        if before.gateway != seen.gateway {
            touched.formUnion(isNews(seen.gateway, after: before.gateway) ? endpoints : awaitingGateway)
        }
        return touched.union(desired.withDependents(touched.filter { $0.kind == .dataset }))
    }

    /// Whether what the gateway shows concerns endpoints that are at rest: it went away or came back, lost its table,
    /// or
    /// runs one that nobody on record published.
    private func isNews(_ gateway: GatewayObservation?, after before: GatewayObservation?) -> Bool {
        guard let gateway, let before else { return true }
        guard gateway.number != before.number else { return false }
        let isPublishing = inFlight.values.contains { if case .publish = $0.action { true } else { false } }
        return gateway.number < log.state.tableNumber || (gateway.number > log.state.tableNumber && !isPublishing)
    }

    private var endpoints: Set<ResourceID> { Set(log.state.endpoints.keys.map { ResourceID(.endpoint, $0) }) }
}

extension ExecutionPhase {
    fileprivate var isFinished: Bool {
        if case .finished = self { true } else { false }
    }
}

extension ReplicaObservation {
    /// Without when its files were last looked at: that they still are as they were is no news.
    fileprivate var news: ReplicaObservation {
        guard integrity?.fault == nil else { return self }
        var news = self
        news.integrity = nil
        return news
    }
}

extension ReplicaObservation.Phase {
    fileprivate var isAlive: Bool {
        if case .exited = self { false } else { true }
    }
}
