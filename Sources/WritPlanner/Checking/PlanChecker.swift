// Asserts the laws over a plan before anything of it is done.
import WritVocabulary

/// Looks at a plan from outside: it shares no decision with the rules that made it.
///
/// Pure, and its cost follows the plan. An empty answer means that no law is broken.
public struct PlanChecker: Sendable {
    public init() {}

    /// The broken laws, a sentence each, sorted. `now` is the moment of the plan; without it no suspension is known to
    /// be in force.
    public func check(
        _ plan: Plan, scope: Set<ResourceID>, desired: DesiredState, observed: ObservedState, at now: Timestamp? = nil
    ) -> [String] {
        var broken = shape(of: plan, scope: scope)
        let routes = RouteChecks(desired: desired, recorded: observed.recorded, live: observed.live)
        let versions = VersionChecks(desired: desired, recorded: observed.recorded)
        let proposals = ProposalChecks(desired: desired, recorded: observed.recorded)
        let attestations = AttestationChecks(recorded: observed.recorded, live: observed.live)
        let suspensions = SuspensionChecks(recorded: observed.recorded, live: observed.live, now: now)
        var registered: Set<VersionID> = []
        var asked: [ProposalOrder] = []
        broken += plan.findings.flatMap { suspensions.check(left: $0, in: plan) }
        for planned in plan.actions {
            broken += suspensions.check(planned)
            switch planned.action {
            case .publish(let change): broken += routes.check(change)
            case .stopReplica(let order): broken += routes.check(stop: order.id)
            case .startReplica(let order): broken += versions.check(start: order) + proposals.check(start: order)
            case .register(let order):
                broken += versions.check(register: order.version)
                if !registered.insert(order.version.id).inserted {
                    broken.append("version \(order.version.id) is registered twice")
                }
            case .execute(let order): broken += versions.check(execute: order)
            case .propose(let order):
                broken += proposals.check(order)
                asked.append(order)
            case .attest(let order): broken += attestations.check(order)
            case .snapshot, .cancel, .importArtefacts: break
            }
        }
        for judgement in plan.judgements where observed.recorded.judgements[judgement.id] != nil {
            broken.append("\(judgement.model) is judged again on what was judged before")
        }
        broken += proposals.check(together: asked)
        for rejection in plan.rejections ?? [] { broken += proposals.check(rejection, in: plan) }
        return broken.sorted()
    }

    private func shape(of plan: Plan, scope: Set<ResourceID>) -> [String] {
        var broken: [String] = []
        var keys: Set<ActionKey> = []
        for planned in plan.actions {
            if !keys.insert(planned.key).inserted { broken.append("\(planned.key) is planned twice") }
            if !scope.contains(planned.resource) {
                broken.append("\(planned.key) is for \(planned.resource), which was not to be planned")
            }
            if planned.reason.message.isEmpty { broken.append("\(planned.key) has no reason") }
        }
        if plan.findings.map(\.resource) != scope.sorted() {
            broken.append("the findings are not one for each planned resource")
        }
        for finding in plan.findings where finding.reason.message.isEmpty {
            broken.append("the finding on \(finding.resource) has no reason")
        }
        let publishes = plan.actions.count { if case .publish = $0.action { true } else { false } }
        if publishes > 1 { broken.append("\(publishes) routing tables are published at once") }
        return broken
    }
}
