// One pass: plan what is due, record the verdicts and the intents, hand out the acts.
import Foundation
import WritExecutor
import WritLedger
import WritPlanner
import WritVocabulary

extension ControllerMachine {
    /// Plans the due resources until nothing new follows from what was recorded. Nothing is planned before the backends
    /// were observed once: a plan never guesses.
    mutating func pass(at now: Timestamp) throws -> [ControllerEffect] {
        guard let live, desired.revision != nil, adoptionPending == false else { return [] }
        var effects: [ControllerEffect] = []
        for _ in 0..<limits.roundsPerPass {
            let scope = queue.take(limits.resourcesPerPass)
            if scope.isEmpty { break }
            effects += try round(scope, live: live, at: now)
        }
        return effects
    }

    private mutating func round(
        _ scope: [ResourceID: Cause], live: LiveState, at now: Timestamp
    ) throws -> [ControllerEffect] {
        let observed = ObservedState(recorded: log.state, live: live)
        let plan = try planner.plan(
            scope: Set(scope.keys), desired: desired, observed: observed, inFlight: Set(inFlight.keys), now: now)
        let violations = PlanChecker().check(plan, scope: Set(scope.keys), desired: desired, observed: observed)
        guard violations.isEmpty else { return try refusePlan(plan, violations, scope, at: now) }

        var drafts = try verdicts(of: plan, scope, at: now)
        drafts += conditionChanges(plan.findings, scope, at: now)
        let admitted = admit(plan.actions)
        drafts += admitted.map { Journal.intent($0, cause: scope[$0.resource] ?? .schedule("pass"), at: now) }
        try record(drafts)

        follow(plan, scope, admitted: Set(admitted.map(\.key)))
        return admitted.map { planned in
            inFlight[planned.key] = planned
            causes[planned.key] = scope[planned.resource]
            return .perform(planned)
        }
    }

    private func verdicts(of plan: Plan, _ scope: [ResourceID: Cause], at now: Timestamp) throws -> [EntryDraft] {
        guard !plan.isEmpty else { return [] }
        let evidence = try keep(try Canonical.encode(plan))
        let cause = scope.min { $0.key < $1.key }?.value ?? .schedule("pass")
        let planned = Event.planned(evidence, actions: plan.actions.count, judgements: plan.judgements.count)
        return [EntryDraft(time: now, cause: cause, subject: nil, event: planned)]
            + plan.judgements.map { judgement in
                let model = ResourceID(.model, judgement.model)
                return EntryDraft(time: now, cause: scope[model] ?? cause, subject: model, event: .judged(judgement))
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
            let new = Conditions(of: finding, revision: desired.revision)
            return new.saysSame(as: known) ? nil : EntryDraft(time: now, cause: cause, subject: id, event: .conditionsChanged(new))
        }
    }

    private func admit(_ actions: [PlannedAction]) -> [PlannedAction] {
        var admission = Admission(limits: limits, inFlight: inFlight, runningExecutions: runningExecutions)
        return actions.filter { inFlight[$0.key] == nil && admission.admit($0.action) }
    }

    /// Executions that use a place: started and not ended, or about to start.
    private var runningExecutions: Int {
        let starting = inFlight.values.count {
            guard case .execute(let order) = $0.action else { return false }
            return !unfinished.contains(order.id)
        }
        return unfinished.count + starting
    }

    /// Decides when each planned resource is looked at again.
    private mutating func follow(_ plan: Plan, _ scope: [ResourceID: Cause], admitted: Set<ActionKey>) {
        for finding in plan.findings {
            queue.setAlarm(finding.resource, at: finding.until)
            let waits = finding.standing == .waiting || finding.standing == .acting
            setMembership(finding.resource, in: \.awaitingExecution, waits)
            setMembership(finding.resource, in: \.awaitingGateway, waits && finding.resource.kind == .endpoint)
        }
        // A recorded verdict is news for its model.
        for judgement in plan.judgements {
            let model = ResourceID(.model, judgement.model)
            queue.add([model], because: scope[model] ?? .measurement("judged"))
        }
    }

    private mutating func setMembership(
        _ id: ResourceID, in set: WritableKeyPath<ControllerMachine, Set<ResourceID>>, _ isMember: Bool
    ) {
        if isMember {
            self[keyPath: set].insert(id)
        } else {
            self[keyPath: set].remove(id)
        }
    }

    /// A plan that breaks a law is a fault of Writ's own: nothing of it is done, and every resource in it says so.
    private mutating func refusePlan(
        _ plan: Plan, _ violations: [String], _ scope: [ResourceID: Cause], at now: Timestamp
    ) throws -> [ControllerEffect] {
        let message = "the plan was refused by its checker, nothing was done: \(violations[0]); please report this"
        let findings = plan.actions.map(\.resource).sorted().map { Finding($0, .refused, Reason(.actionFailed, message)) }
        try record(conditionChanges(findings, scope, at: now))
        return []
    }
}
