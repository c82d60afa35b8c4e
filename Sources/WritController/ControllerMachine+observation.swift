// What the backends show: differences become entries, and entries make resources due.
import WritBackends
import WritLedger
import WritVocabulary

extension ControllerMachine {
    /// Asks the backends when it is time: often while something is under way, seldom while all is settled.
    mutating func observe(at now: Timestamp) -> ControllerEffect? {
        guard !observing, desired.revision != nil || !log.state.endpoints.isEmpty, nextObservation <= now else { return nil }
        observing = true
        return .observe(executions: unfinished, files: Set(fileUsers.keys))
    }

    mutating func observed(_ observation: Observation, at now: Timestamp) throws {
        observing = false
        let busy = !inFlight.isEmpty || !unfinished.isEmpty || !awaitingExecution.isEmpty
        nextObservation = now + (busy ? limits.busyObservation : limits.idleObservation)
        let before = live ?? LiveState()
        let seen = merge(observation, into: before)
        if observation.isComplete { observedAt = now }
        guard live != nil || observation.isComplete else { return }
        live = seen
        try adopt(seen, at: now)
        try recordEnds(seen, at: now)
        queue.add(touched(before, seen), because: .measurement("the backends showed something new"))
    }

    private func merge(_ observation: Observation, into before: LiveState) -> LiveState {
        var seen = before
        if case .success(let executions) = observation.executions { seen.executions = executions }
        if case .success(let replicas) = observation.replicas { seen.replicas = replicas }
        if case .success(let files) = observation.files { seen.files = files }
        switch observation.gateway {
        case .success(let gateway): seen.gateway = gateway
        case .failure: seen.gateway = nil
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
            drafts.append(EntryDraft(time: now, cause: cause, subject: record.order.resource, event: .adopted("execution \(id)")))
        }
        for (id, replica) in seen.replicas.sorted(by: { $0.key < $1.key }) where replica.phase.isAlive {
            guard let endpoint = log.state.endpoint(of: id), log.state.endpoints[endpoint]?.replicas[id] != nil else { continue }
            let subject = ResourceID(.endpoint, endpoint)
            drafts.append(EntryDraft(time: now, cause: cause, subject: subject, event: .adopted("replica \(id)")))
        }
        try record(drafts)
    }

    private mutating func recordEnds(_ seen: LiveState, at now: Timestamp) throws {
        var drafts: [EntryDraft] = []
        for (id, phase) in seen.executions.sorted(by: { $0.key < $1.key }) {
            guard case .finished(let outcome) = phase, let known = log.state.executions[id], known.outcome == nil else { continue }
            unfinished.remove(id)
            drafts.append(
                EntryDraft(
                    time: now, cause: .measurement("\(id) ended"), subject: known.order.resource,
                    event: .executionFinished(id, known.order.purpose, known.order.recipe, outcome)))
            queue.add(desired.withDependents([known.order.resource]), because: .measurement("\(id) ended"))
        }
        if !drafts.isEmpty { queue.add(awaitingExecution, because: .measurement("an execution ended")) }
        for (id, replica) in seen.replicas.sorted(by: { $0.key < $1.key }) {
            drafts += try replicaDrafts(id, replica, at: now)
        }
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
        guard case .exited(let ending, _) = replica.phase, known.exit == nil else { return [] }
        let subject = ResourceID(.endpoint, endpoint)
        return [EntryDraft(time: now, cause: .measurement("\(id) ended"), subject: subject, event: .replicaExited(id, ending))]
    }

    /// The resources whose plan the difference between two looks may change.
    private func touched(_ before: LiveState, _ seen: LiveState) -> Set<ResourceID> {
        var touched: Set<ResourceID> = []
        for (id, phase) in seen.executions where before.executions[id] != phase {
            if let record = log.state.executions[id] { touched.insert(record.order.resource) }
        }
        if before.replicas != seen.replicas {
            for id in Set(before.replicas.keys).union(seen.replicas.keys) where before.replicas[id] != seen.replicas[id] {
                if let endpoint = log.state.endpoint(of: id) { touched.insert(ResourceID(.endpoint, endpoint)) }
            }
        }
        if before.files != seen.files {
            for (file, users) in fileUsers where before.files[file] != seen.files[file] { touched.formUnion(users) }
        }
        if before.gateway != seen.gateway {
            touched.formUnion(awaitingGateway)
            if let gateway = seen.gateway, gateway.number < log.state.tableNumber, before.gateway?.number != gateway.number {
                touched.formUnion(log.state.endpoints.keys.map { ResourceID(.endpoint, $0) })
            }
        }
        return touched.union(desired.withDependents(touched.filter { $0.kind == .dataset }))
    }
}

extension ExecutionPhase {
    fileprivate var isFinished: Bool {
        if case .finished = self { true } else { false }
    }
}

extension ReplicaObservation.Phase {
    fileprivate var isAlive: Bool {
        if case .exited = self { false } else { true }
    }
}
