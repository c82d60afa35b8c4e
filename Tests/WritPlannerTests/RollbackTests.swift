// When a deployment is given up, what takes its place, and what Git is asked.
import Testing
import WritPlanner
import WritVocabulary

struct RollbackTests {
    private let flights = ResourceName("flights")!
    private let model = ResourceName("flight-time")!

    private func record(_ world: World) -> RecordedState.EndpointRecord { world.recorded.endpoints[flights] ?? .init() }
    private func served(_ world: World) -> Int? { record(world).route?.targets.first?.version.number }

    private func order(_ world: World) throws -> ProposalOrder? {
        try world.plan().actions.compactMap { if case .propose(let order) = $0.action { order } else { nil } }.first
    }

    @Test("the rejection names the revision, what failed, and what serves instead")
    func rejection() throws {
        var world = World()
        try world.doomed()
        let plan = try world.plan()
        let rejection = try #require(plan.rejections?.first)
        #expect(rejection.version == VersionID(model, 2) && rejection.instead == VersionID(model, 1))
        #expect(rejection.revision == world.desired.revision)
        #expect(rejection.reason == "3 processes in a row failed at place 0, the last: exit code 1")
        #expect(plan.actions.isEmpty)
        #expect(served(world) == 1)
    }

    @Test("merging the return ends it; the version is not offered again, the next one is")
    func merged() throws {
        var world = World()
        try world.returned()
        world.merge()
        try world.settle()
        #expect(served(world) == 1 && record(world).rejections.count == 1)
        #expect(try world.plan().isEmpty)
        world.crashing = []
        try world.offered(3)
        #expect(try order(world)?.id.text == "flights/promotion/3")
    }

    @Test("after traffic moved, three failures bring the version before it back")
    func traffic() throws {
        var world = World()
        try world.promoted()
        #expect(served(world) == 2)
        try world.crashLoop()
        try world.settle()
        #expect(served(world) == 1)
        #expect(world.live.replicas.count == 2)
        #expect(world.proposed.last?.id.text == "flights/rollback/1")
    }

    @Test("a replica that comes and goes does not make an old deployment a new rollout")
    func longServed() throws {
        var world = World()
        try world.promoted()
        let moved = record(world).movedAt
        world.advance(.minutes(61))
        world.crashing = [2]
        world.crash(world.replica(0))
        for _ in 0..<30 {
            try world.pass()
            world.ready()
            world.advance(.seconds(5))
        }
        #expect(record(world).movedAt == moved)
        #expect(record(world).routedAt ?? world.now > moved ?? world.now)
        #expect(record(world).rejections.isEmpty)
    }

    @Test("a place that is no longer asked for, and failures from before traffic moved, are no reason")
    func staleFailures() throws {
        var world = World()
        try world.promoted()
        let deployment = try #require(record(world).current?.id.deployment)
        var place = RecordedState.PlaceRecord(generation: 4)
        (place.failures, place.failedAt) = (9, world.now)
        world.recorded.endpoints[flights]?.places[deployment]?[5] = place
        #expect(try world.plan().rejections == nil)
        place.failedAt = Timestamp("2026-03-01T11:00:00.000Z")!
        world.recorded.endpoints[flights]?.places[deployment]?[0] = place
        #expect(try world.plan().rejections == nil)
        place.failedAt = world.now
        world.recorded.endpoints[flights]?.places[deployment]?[0] = place
        #expect(try world.plan().rejections?.count == 1)
    }

    @Test("pinning again what was taken back leaves what serves now alone, and asks for that")
    func pinnedAgain() throws {
        var world = World()
        try world.returned()
        world.crashing = []
        world.merge()
        try world.offered(3)
        try world.settle()
        world.merge()
        try world.settle()
        #expect(served(world) == 3)
        world.edit(["  version: 3\n": "  version: 2\n", "  digest: ": "  # "])
        try world.settle()
        #expect(served(world) == 3)
        #expect(world.proposed.last?.id.text == "flights/rollback/3")
        #expect(world.proposed.last?.from?.version == 2)
    }

    @Test("a version that failed is tried again when it is served another way")
    func fixed() throws {
        var world = World()
        try world.returned()
        world.crashing = []
        world.declare(world.yaml, contents: world.contents.union(["serving"]))
        try world.settle()
        #expect(served(world) == 2)
        let finding = try #require(try world.plan().findings.first { $0.resource.name == flights })
        #expect(finding.standing == .settled)
    }

    @Test("where another model served before, no pin says so: nothing is proposed")
    func otherModel() throws {
        var world = World()
        try world.doomed()
        try world.pass()
        let other = VersionID(ResourceName("other")!, 1)
        world.recorded.endpoints[flights]?.current?.version = other
        world.recorded.endpoints[flights]?.route?.targets[0].version = other
        #expect(try order(world) == nil)
    }

    @Test("a return that was declined is not proposed again; one that was merged and undone is")
    func answered() throws {
        var world = World()
        try world.returned()
        var declined = world
        declined.end(ProposalID(flights, .rollback, 1), .declined)
        #expect(try order(declined) == nil)
        let before = world.yaml
        world.merge()
        try world.settle()
        world.declare(before, contents: world.contents)
        #expect(try order(world)?.id.text == "flights/rollback/1")
    }

    @Test("an endpoint that came to rest with nothing to serve has nothing to go back to")
    func forgotten() throws {
        for manifests in [Manifests(), Manifests(hasEndpoint: false)] {
            var world = World()
            try world.returned()
            let before = world.yaml
            world.commit(manifests, contents: world.contents)
            try world.settle()
            if !manifests.hasEndpoint { world.record(.removed, about: ResourceID(.endpoint, flights)) }
            #expect(record(world).current == nil && record(world).previous == nil)
            // What was taken back is tried again: the alternative is nothing.
            world.declare(before, contents: world.contents)
            for _ in 0..<20 {
                try world.pass()
                world.ready()
                world.advance(.seconds(3))
            }
            #expect(served(world) == nil && record(world).rejections.count == 1)
            world.crashing = []
            try world.settle()
            #expect(served(world) == 2)
        }
    }

    @Test("a stop that is tried twice and the end it brings are one failure")
    func oneFailure() throws {
        var world = World()
        try world.serving()
        let id = world.replica(0)
        let stop = Action.stopReplica(ReplicaStopOrder(id: id, drain: .seconds(1)))
        for _ in 0..<3 {
            world.record(.intended(stop.key, stop, Reason(.replicaNotReady, "it was not ready")))
            world.record(.failed(stop.key, FailureRecord(code: "busy", message: "busy", retry: .transient)))
        }
        world.crash(id)
        #expect(record(world).places[id.deployment]?[0]?.failures == 1)
    }

    @Test("what was taken back takes nobody's place")
    func noWayForward() throws {
        var world = World()
        try world.promoted()
        try world.crashLoop()
        try world.settle()
        world.merge()
        try world.settle()
        world.crashing = [1, 2]
        world.crash(world.replica(0))
        for _ in 0..<20 {
            let plan = try world.pass()
            #expect(plan.rejections == nil)
            world.ready()
            world.advance(.seconds(3))
        }
        #expect(served(world) == 1)
    }

    @Test("a pin that cannot be followed does not stop the way back")
    func halted() throws {
        var world = World()
        try world.promoted()
        try world.crashLoop()
        try world.pass()
        world.edit(["  version: 2\n": "  version: 9\n", "  digest: ": "  # "])
        world.crashing = [2]
        try world.settle()
        #expect(served(world) == 1)
        #expect(try world.plan().findings.first { $0.resource.name == flights }?.reason.code == .versionUnknown)
    }
}
