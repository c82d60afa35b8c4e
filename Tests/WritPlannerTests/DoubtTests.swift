// What is decided where clocks differ, and where it is not known which table is in force.
import Testing
import WritPlanner
import WritVocabulary

struct DoubtTests {
    private let flights = ResourceName("flights")!

    private func stops(_ plan: Plan) -> [ReplicaID] {
        plan.actions.compactMap { if case .stopReplica(let order) = $0.action { order.id } else { nil } }
    }

    private func starts(_ plan: Plan) -> [ReplicaID] {
        plan.actions.compactMap { if case .startReplica(let order) = $0.action { order.id } else { nil } }
    }

    @Test(
        "a backend whose clock is behind makes no replica late, and one whose clock is ahead makes none wait for ever",
        arguments: [-86_400, -600, 0, 600, 86_400] as [Int64])
    func clocks(offset: Int64) throws {
        var world = World()
        try world.serving()
        world.crash(world.replica(1))
        var begun: ReplicaID?
        for _ in 0..<60 where begun == nil {
            begun = starts(try world.pass()).first
            world.advance(.seconds(1))
        }
        let replica = try #require(begun)
        world.live.replicas[replica]?.startedAt = world.now + .seconds(offset)
        world.live.replicas[replica]?.notReadySince = world.now
        world.advance(.seconds(2))
        #expect(!stops(try world.plan()).contains(replica), "it was started a moment ago")
        world.advance(.minutes(30))
        #expect(stops(try world.plan()).contains(replica), "it never became ready")
    }

    @Test("what a failed publish may have routed to is not stopped before the route is published again")
    func uncertain() throws {
        var world = World()
        try world.serving(promotion: "propose")
        try world.offered(2)
        try world.settle()
        let before = world.yaml
        world.merge()
        world.failing["route"] = FailureRecord(code: "timeout", message: "no answer", retry: .transient)
        for _ in 0..<60 where world.recorded.endpoints[flights]?.uncertain != true {
            try world.pass()
            world.ready()
            world.advance(.seconds(1))
        }
        #expect(world.recorded.endpoints[flights]?.uncertain == true)
        // The gateway may route to version 2 while the record says version 1, and Git goes back to that.
        world.declare(before, contents: world.contents)
        let new = world.recorded.endpoints[flights]?.replicas.filter { $0.value.version.number == 2 }.keys.sorted() ?? []
        #expect(!new.isEmpty)
        #expect(stops(try world.plan()).isEmpty)
        world.failing = [:]
        var stopped: Set<ReplicaID> = []
        try world.settle { before, plan in
            if before.recorded.endpoints[flights]?.uncertain == true { #expect(stops(plan).isEmpty) }
            stopped.formUnion(stops(plan))
        }
        #expect(stopped.isSuperset(of: new))
    }
}
