// The loop as a state machine: events in, effects out. Everything Writ decides, it decides here or in what this calls.
import Foundation
import WritBackends
import WritExecutor
import WritLedger
import WritManifests
import WritPlanner
import WritVocabulary

/// Decides what happens next. It knows no clock, no task and no network; its only act is to write the ledger, because an
/// intent must be durable before the effect that carries it out is handed to the shell.
public struct ControllerMachine {
    let limits: ControllerLimits
    let planner: Planner
    let log: any EntryLog
    /// Keeps evidence and returns its digest.
    let keep: (Data) throws -> Digest

    public internal(set) var desired = DesiredState()
    public internal(set) var live: LiveState?
    /// When the backends last answered completely.
    public internal(set) var observedAt: Timestamp?
    public internal(set) var source = SourceProgress()
    var index = ManifestIndex()
    /// A revision that is compiled and waits for the contents of the paths it names.
    var compiled: PreparedUpdate?
    var queue = WorkQueue()
    /// Actions handed to the shell and not yet back, with the cause that planned them.
    var inFlight: [ActionKey: PlannedAction] = [:]
    var causes: [ActionKey: Cause] = [:]
    /// Executions whose end is not recorded.
    var unfinished: Set<ExecutionID> = []
    /// Resources that wait for an execution, or for room to start one: planned again whenever one ends.
    var awaitingExecution: Set<ResourceID> = []
    var awaitingGateway: Set<ResourceID> = []
    var fileUsers: [String: Set<ResourceID>] = [:]
    var driftSeen: Set<String> = []
    var adoptionPending = true
    var observing = false
    var nextObservation = Timestamp(milliseconds: 0)

    public init(
        limits: ControllerLimits, planner: Planner, log: any EntryLog, keep: @escaping (Data) throws -> Digest
    ) {
        self.limits = limits
        self.planner = planner
        self.log = log
        self.keep = keep
    }

    /// Takes in what happened and returns what to do. Throws only when the ledger cannot be written: then nothing may be done.
    public mutating func handle(_ events: [ControllerEvent], at now: Timestamp) throws -> [ControllerEffect] {
        var effects: [ControllerEffect] = []
        try performed(events.compactMap(\.performed), at: now)
        for event in events { effects += try absorb(event, at: now) }
        queue.ring(at: now)
        try expireSuspensions(at: now)
        effects += try pass(at: now)
        if let look = observe(at: now) { effects.append(look) }
        if let step = source.step(at: now, limits: limits, accepted: log.state.source.accepted) { effects.append(step) }
        return effects
    }

    /// The next moment at which `handle` must be called even if nothing happens.
    public func wakeAt(now: Timestamp) -> Timestamp {
        let moments = [queue.isEmpty ? nil : now, queue.nextAlarm, observing ? nil : nextObservation, source.nextPoll]
        return moments.compactMap(\.self).min() ?? now + limits.idleObservation
    }

    private mutating func absorb(_ event: ControllerEvent, at now: Timestamp) throws -> [ControllerEffect] {
        switch event {
        case .started(let version): return try start(version, at: now)
        case .wake:
            source.wake()
            nextObservation = now
            return []
        case .tick: return []
        case .fetched(let result):
            try fetched(result, at: now)
            return []
        case .changesRead(let revision, let result): return try changesRead(revision, result, at: now)
        case .contentsRead(let revision, let result): return try contentsRead(revision, result, at: now)
        case .observed(let observation):
            try observed(observation, at: now)
            return []
        case .performed:
            // Taken in before, all outcomes of a step in one durable write.
            return []
        case .operatorAct(let act):
            try operatorAct(act, at: now)
            return []
        }
    }

    /// Begins with what the ledger knows: acts whose outcome is open are performed again under their own keys.
    private mutating func start(_ version: String, at now: Timestamp) throws -> [ControllerEffect] {
        try record([EntryDraft(time: now, cause: .operatorAct(actor: "start"), subject: nil, event: .controllerStarted(version: version))])
        for (id, execution) in log.state.executions where execution.outcome == nil {
            let isOpen = log.state.openIntents[Action.execute(execution.order).key] != nil
            if execution.started || isOpen { unfinished.insert(id) }
        }
        source.start(accepted: log.state.source.accepted)
        nextObservation = now
        return Journal.unfinished(log.state).map { planned in
            inFlight[planned.key] = planned
            causes[planned.key] = .operatorAct(actor: "start")
            return .perform(planned)
        }
    }

    /// Appends entries, in batches the ledger takes; state changes only through them. What follows from an entry is
    /// done after this returns, so a crash between two batches is a crash before the act.
    mutating func record(_ drafts: [EntryDraft]) throws {
        for start in stride(from: 0, to: drafts.count, by: ControllerLimits.entriesPerAppend) {
            try log.append(Array(drafts[start..<min(start + ControllerLimits.entriesPerAppend, drafts.count)]))
        }
    }

    private mutating func performed(_ finished: [Performed], at now: Timestamp) throws {
        try record(
            finished.map { performed in
                let key = performed.planned.key
                return Journal.outcome(performed, cause: causes[key] ?? .measurement("\(key) ended"), at: now)
            })
        for performed in finished {
            let planned = performed.planned
            causes[planned.key] = nil
            inFlight[planned.key] = nil
            if case .execute(let order) = planned.action, case .success = performed.result { unfinished.insert(order.id) }
            queue.add(affected(by: planned), because: .measurement("\(planned.action.verb) ended"))
        }
        guard !finished.isEmpty else { return }
        nextObservation = min(nextObservation, now)
        // Once for all of them: whoever waits for room or for the gateway looks again.
        queue.add(awaitingExecution, because: .measurement("an action ended"))
        queue.add(awaitingGateway, because: .measurement("an action ended"))
    }

    /// The resources whose plan an action's outcome may change.
    private func affected(by planned: PlannedAction) -> Set<ResourceID> {
        var touched: Set<ResourceID> = [planned.resource]
        if case .publish(let change) = planned.action {
            for endpoint in change.routes.map(\.endpoint) + change.removed { touched.insert(ResourceID(.endpoint, endpoint)) }
        }
        return desired.withDependents(touched)
    }

    private mutating func operatorAct(_ act: OperatorAct, at now: Timestamp) throws {
        switch act {
        case .suspend(let resource, let suspension):
            let cause = Cause.operatorAct(actor: suspension.actor)
            try record([EntryDraft(time: now, cause: cause, subject: resource, event: .suspended(suspension))])
            queue.add([resource], because: cause)
        case .resume(let resource, let actor):
            try record([EntryDraft(time: now, cause: .operatorAct(actor: actor), subject: resource, event: .resumed(actor: actor))])
            queue.add([resource], because: .operatorAct(actor: actor))
        case .acceptTip(let tip, let actor, let reason):
            let event = Event.tipAccepted(tip, actor: actor, reason: reason)
            try record([EntryDraft(time: now, cause: .operatorAct(actor: actor), subject: nil, event: event)])
            source.accept(tip)
        }
    }

    private mutating func expireSuspensions(at now: Timestamp) throws {
        for (resource, suspension) in log.state.suspensions.sorted(by: { $0.key < $1.key }) where suspension.until <= now {
            let cause = Cause.schedule("the suspension expired")
            try record([EntryDraft(time: now, cause: cause, subject: resource, event: .resumed(actor: "expiry"))])
            queue.add([resource], because: cause)
        }
    }
}
