// One pass: plan what is due, record the verdicts and the intents, hand out the acts.
import Foundation
import WritExecutor
import WritLedger
import WritManifests
import WritPlanner
import WritVocabulary

extension ControllerMachine {
    /// Plans the due resources until nothing new follows from what was recorded.
    mutating func pass(at now: Timestamp) throws -> [ControllerEffect] {
        guard canPlan, let live else { return [] }
        var effects: [ControllerEffect] = []
        for _ in 0..<limits.roundsPerPass {
            callFromBacklog(at: now)
            let scope = queue.take(limits.resourcesPerPass)
            if scope.isEmpty { break }
            effects += try round(scope, live: live, at: now)
        }
        return effects
    }

    /// As many resources as there is room for now are planned again.
    private mutating func callFromBacklog(at now: Timestamp) {
        guard Room.allCases.contains(where: { backlog.count($0) > 0 }) else { return }
        let admission = admission(at: now)
        for room in Room.allCases {
            for (resource, cause) in backlog.take(admission.free(room), from: room) {
                queue.add([resource], because: cause)
            }
        }
    }

    private mutating func round(
        _ scope: [ResourceID: Cause], live: LiveState, at now: Timestamp
    ) throws -> [ControllerEffect] {
        let (plan, violations) = try plan(Set(scope.keys), live, at: now)
        guard violations.isEmpty else { return try isolate(violations, scope, live, at: now) }

        let (found, refusedRoom) = admit(plan.actions, at: now)
        let admitted = try found.map(complete)
        var drafts = try verdicts(of: plan, scope, admitted: admitted.count, at: now)
        let changed = conditionChanges(plan.findings, scope, at: now)
        drafts += changed
        drafts += admitted.map { Journal.intent($0, cause: scope[$0.resource] ?? .schedule("pass"), at: now) }
        let dependents = dependents(of: changed, beside: scope)
        try record(drafts)

        for planned in admitted {
            inFlight[planned.key] = planned
            causes[planned.key] = scope[planned.resource]
        }
        follow(plan, scope, at: now)
        for (resource, room) in refusedRoom {
            backlog.add(resource, to: room, because: scope[resource] ?? .schedule("pass"))
        }
        for (resource, cause) in dependents { queue.add([resource], because: cause) }
        return admitted.map { .perform($0) }
    }

    /// The observed state lives only in here: the ledger folds the entries that follow in place.
    private func plan(
        _ scope: Set<ResourceID>, _ live: LiveState, at now: Timestamp
    ) throws -> (plan: Plan, violations: [String]) {
        let observed = ObservedState(recorded: log.state, live: live)
        let plan = try planner.plan(
            scope: scope, desired: desired, observed: observed, inFlight: Set(inFlight.keys), now: now)
        return (plan, PlanChecker().check(plan, scope: scope, desired: desired, observed: observed, at: now))
    }

    /// Resources beside the scope that look at one whose condition is another now.
    private func dependents(of changed: [EntryDraft], beside scope: [ResourceID: Cause]) -> [ResourceID: Cause] {
        var found: [ResourceID: Cause] = [:]
        for draft in changed {
            guard case .conditionsChanged(let new) = draft.event, let id = draft.subject else { continue }
            if log.state.conditions[id]?.word == new.word { continue }
            for dependent in desired.dependents(of: id) where scope[dependent] == nil {
                found[dependent] = draft.cause
            }
        }
        return found
    }

    private func verdicts(
        of plan: Plan, _ scope: [ResourceID: Cause], admitted: Int, at now: Timestamp
    ) throws -> [EntryDraft] {
        let rejections = plan.rejections ?? []
        guard admitted > 0 || !plan.judgements.isEmpty || !rejections.isEmpty else { return [] }
        let evidence = try keep(try Canonical.encode(plan))
        let cause = scope.min { $0.key < $1.key }?.value ?? .schedule("pass")
        let planned = Event.planned(evidence, actions: plan.actions.count, judgements: plan.judgements.count)
        return [EntryDraft(time: now, cause: cause, subject: nil, event: planned)]
            + plan.judgements.map { judgement in
                let model = ResourceID(.model, judgement.model)
                return EntryDraft(time: now, cause: scope[model] ?? cause, subject: model, event: .judged(judgement))
            }
            + rejections.map { rejection in
                let endpoint = ResourceID(.endpoint, rejection.endpoint)
                return EntryDraft(
                    time: now, cause: .measurement(rejection.reason), subject: endpoint, event: .rejected(rejection))
            }
    }

    private func conditionChanges(
        _ findings: [Finding], _ scope: [ResourceID: Cause], at now: Timestamp
    ) -> [EntryDraft] {
        findings.compactMap { finding in
            let id = finding.resource
            let known = log.state.conditions[id]
            let cause = scope[id] ?? .schedule("pass")
            if desired.resources[id] == nil, finding.standing == .settled {
                return known == nil ? nil : EntryDraft(time: now, cause: cause, subject: id, event: .removed)
            }
            let new = Conditions(of: dated(finding), revision: desired.revision)
            if new.saysSame(as: known) { return nil }
            return EntryDraft(time: now, cause: cause, subject: id, event: .conditionsChanged(new))
        }
    }

    /// The actions that may begin now, and for what the others' resources lack room.
    private func admit(_ actions: [PlannedAction], at now: Timestamp) -> ([PlannedAction], [(ResourceID, Room)]) {
        var admission = admission(at: now)
        var admitted: [PlannedAction] = []
        var refused: [(ResourceID, Room)] = []
        for planned in actions where inFlight[planned.key] == nil {
            if let room = admission.admit(planned.action) {
                refused.append((planned.resource, room))
            } else {
                admitted.append(planned)
            }
        }
        return (admitted, refused)
    }

    private func admission(at now: Timestamp) -> Admission {
        Admission(limits: limits, inFlight: inFlight, runningExecutions: runningExecutions(at: now))
    }

    /// Executions that use a place: about to start, seen running, or started so recently that they were not seen yet.
    /// What a backend has lost uses none, or nothing could be started in its place.
    private func runningExecutions(at now: Timestamp) -> Int {
        var running: Set<ExecutionID> = []
        for planned in inFlight.values {
            if case .execute(let order) = planned.action { running.insert(order.id) }
        }
        let recorded = log.state
        for id in recorded.unfinished.values.joined() where isRunning(id, recorded, at: now) { running.insert(id) }
        return running.count
    }

    private func isRunning(_ id: ExecutionID, _ recorded: RecordedState, at now: Timestamp) -> Bool {
        switch live?.executions[id] {
        case .preparing, .running: return true
        case .finished: return false
        case nil:
            guard let record = recorded.executions[id], record.started else { return false }
            return now < record.intendedAt + planner.limits.observationGrace
        }
    }

    /// Decides when each planned resource is looked at again.
    private mutating func follow(_ plan: Plan, _ scope: [ResourceID: Cause], at now: Timestamp) {
        let own = Set(inFlight.values.map(\.resource))
        for finding in plan.findings {
            let id = finding.resource
            queue.setAlarm(id, at: finding.until)
            let waits = finding.standing == .waiting || finding.standing == .acting
            set(id, in: \.awaitingGateway, waits && id.kind == .endpoint)
            set(id, in: \.watched, finding.standing == .acting || finding.isSeenInTheWorld)
            set(id, in: \.awaitingOthers, finding.isAboutOthersWork && !own.contains(id) && !runsOwn(id, at: now))
        }
        // A recorded verdict is news for its model.
        for judgement in plan.judgements {
            let model = ResourceID(.model, judgement.model)
            queue.add([model], because: scope[model] ?? .measurement("judged"))
        }
        for rejection in plan.rejections ?? [] {
            queue.add([ResourceID(.endpoint, rejection.endpoint)], because: .measurement(rejection.reason))
        }
    }

    /// A proposal gets what only the controller has: the manifest's blob, and the text people will read.
    private func complete(_ planned: PlannedAction) throws -> PlannedAction {
        guard case .propose(var order) = planned.action else { return planned }
        order.manifest = index.blob(of: order.path)
        let text = try ProposalText.body(
            order: order, desired: desired, recorded: log.state, limit: ControllerLimits.proposalCharacters)
        order.body = try keep(Data(text.utf8))
        var completed = planned
        completed.action = .propose(order)
        return completed
    }

    private func runsOwn(_ id: ResourceID, at now: Timestamp) -> Bool {
        let recorded = log.state
        return recorded.unfinished[id]?.contains { isRunning($0, recorded, at: now) } ?? false
    }

    private mutating func set(
        _ id: ResourceID, in set: WritableKeyPath<ControllerMachine, Set<ResourceID>>, _ isMember: Bool
    ) {
        if isMember {
            self[keyPath: set].insert(id)
        } else {
            self[keyPath: set].remove(id)
        }
    }

    /// A plan that breaks a law is a fault of Writ's own. The resource that breaks it is found by halving, so that it
    /// delays no other; nothing is done for it, and it says so.
    private mutating func isolate(
        _ violations: [String], _ scope: [ResourceID: Cause], _ live: LiveState, at now: Timestamp
    ) throws -> [ControllerEffect] {
        let ids = scope.keys.sorted()
        guard ids.count > 1 else { return try refuse(violations, scope, at: now) }
        let first = Set(ids.prefix(ids.count / 2))
        return try round(scope.filter { first.contains($0.key) }, live: live, at: now)
            + round(scope.filter { !first.contains($0.key) }, live: live, at: now)
    }

    private mutating func refuse(
        _ violations: [String], _ scope: [ResourceID: Cause], at now: Timestamp
    ) throws -> [ControllerEffect] {
        let message =
            "the plan was refused by its checker, nothing was done: \(violations.first ?? ""); please report this"
        let findings = scope.keys.sorted().map { Finding($0, .refused, Reason(.actionFailed, message)) }
        try record(conditionChanges(findings, scope, at: now))
        for finding in findings { queue.setAlarm(finding.resource, at: now + limits.refusedPlanPause) }
        return []
    }
}

extension Finding {
    /// Whether the next look at the backends may change it.
    fileprivate var isSeenInTheWorld: Bool {
        guard standing == .waiting else { return false }
        return switch reason.code {
        case .executionRunning, .actionRunning, .replicasStarting, .replicaNotReady, .draining, .gatewayAway,
            .gatewayBehind, .notObserved, .superseded, .parallelLimit, .bytesDiffer:
            true
        case .converged, .notPinned, .contentChanged, .recipeIsNew, .retrying, .trialOfSweep, .evaluationMissing,
            .championNotComparable, .gatesPassed, .importDeclared, .versionPinned, .replicaMissing, .replicaExited,
            .replicasReady, .replaced, .notDeclared, .backingOff, .datasetNotReady, .versionUnknown, .suspended,
            .snapshotRefused, .executionFailed, .gatesFailed, .digestDiffers, .actionFailed, .sourceMissing,
            .nothingSucceeded, .rolledBack, .takenBack, .newerVersion, .inForce,
            .versionRegistered, .trafficMoved:
            false
        }
    }

    fileprivate var isAboutOthersWork: Bool {
        standing == .waiting && (reason.code == .executionRunning || reason.code == .actionRunning)
    }
}
