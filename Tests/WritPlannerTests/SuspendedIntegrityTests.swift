// Wrong bytes under an endpoint that an operator suspended: traffic leaves, and nothing else is done.
import Testing
import WritPlanner
import WritVocabulary

struct SuspendedIntegrityTests {
    private let flights = ResourceName("flights")!
    private var endpoint: ResourceID { ResourceID(.endpoint, flights) }

    /// Version 1 serves with two replicas, and ada looks at it for an hour.
    private func suspended() throws -> World {
        var world = World()
        try world.serving()
        let suspension = Suspension(actor: "ada", reason: "looking at the data", until: world.now + .minutes(60))
        world.record(.suspended(suspension), about: endpoint)
        return world
    }

    private func routed(_ world: World) -> [ReplicaID]? {
        world.recorded.endpoints[flights]?.route?.targets.first?.replicas.map(\.replica)
    }

    private func broken(_ plan: Plan, _ world: World) -> [String] {
        PlanChecker().check(
            plan, scope: world.scope, desired: world.desired, observed: world.observed, at: world.now)
    }

    private func finding(_ world: World) throws -> Finding {
        try #require(try world.plan().findings.first { $0.resource == endpoint })
    }

    @Test("traffic leaves it in the next plan; nothing is started, stopped or changed beside that, and it is told why")
    func leaves() throws {
        var world = try suspended()
        let (wrong, right) = (world.replica(0), world.replica(1))
        world.corrupt(wrong)
        let acting = try finding(world)
        #expect(acting.standing == .acting && acting.reason.code == .bytesDiffer)
        #expect(acting.reason.message.hasSuffix("; traffic leaves it although it is suspended"))
        let plan = try world.plan()
        #expect(plan.actions.map(\.action.verb) == ["route"])
        #expect(broken(plan, world) == [])
        try world.pass()
        #expect(routed(world) == [right])

        let until = world.recorded.suspensions[endpoint]?.until
        for _ in 0..<5 {
            world.advance(.minutes(5))
            let plan = try world.pass()
            #expect(plan.isEmpty && broken(plan, world) == [])
        }
        let left = try finding(world)
        #expect(left.standing == .waiting && left.reason.code == .suspended && left.until == until)
        #expect(left.reason.message.hasPrefix("ada suspended it: looking at the data; \(wrong) has other bytes than"))
        #expect(
            left.reason.message.hasSuffix(
                "traffic has left it although it is suspended: wrong answers are worse than none; nothing takes its"
                    + " place until it is resumed"))
        #expect(world.live.replicas.keys.sorted() == [wrong, right])

        world.record(.resumed(actor: "ada"), about: endpoint)
        try world.settle()
        #expect(world.live.replicas[wrong] == nil && routed(world)?.count == 2)
    }

    @Test("the last one loses its traffic as well, and that requests are refused is told")
    func all() throws {
        var world = try suspended()
        for ordinal in 0...1 { world.corrupt(world.replica(ordinal)) }
        try world.pass()
        #expect(routed(world) == [])
        #expect(try finding(world).reason.message.hasSuffix("so requests are refused until it is resumed"))
    }

    @Test("what a commit changed meanwhile is not followed along the way")
    func committed() throws {
        var world = try suspended()
        world.commit(Manifests(pin: "version: 2"))
        let right = world.replica(1)
        world.corrupt(world.replica(0))
        try world.pass()
        #expect(routed(world) == [right])
        #expect(world.recorded.endpoints[flights]?.route?.targets.map(\.version.number) == [1])
    }

    @Test("it leaves also where the endpoint was taken out of Git")
    func undeclared() throws {
        var world = try suspended()
        var manifests = Manifests(pin: "version: 1")
        manifests.hasEndpoint = false
        world.commit(manifests)
        let right = world.replica(1)
        world.corrupt(world.replica(0))
        #expect(broken(try world.plan(), world) == [])
        try world.pass()
        #expect(routed(world) == [right])
    }

    @Test("a publish that failed is made again, and the finding goes on saying what is wrong")
    func failing() throws {
        var world = try suspended()
        let wrong = world.replica(0)
        world.corrupt(wrong)
        world.failing["route"] = FailureRecord(code: "away", message: "the gateway took too long", retry: .transient)
        try world.pass()
        #expect(routed(world)?.contains(wrong) == true)
        let waiting = try finding(world)
        #expect(waiting.standing == .waiting && waiting.reason.message.contains("\(wrong) has other bytes than"))
        #expect(broken(try world.plan(), world) == [])
        world.failing = [:]
        world.advance(.minutes(5))
        try world.pass()
        #expect(routed(world)?.contains(wrong) == false)
    }

    @Test(
        "without a gateway the finding says that traffic cannot be seen to leave, suspended or not",
        arguments: [true, false])
    func gatewayAway(isSuspended: Bool) throws {
        var world = try suspended()
        if !isSuspended { world.record(.resumed(actor: "ada"), about: endpoint) }
        let wrong = world.replica(0)
        world.corrupt(wrong)
        world.live.gateway = nil
        for _ in 0..<3 {
            let told = try finding(world)
            #expect(told.standing != .settled)
            #expect(told.reason.message.contains("\(wrong) has other bytes than version 1"))
            if told.standing == .waiting || !isSuspended {
                #expect(
                    told.reason.message.contains(
                        "traffic cannot be seen to leave it: the gateway does not answer; start the gateway, or stop"
                            + " it or that process by hand"))
            }
            try world.pass()
            world.advance(.seconds(1))
        }
        #expect(routed(world)?.contains(wrong) == false, "the next gateway finds a table without it")
    }

    @Test("the checker refuses any other act for what is suspended, and traffic left on wrong bytes")
    func checker() throws {
        var world = try suspended()
        let wrong = world.replica(0)
        world.corrupt(wrong)
        var plan = try world.plan()
        let kept = try #require(world.recorded.endpoints[flights]?.route)
        var other = kept
        other.targets[0].replicas = kept.targets[0].replicas.filter { $0.replica == wrong }
        plan.actions = [
            PlannedAction(
                resource: endpoint,
                action: .publish(RoutingChange(number: world.recorded.tableNumber + 1, routes: [other])),
                reason: Reason(.bytesDiffer, "test")),
            PlannedAction(
                resource: endpoint, action: .stopReplica(ReplicaStopOrder(id: world.replica(1), drain: .seconds(0))),
                reason: Reason(.replaced, "test")),
        ]
        let found = broken(plan, world)
        #expect(found.contains("flights is suspended and its route changes by more than wrong bytes"))
        #expect(found.contains("Endpoint/flights is suspended and stop/\(world.replica(1)) is planned for it"))

        var idle = try world.plan()
        idle.actions = []
        let index = try #require(idle.findings.firstIndex { $0.resource == endpoint })
        idle.findings[index] = Finding(endpoint, .waiting, Reason(.suspended, "ada suspended it"))
        #expect(
            broken(idle, world) == [
                "flights is left with traffic on \(wrong), which has other bytes than were approved"
            ])
        world.advance(.minutes(61))
        #expect(!broken(plan, world).contains { $0.contains("is suspended") }, "a suspension ends")
    }
}
