// The checker sees each law of proposals and rejections broken.
import Testing
import WritPlanner
import WritVocabulary

struct ProposalCheckerTests {
    private func broken(_ world: World, _ change: (inout Plan) -> Void) throws -> [String] {
        var plan = try world.plan()
        change(&plan)
        return PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
    }

    private func proposing() throws -> World {
        var world = World()
        try world.serving(promotion: "propose")
        try world.offered(2)
        return world
    }

    private func order(_ edit: @escaping (inout ProposalOrder) -> Void) throws -> [String] {
        try broken(try proposing()) { change(&$0, edit) }
    }

    private func change(_ plan: inout Plan, _ edit: (inout ProposalOrder) -> Void) {
        guard case .propose(var order)? = plan.actions.first?.action else { return }
        edit(&order)
        plan.actions[0].action = .propose(order)
    }

    @Test("what it is to be made from and to")
    func order() throws {
        let id = "flights/promotion/2"
        #expect(try order { $0.to.digest = nil } == ["\(id) does not name the digest of its version"])
        #expect(try order { $0.from = nil } == ["\(id) is made from another pin than Git has"])
        #expect(try order { $0.delivery = .commit } == ["\(id) is committed and flights is not automatic"])
        #expect(
            try order { $0.to.version = 7 } == [
                "\(id) moves the pin to version 7", "\(id) proposes a version that is not registered",
            ])
        #expect(try order { $0.supersedes = [$0.id] } == ["\(id) takes the place of \(id)"])
        #expect(
            try order { $0.id = ProposalID(ResourceName("gone")!, .promotion, 2) } == [
                "gone/promotion/2 is for an endpoint nobody declares"
            ])
        #expect(
            try order { $0.id = ProposalID($0.id.endpoint, .rollback, 2) } == [
                "flights/rollback/2 goes back to what did not serve"
            ])
    }

    @Test("a second open proposal beside the first, in one plan or two")
    func second() throws {
        var world = try proposing()
        try world.settle()
        try world.offered(3)
        let left = try broken(world) { change(&$0) { $0.supersedes = [] } }
        #expect(left == ["flights/promotion/3 leaves flights/promotion/2 open beside it"])
        let two = try broken(try proposing()) { plan in
            guard case .propose(var order) = plan.actions[0].action else { return }
            order.id = ProposalID(order.id.endpoint, .rollback, 2)
            plan.actions.append(
                PlannedAction(
                    resource: plan.actions[0].resource, action: .propose(order), reason: Reason(.takenBack, "because")))
        }
        #expect(two.contains("flights has 2 proposals in one plan"))
    }

    @Test("the promotion of what was taken back, declined or merged, and of an endpoint promoted by hand")
    func again() throws {
        var world = World()
        try world.doomed()
        try world.pass()
        let promotion = ProposalID(ResourceName("flights")!, .promotion, 2)
        let found = try broken(world) { plan in
            change(&plan) { order in
                order.id = promotion
                order.to = world.recorded.proposals[promotion]!.order.to
            }
        }
        #expect(
            found == [
                "\(promotion) promotes what was taken back", "\(promotion) proposes what is pinned",
                "\(promotion) was merged before",
            ])
        var manual = try proposing()
        let plan = try manual.plan()
        manual.edit(["promotion: propose": "promotion: manual"])
        let byHand = PlanChecker().check(
            plan, scope: manual.scope, desired: manual.desired, observed: manual.observed)
        #expect(byHand == ["\(promotion) promotes and flights is promoted by hand"])
    }

    @Test("the rejection of what nothing can replace, of what is not pinned, and twice")
    func rejection() throws {
        var world = World()
        try world.doomed()
        let words = "version 2 of flights is taken back"
        var alone = world
        alone.recorded.endpoints[ResourceName("flights")!]?.current = nil
        let plan = try world.plan()
        func check(_ world: World) -> [String] {
            PlanChecker().check(plan, scope: world.scope, desired: world.desired, observed: world.observed)
        }
        #expect(check(alone) == ["\(words) and nothing can take its place"])
        var moved = world
        moved.edit(["  version: 2\n": "  version: 1\n"])
        #expect(check(moved) == ["\(words) and Git does not pin it"])
        try world.pass()
        #expect(check(world) == ["\(words) a second time"])
        let revision = try broken(
            {
                var world = World(); try world.doomed(); return world
            }()
        ) {
            $0.revision = RevisionID(World.hex("other"))
        }
        #expect(revision == ["\(words) at another revision than was planned"])
    }

    @Test("the start of what was taken back")
    func start() throws {
        var world = World()
        try world.doomed()
        let starts = world.recorded.endpoints[ResourceName("flights")!]?.starts ?? [:]
        let rejected = try #require(try world.plan().rejections?.first?.deployment)
        let order = try #require(starts[rejected])
        let planned = PlannedAction(
            resource: ResourceID(.endpoint, ResourceName("flights")!), action: .startReplica(order),
            reason: Reason(.replicaMissing, "because"))
        #expect(try broken(world) { $0.actions.append(planned) } == ["version 2 of flights is taken back and started"])
        try world.pass()
        #expect(try broken(world) { $0.actions.append(planned) } == ["\(order.id) starts what was taken back"])
    }

    @Test("a route to what served once, when nothing was taken back")
    func refuge() throws {
        var world = World()
        try world.doomed()
        try world.passes(2)
        try world.settle()
        let route = try #require(world.recorded.endpoints[ResourceName("flights")!]?.route)
        let change = RoutingChange(number: world.recorded.tableNumber + 1, routes: [route])
        let planned = PlannedAction(
            resource: ResourceID(.endpoint, ResourceName("flights")!), action: .publish(change),
            reason: Reason(.takenBack, "because"))
        var elsewhere = world
        elsewhere.recorded.endpoints[ResourceName("flights")!]?.route = nil
        #expect(try broken(elsewhere) { $0.actions = [planned] } == [])
        elsewhere.recorded.endpoints[ResourceName("flights")!]?.rejections = [:]
        #expect(
            try broken(elsewhere) { $0.actions = [planned] } == [
                "flights routes to flight-time:1, which Git does not pin"
            ])
    }
}
