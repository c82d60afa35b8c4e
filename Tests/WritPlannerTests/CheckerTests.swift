// The checker sees each law broken.
import Testing
import WritPlanner
import WritVocabulary

struct CheckerTests {
    private func broken(_ world: World, _ change: (inout Plan) -> Void) throws -> [String] {
        var plan = try world.plan()
        change(&plan)
        return PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
    }

    private func routing() throws -> World {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        try world.registered()
        try world.pass()
        world.ready()
        return world
    }

    private func changeRoute(_ plan: inout Plan, _ edit: (inout RoutingChange) -> Void) {
        guard case .publish(var change)? = plan.actions.first?.action else { return }
        edit(&change)
        plan.actions[0].action = .publish(change)
    }

    @Test("an action that is planned twice")
    func twice() throws {
        let found = try broken(try routing()) { $0.actions += $0.actions }
        #expect(found.contains("publish/1 is planned twice"))
    }

    @Test("an action for a resource outside the scope, and one without a reason")
    func outside() throws {
        let found = try broken(try routing()) { plan in
            plan.actions[0].resource = ResourceID(.endpoint, ResourceName("other")!)
            plan.actions[0].reason.message = ""
        }
        #expect(found == ["publish/1 has no reason", "publish/1 is for Endpoint/other, which was not to be planned"])
    }

    @Test("weights that do not sum to 100, and a second champion")
    func weights() throws {
        let found = try broken(try routing()) { plan in
            changeRoute(&plan) { change in
                var second = change.routes[0].targets[0]
                second.weight = 10
                change.routes[0].targets.append(second)
            }
        }
        #expect(found == ["flights has 2 champions", "the weights of flights sum to 110, not 100"])
    }

    @Test("a route to a version nobody registered, pinned or started")
    func unregistered() throws {
        let found = try broken(try routing()) { plan in
            changeRoute(&plan) { $0.routes[0].targets[0].version = VersionID(ResourceName("flight-time")!, 9) }
        }
        #expect(found == ["flights routes to flight-time:9, which is not registered"])
    }

    @Test("a route to a version whose gates failed")
    func failedGates() throws {
        var world = try routing()
        let gate = Model.Gate(metric: "mae", rule: .maximum(1.0))
        world.recorded.versions[ResourceName("flight-time")!]?[1]?.gates = [
            GateResult(gate: gate, measured: 2.0, passed: false, sentence: "mae 2 is above the maximum 1 by 1")
        ]
        let found = try broken(world) { _ in }
        #expect(found == ["flights routes to flight-time:1, which did not pass: mae 2 is above the maximum 1 by 1"])
    }

    @Test("an empty target, and a table that is not newer")
    func empty() throws {
        let found = try broken(try routing()) { plan in
            changeRoute(&plan) { change in
                change.number = 0
                change.routes[0].targets[0].replicas = []
            }
        }
        #expect(found == ["flights routes to flight-time:1, which has no replica", "table 0 is not newer than 0"])
    }

    @Test("the stop of a replica that gets requests, and of one Writ did not start")
    func stops() throws {
        var world = World()
        try world.serving()
        let endpoint = ResourceID(.endpoint, ResourceName("flights")!)
        let stranger = ReplicaID("other-0123456789ab.0.0")!
        let found = try broken(world) { plan in
            for id in [world.replica(0), stranger] {
                let stop = Action.stopReplica(ReplicaStopOrder(id: id, drain: .seconds(1)))
                plan.actions.append(
                    PlannedAction(resource: endpoint, action: stop, reason: Reason(.replaced, "because")))
            }
        }
        #expect(
            found == [
                "\(world.replica(0)) is stopped while flights routes to it",
                "\(stranger) is stopped and was not started by Writ",
            ])
    }

    @Test("a registration without its judgement")
    func unjudged() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        try world.evaluated(mae: 8.2)
        try world.pass()
        #expect(try broken(world) { _ in } == [])
        var unjudged = world
        unjudged.recorded.judgements = [:]
        let plan = try world.plan()
        let found = PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: unjudged.observed)
        #expect(found == ["version flight-time:1 has no recorded judgement it passed"])
    }

    @Test("a run that was done before")
    func again() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        try world.pass()
        let plan = try world.plan()
        try world.pass()
        world.finishAll()
        let found = PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
        #expect(found.count == 1 && found[0].hasSuffix("is started and has ended before"))
    }
}
