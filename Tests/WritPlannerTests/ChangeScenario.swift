// A change between two sets of manifests, planned against a world that has lived through the first.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

struct ChangeScenario: Sendable {
    let name: String
    /// Whether the world at the base is given to the planner.
    var isObserved = true
    var decision: PolicyDecision?
    /// Of the Markdown.
    var limit = 65_536
    let reach: @Sendable (inout World) throws -> Void
    let change: @Sendable (inout World) -> Void

    init(
        _ name: String, isObserved: Bool = true, decision: PolicyDecision? = nil, limit: Int = 65_536,
        from reach: @escaping @Sendable (inout World) throws -> Void,
        to change: @escaping @Sendable (inout World) -> Void
    ) {
        self.name = name
        self.isObserved = isObserved
        self.decision = decision
        self.limit = limit
        self.reach = reach
        self.change = change
    }

    struct Inputs: Sendable {
        var base: DesiredState
        var change: DesiredState.Change
        var observation: ObservationRecord?
        var basis: ChangePlan.Basis
    }

    func inputs() throws -> Inputs {
        var world = World()
        try reach(&world)
        let observation = ObservationRecord(recorded: world.recorded, live: world.live)
        var head = world
        change(&head)
        let basis: ChangePlan.Basis =
            isObserved
            ? .observed(digest: try Digest(canonical: observation), entries: world.recorded.next) : .assumed
        return Inputs(
            base: world.desired, change: ChangeScenario.difference(world.desired, head.desired),
            observation: isObserved ? observation : nil, basis: basis)
    }

    /// Every scenario with its world walked to the base, once for all tests.
    static let prepared: [String: Result<(ChangeScenario, Inputs), any Error>] = Dictionary(
        uniqueKeysWithValues: all.map { scenario in
            (scenario.name, Result { (scenario, try scenario.inputs()) })
        })

    static func prepared(_ name: String) throws -> (ChangeScenario, Inputs) {
        try #require(prepared[name]).get()
    }

    func plan() throws -> ChangePlan { try plan(try inputs()) }

    func plan(_ inputs: Inputs) throws -> ChangePlan {
        try ChangePlanner().plan(
            base: inputs.base, change: inputs.change, observation: inputs.observation, basis: inputs.basis,
            decision: decision)
    }

    /// Only what differs, as a source that compares trees would give it.
    static func difference(_ base: DesiredState, _ head: DesiredState) -> DesiredState.Change {
        var change = DesiredState.Change(revision: head.revision ?? RevisionID(World.hex("head"))!)
        for id in Set(base.resources.keys).union(head.resources.keys) where base.resources[id] != head.resources[id] {
            change.resources.updateValue(head.resources[id], forKey: id)
        }
        for path in Set(base.contents.keys).union(head.contents.keys) where base.contents[path] != head.contents[path] {
            change.contents.updateValue(head.contents[path], forKey: path)
        }
        return change
    }
}
