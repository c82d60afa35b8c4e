// Golden plans: what is asked for and what is there, to the plan that follows.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

/// `WRIT_UPDATE_GOLDEN=1` writes what the tests would have compared; review the result with `git diff`.
@Suite(.serialized)
struct GoldenTests {
    @Test("what is observed at a point of the life is what its golden holds", arguments: Point.all.map(\.name))
    func observed(name: String) throws {
        let point = try #require(Point.all.first { $0.name == name })
        var world = World()
        try point.reach(&world)
        let scenario = Scenario(name: name)
        let observed = Scenario.Observed(
            now: world.now, revision: world.desired.revision ?? RevisionID(World.hex("none"))!,
            scope: world.scope.sorted(), inFlight: world.inFlight.sorted(), contents: world.contents.sorted(),
            recorded: world.recorded, live: world.live,
            committer: world.automation?.person, attests: world.attests ? true : nil)
        let text = String(decoding: try Canonical.encodePretty(observed), as: UTF8.self)
        if Scenario.updates {
            try scenario.write(world.yaml, to: "desired.yaml")
            try scenario.write(text, to: "observed.json")
        }
        #expect(try scenario.read("desired.yaml") == world.yaml)
        #expect(try scenario.read("observed.json") == text)
    }

    @Test("every golden has a point that leads to it")
    func complete() throws {
        #expect(try Scenario.all == Point.all.map(\.name).sorted())
    }

    @Test("the plan is the golden one", arguments: Point.all.map(\.name))
    func plan(name: String) throws {
        let scenario = Scenario(name: name)
        let text = PlanText().render(try scenario.plan().plan)
        if Scenario.updates { try scenario.write(text, to: "plan.txt") }
        #expect(try scenario.read("plan.txt") == text)
    }

    @Test("the checker finds no broken law in a golden plan", arguments: Point.all.map(\.name))
    func check(name: String) throws {
        let (plan, desired, observed) = try Scenario(name: name).plan()
        let state = ObservedState(recorded: observed.recorded, live: observed.live)
        #expect(PlanChecker().check(plan, scope: Set(observed.scope), desired: desired, observed: state) == [])
    }

    @Test(
        "a plan is the same bytes when made again, and after a journey through its encoding",
        arguments: Point.all.map(\.name))
    func bytes(name: String) throws {
        let plan = try Scenario(name: name).plan().plan
        let bytes = try Canonical.encode(plan)
        #expect(try Canonical.encode(try Scenario(name: name).plan().plan) == bytes)
        let decoded = try Canonical.decode(Plan.self, from: bytes)
        #expect(decoded == plan)
        #expect(try Canonical.encode(decoded) == bytes)
    }

    @Test("no action is repeated while it is in flight", arguments: Point.all.map(\.name))
    func inFlight(name: String) throws {
        let (plan, desired, observed) = try Scenario(name: name).plan()
        let again = try observed.planner.plan(
            scope: Set(observed.scope), desired: desired,
            observed: ObservedState(recorded: observed.recorded, live: observed.live),
            inFlight: Set(plan.actions.map(\.key)).union(observed.inFlight), now: observed.now)
        #expect(again.actions.filter { action in plan.actions.contains { $0.key == action.key } } == [])
        #expect(
            again.findings.filter { $0.standing == .acting }.map(\.resource)
                == plan.judgements.filter(\.passed).map { ResourceID(.model, $0.model) }
                + (plan.rejections ?? []).map { ResourceID(.endpoint, $0.endpoint) })
    }
}
