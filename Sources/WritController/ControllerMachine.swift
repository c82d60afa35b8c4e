// The loop as a state machine: events in, effects out. Everything Writ decides, it decides here or in what this calls.
import Foundation
import WritBackends
import WritExecutor
import WritLedger
import WritManifests
import WritPlanner
import WritVocabulary

/// Decides what happens next. It knows no clock, no task and no network; its only act is to write the ledger, because
/// an
/// intent must be durable before the effect that carries it out is handed to the shell.
public struct ControllerMachine {
    let limits: ControllerLimits
    let planner: Planner
    let governance: Governance
    let log: any EntryLog
    /// Keeps evidence and returns its digest.
    let keep: (Data) throws -> Digest

    public internal(set) var desired = DesiredState()
    public internal(set) var live: LiveState?
    /// When the backends last answered completely.
    public internal(set) var observedAt: Timestamp?
    public internal(set) var source = SourceProgress()
    var index = ManifestIndex()
    /// The commits between what is accepted and the tip, while policies judge them.
    var tracing: Tracing?
    /// A revision whose own keys are being looked at before it may put them in force, and the one that was last.
    var trusting: (compiled: CompiledRevision, contents: [RepositoryPath: ContentID])?
    var trusted: RevisionID?
    /// A change that is read whole and waits for what others say of it.
    var judging: JudgingStep?
    /// What the source is asked; another answer than this one comes too late.
    var awaiting: SourceQuestion?
    /// Resources that accepted revisions changed, to be planned when the tip is reached.
    var arrived: [ResourceID: Cause] = [:]
    /// A revision that is compiled and waits for the contents of the paths it names.
    var compiled: CompiledRevision?
    var queue = WorkQueue()
    /// Actions handed to the shell and not yet back, with the cause that planned them.
    var inFlight: [ActionKey: PlannedAction] = [:]
    var causes: [ActionKey: Cause] = [:]
    var backlog = Backlog()
    /// Resources that wait for what another one is doing: planned again whenever something ends.
    var awaitingOthers: Set<ResourceID> = []
    /// Endpoints whose next step depends on the gateway or on the table being published.
    var awaitingGateway: Set<ResourceID> = []
    /// Resources whose next step is seen in the world, so that it is looked at often.
    var watched: Set<ResourceID> = []
    /// When the first suspension expires.
    var nextExpiry: Timestamp?
    var time: SteadyTime
    /// Whether it is on record that the clock is behind.
    private var clockIsNoted = false
    var fileUsers: [String: Set<ResourceID>] = [:]
    var driftSeen: Set<String> = []
    var adoptionPending = true
    /// Looks in a row in which the gateway did not answer.
    var gatewayMisses = 0
    /// How often accepted manifests were given their small form, and whether that has room for them.
    public internal(set) var settlings = 0
    var canSettle = true
    /// When each backend last answered, and those that have been silent for so long that it is told.
    var heard: [WatchedBackend: Timestamp] = [:]
    var silent: Set<WatchedBackend> = []
    var observing = false
    var nextObservation = Timestamp(milliseconds: 0)

    public init(
        limits: ControllerLimits, planner: Planner, governance: Governance = Governance(), log: any EntryLog,
        keep: @escaping (Data) throws -> Digest
    ) {
        self.governance = governance
        self.limits = limits
        self.planner = planner
        self.log = log
        self.keep = keep
        time = SteadyTime(notBefore: log.state.lastTime ?? Timestamp(milliseconds: 0))
    }

    /// Takes in what happened and returns what to do. Throws only when the ledger cannot be written: then nothing may
    /// be done.
    public mutating func handle(_ events: [ControllerEvent], at clock: Timestamp) throws -> [ControllerEffect] {
        let now = time.reading(clock)
        try noteClock(clock, at: now)
        var effects: [ControllerEffect] = []
        try performed(events.compactMap(\.performed), at: now)
        for event in events { effects += asking(try absorb(event, at: now)) }
        arrive()
        queue.ring(at: now)
        try expireSuspensions(at: now)
        effects += try pass(at: now)
        if let look = observe(at: now) { effects.append(look) }
        if let step = source.step(at: now, limits: limits, accepted: log.state.source.accepted),
            let governed = try governed(step, at: now)
        {
            effects += asking([governed])
        }
        settle()
        return effects
    }

    private mutating func asking(_ effects: [ControllerEffect]) -> [ControllerEffect] {
        for effect in effects { awaiting = effect.question ?? awaiting }
        return effects
    }

    /// The next moment at which `handle` must be called even if nothing happens. It lies in the past only when calling
    /// leads to something: what waits for an answer wakes nobody.
    public func wakeAt(now: Timestamp) -> Timestamp {
        let moments = [
            queue.isEmpty || !canPlan ? nil : time.latest, canPlan ? queue.nextAlarm : nil,
            canObserve ? nextObservation : nil, source.wakeAt, nextExpiry,
        ]
        return moments.compactMap(\.self).min().map(time.onClock) ?? now + limits.idleObservation
    }

    /// Recorded once for each time the clock is found behind, however often the controller starts meanwhile.
    private mutating func noteClock(_ clock: Timestamp, at now: Timestamp) throws {
        guard time.lead > ControllerLimits.clockTolerance else {
            if time.lead == .seconds(0) { clockIsNoted = false }
            return
        }
        guard !clockIsNoted else { return }
        clockIsNoted = true
        let known = try log.entries(kind: "clockWentBack", limit: 1, newestFirst: true).first
        if let known, clock < known.time { return }
        let event = Event.clockWentBack(ClockStep(behind: time.lead))
        try record([EntryDraft(time: now, cause: .measurement("the clock"), subject: nil, event: event)])
    }

    /// Nothing is planned before the backends were observed once: a plan never guesses.
    var canPlan: Bool { live != nil && desired.revision != nil && !adoptionPending }

    var canObserve: Bool { !observing && (desired.revision != nil || !log.state.endpoints.isEmpty) }

    private mutating func absorb(_ event: ControllerEvent, at now: Timestamp) throws -> [ControllerEffect] {
        if let answered = event.answers {
            // Only a tip may be told without being asked for, and only while nothing is being read.
            guard answered == awaiting || (answered == .tip && awaiting == nil) else { return [] }
            awaiting = nil
        }
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
        case .historyRead(let tip, let result): return try historyRead(tip, result, at: now)
        case .trustChecked(let revision, let result): return try trustChecked(revision, result, at: now)
        case .consulted(let revision, let answers): return try consulted(revision, answers, at: now)
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
        let began = Event.controllerStarted(version: version)
        try record([EntryDraft(time: now, cause: .operatorAct(actor: "start"), subject: nil, event: began)])
        let source = log.state.source
        self.source.start(
            accepted: source.accepted, acceptedTip: source.acceptedTip, trusted: governance.trusted)
        nextExpiry = log.state.suspensions.values.map(\.until).min()
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
        let finished = finished.map(refusingRetiredKeys)
        try record(
            finished.map { performed in
                let key = performed.planned.key
                return Journal.outcome(performed, cause: causes[key] ?? .measurement("\(key) ended"), at: now)
            })
        try endProposals(madeBy: finished, at: now)
        for performed in finished {
            let planned = performed.planned
            let cause = causes.removeValue(forKey: planned.key) ?? .measurement("\(planned.action.verb) ended")
            inFlight[planned.key] = nil
            nextObservation = min(nextObservation, now)
            // What follows from an act has the cause the act had.
            queue.add(affected(by: planned), because: cause)
        }
        if !finished.isEmpty { queue.add(awaitingOthers, because: .measurement("an action ended")) }
    }

    /// A statement that was signed before its key gave its place to another would be recorded after it, where nobody
    /// can tell it from one that a thief of the old key made. It counts as not made, and is signed again.
    private func refusingRetiredKeys(_ performed: Performed) -> Performed {
        guard case .success(.attested(let made)) = performed.result,
            let key = made.map(\.key).sorted().first(where: { log.state.retiredKeys[$0] != nil }),
            let entry = log.state.retiredKeys[key]
        else { return performed }
        let failure = FailureRecord(
            code: "key-retired",
            message: "it was signed with the key \(key.short), which gave its place to another at entry \(entry); it is"
                + " signed again; when this goes on, put the newer attestation key back into the data directory",
            retry: .stalled)
        return Performed(planned: performed.planned, result: .failure(failure))
    }

    /// The resources whose plan an action's outcome may change.
    private func affected(by planned: PlannedAction) -> Set<ResourceID> {
        var touched: Set<ResourceID> = [planned.resource]
        if case .publish(let change) = planned.action {
            for endpoint in change.endpoints { touched.insert(ResourceID(.endpoint, endpoint)) }
            return touched.union(awaitingGateway)
        }
        return desired.withDependents(touched)
    }

    private mutating func operatorAct(_ act: OperatorAct, at now: Timestamp) throws {
        switch act {
        case .suspend(let resource, let suspension):
            let cause = Cause.operatorAct(actor: suspension.actor)
            try record([EntryDraft(time: now, cause: cause, subject: resource, event: .suspended(suspension))])
            nextExpiry = min(nextExpiry ?? suspension.until, suspension.until)
            queue.add([resource], because: cause)
        case .resume(let resource, let actor):
            let cause = Cause.operatorAct(actor: actor)
            try record([EntryDraft(time: now, cause: cause, subject: resource, event: .resumed(actor: actor))])
            queue.add([resource], because: cause)
        case .acceptTip(let tip, let actor, let reason):
            let event = Event.tipAccepted(tip, actor: actor, reason: reason)
            try record([EntryDraft(time: now, cause: .operatorAct(actor: actor), subject: nil, event: event)])
            source.accept(tip)
        case .custody(let act):
            let event: Event =
                switch act {
                case .expunge(let expunction): .expunged(expunction)
                case .hold(let hold): .holdPlaced(hold)
                case .release(let name, let actor, let reason):
                    .holdReleased(name: name, actor: actor, reason: reason)
                case .issue(let document): .documentIssued(document)
                }
            let cause = Cause.operatorAct(actor: act.actor)
            try record([EntryDraft(time: now, cause: cause, subject: nil, event: event)])
            if case .expunge(let expunction) = act { replanUsers(of: expunction, because: cause) }
        case .tell(let review):
            let cause = Cause.measurement("pull request \(review.number)")
            try record([EntryDraft(time: now, cause: cause, subject: nil, event: .requestReviewed(review))])
        case .decline(let id, let request):
            try decline(id, request, at: now)
        }
    }

    /// Datasets whose snapshots were taken out, and what learns from them.
    private mutating func replanUsers(of expunction: Expunction, because cause: Cause) {
        let taken = Set(expunction.blobs)
        let datasets = log.state.snapshots.values.filter { taken.contains($0.outcome.digest) }.map(\.dataset)
        let touched = Set(datasets.map { ResourceID(.dataset, $0) })
        queue.add(desired.withDependents(touched), because: cause)
    }

    /// Somebody closed a proposal's request without merging. One that Writ itself closes for a newer one is none.
    private mutating func decline(_ id: ProposalID, _ request: Int, at now: Timestamp) throws {
        let recorded = log.state
        guard let known = recorded.proposals[id], known.ending == nil, known.outcome.request == request else { return }
        let orders = recorded.openIntents.values.map(\.action) + recorded.failures.values.compactMap(\.action)
        let isReplaced = orders.contains { action in
            guard case .propose(let order) = action else { return false }
            return order.id == id || order.supersedes.contains(id)
        }
        guard !isReplaced else { return }
        let (subject, cause) = (ResourceID(.endpoint, id.endpoint), Cause.operatorAct(actor: "forge"))
        try record([EntryDraft(time: now, cause: cause, subject: subject, event: .proposalEnded(id, .declined))])
        queue.add([subject], because: cause)
    }

    private mutating func expireSuspensions(at now: Timestamp) throws {
        guard let expiry = nextExpiry, expiry <= now else { return }
        let expired = log.state.suspensions.filter { $0.value.until <= now }.keys.sorted()
        let cause = Cause.schedule("the suspension expired")
        try record(
            expired.map { EntryDraft(time: now, cause: cause, subject: $0, event: .resumed(actor: "expiry")) })
        queue.add(expired, because: cause)
        nextExpiry = log.state.suspensions.values.map(\.until).min()
    }
}
