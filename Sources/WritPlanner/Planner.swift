// From what is asked for and what is there to what is done next, and why.
import WritVocabulary

/// Decides. No I/O, no clock, no randomness: the same inputs give the same plan, byte for byte.
///
/// The cost follows the scope and what its resources name, never the number of resources there are.
public struct Planner: Sendable {
    public var limits: Limits
    /// Whether and as whom Writ may commit by itself; nil proposes everything.
    public var automation: Automation?
    /// Whether somebody is there who signs attestations: without one, none are planned.
    public var attests: Bool
    /// What stands around replicas, in the words of ``SandboxRecord/kind``; nil where it is not known.
    public var sandbox: String?

    public init(
        limits: Limits = Limits(), automation: Automation? = nil, attests: Bool = false, sandbox: String? = nil
    ) {
        self.sandbox = sandbox
        self.limits = limits
        self.automation = automation
        self.attests = attests
    }

    /// Who Writ is in the repository.
    public struct Automation: Sendable, Hashable {
        /// The principal of Writ's own key.
        public var person: Person
        /// The branch it would commit to.
        public var target: String

        public init(person: Person, target: String) {
            self.person = person
            self.target = target
        }
    }

    /// Plans the resources of the scope: one finding for each, and the actions that can be taken now.
    ///
    /// A resource of the scope that is no longer declared is wound down. Actions whose key is in flight are not planned
    /// again. Throws only when something cannot be encoded.
    public func plan(
        scope: Set<ResourceID>, desired: DesiredState, observed: ObservedState, inFlight: Set<ActionKey>, now: Timestamp
    ) throws -> Plan {
        let situation = Situation(
            desired: desired, recorded: observed.recorded, live: observed.live, inFlight: inFlight, now: now,
            limits: limits, automation: automation, sandbox: sandbox)
        var draft = Draft()
        // Endpoints last: what a model's finding says decides whether a pin is worth waiting for.
        for kind in [Kind.policy, .dataset, .model, .endpoint] {
            for id in scope.filter({ $0.kind == kind }).sorted() { try plan(id, situation, into: &draft) }
        }
        try RoutingRules(situation: situation).publish(into: &draft)
        // After all that changes something: what only states what happened takes no room from it.
        if attests { AttestationRules(situation: situation).attest(scope, into: &draft) }
        return Plan(
            revision: desired.revision, actions: draft.actions, judgements: draft.judgements,
            rejections: draft.rejections, findings: scope.map(draft.finding))
    }

    private func plan(_ id: ResourceID, _ situation: Situation, into draft: inout Draft) throws {
        if let suspension = situation.suspension(of: id) {
            return SuspendedRules(situation: situation, resource: id, suspension: suspension).plan(into: &draft)
        }
        do {
            switch id.kind {
            case .dataset: try DatasetRules(situation: situation, name: id.name).plan(into: &draft)
            case .model: try ModelRules(situation: situation, name: id.name).plan(into: &draft)
            case .endpoint: try EndpointRules(situation: situation, name: id.name).plan(into: &draft)
            case .policy: PolicyRules(situation: situation, name: id.name).plan(into: &draft)
            }
        } catch let halt as Halt {
            if let step = halt.step { draft.note(step, for: id) }
        }
    }
}
