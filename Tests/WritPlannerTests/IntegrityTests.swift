// Replicas whose files are not those that were approved any more.
import Testing
import WritPlanner
import WritVocabulary

struct IntegrityTests {
    private let flights = ResourceName("flights")!

    private func routed(_ world: World) -> [ReplicaID]? {
        world.recorded.endpoints[flights]?.route?.targets.first?.replicas.map(\.replica)
    }

    private func serving() throws -> World {
        var world = World()
        try world.serving()
        return world
    }

    private func checked(_ plan: Plan, _ world: World) {
        let broken = PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
        #expect(broken == [])
    }

    @Test("traffic leaves it in the next plan, another generation is started, and it is stopped without a drain")
    func one() throws {
        var world = try serving()
        let wrong = world.replica(0)
        world.live.gateway?.active[wrong] = 3
        world.corrupt(wrong)
        world.advance(.seconds(1))
        var stopped: ReplicaStopOrder?
        var reasons: Set<String> = []
        try world.settle { before, plan in
            checked(plan, before)
            for planned in plan.actions {
                if case .stopReplica(let order) = planned.action { stopped = order }
                reasons.insert("\(planned.action.verb) \(planned.reason.code.rawValue)")
            }
            if routed(before)?.contains(wrong) == true {
                #expect(plan.actions.contains { $0.action.verb == "route" }, "it leaves at once")
            }
        }
        #expect(stopped?.id == wrong && stopped?.drain == .seconds(0))
        #expect(reasons.isSuperset(of: ["route BytesDiffer", "start BytesDiffer", "stop BytesDiffer"]))
        #expect(world.replica(0) == ReplicaID(wrong.deployment, ordinal: 0, generation: wrong.generation + 1))
        #expect(routed(world)?.sorted() == [world.replica(0), world.replica(1)])
    }

    @Test("what is seen and not yet recorded gets no traffic either")
    func unrecorded() throws {
        var world = try serving()
        let wrong = world.replica(1)
        world.corrupt(wrong, isRecorded: false)
        let plan = try world.plan()
        checked(plan, world)
        let route = plan.actions.compactMap { planned -> RoutingTable.Route? in
            if case .publish(let change) = planned.action { change.routes.first } else { nil }
        }.first
        #expect(route?.targets[0].replicas.map(\.replica) == [world.replica(0)])
    }

    @Test("the last one loses its traffic as well: wrong answers are worse than none")
    func all() throws {
        var world = try serving()
        for ordinal in 0...1 { world.corrupt(world.replica(ordinal)) }
        let plan = try world.pass()
        #expect(routed(world) == [])
        #expect(plan.findings.contains { $0.resource.name == flights && $0.reason.code == .bytesDiffer })
        try world.settle { before, plan in checked(plan, before) }
        #expect(routed(world)?.count == 2)
    }

    @Test("the sentence names the file, what was found, and until when it was intact")
    func sentence() throws {
        var world = try serving()
        let wrong = world.replica(0)
        world.corrupt(wrong)
        let finding = try #require(try world.plan().findings.first { $0.resource.name == flights })
        #expect(
            finding.reason.message
                == "\(wrong) has other bytes than version 1: model.json, it is gone; it was intact until "
                + "2026-03-01T11:59:\(finding.reason.message.suffix(3))")
    }

    @Test("incidents at one place back off, and never take the version back")
    func repeated() throws {
        var world = try serving()
        var pauses: [Int64] = []
        for _ in 0..<6 {
            world.corrupt(world.replica(0))
            let began = world.now
            let generation = world.replica(0).generation
            try world.go { world, _ in
                world.recorded.endpoints[flights]!.replicas.keys.contains {
                    $0.ordinal == 0 && $0.generation > generation
                }
            }
            pauses.append((world.now - began).milliseconds / 1000)
            try world.go { world, _ in
                world.recorded.endpoints[flights]!.route!.targets[0].replicas.map(\.replica)
                    .contains(world.replica(0))
            }
        }
        #expect(pauses == pauses.sorted() && pauses[5] >= 32, "\(pauses)")
        #expect(world.recorded.endpoints[flights]?.rejections == [:])
        #expect(world.recorded.endpoints[flights]?.places.values.flatMap(\.values).map(\.failures) == [0, 0])
    }

    @Test("where the pin cannot be followed, wrong bytes leave all the same")
    func unfollowed() throws {
        var world = try serving()
        let wrong = world.replica(0)
        world.commit(Manifests(pin: "version: 7"))
        world.corrupt(wrong)
        try world.settle(within: 10) { before, plan in checked(plan, before) }
        #expect(routed(world)?.contains(wrong) == false)
        #expect(world.live.replicas[wrong] == nil)
    }

    @Test("the checker refuses a route to wrong bytes, and one without replicas where some are right")
    func checker() throws {
        var world = try serving()
        world.corrupt(world.replica(0))
        var plan = try world.plan()
        let kept = try #require(world.recorded.endpoints[flights]?.route)
        var empty = kept
        empty.targets[0].replicas = []
        var found: [[String]] = []
        for route in [kept, empty] {
            plan.actions = [
                PlannedAction(
                    resource: ResourceID(.endpoint, flights),
                    action: .publish(RoutingChange(number: world.recorded.tableNumber + 1, routes: [route])),
                    reason: Reason(.bytesDiffer, "test"))
            ]
            found.append(
                PlanChecker().check(
                    plan, scope: world.scope, desired: world.desired, observed: world.observed))
        }
        let wrong = world.replica(0)
        #expect(found[0] == ["flights routes to \(wrong), which has other bytes than were approved"])
        #expect(found[1] == ["flights routes to flight-time:1, which has no replica"])
    }
}
