// What holds of every plan in random lives with promotions, crashes and changes of mind.
import Testing
import WritVocabulary

@testable import WritPlanner

struct LifePropertyTests {
    @Test(
        "no plan of a random life breaks a law, and every life comes to rest when the trouble ends", arguments: 0..<40)
    func lives(seed: Int) throws {
        var life = RandomLife(seed: UInt64(seed))
        try life.begin()
        for _ in 0..<40 { try life.step() }
        try life.heal()
    }
}

/// One endpoint and its model, driven by dice. What is checked holds after every step.
struct RandomLife {
    private var world = World()
    private var dice: SplitMix64
    private var manifests: Manifests
    private var iterations = 1
    private var declined: Set<ProposalID> = []
    private let flights = ResourceName("flights")!
    private let model = ResourceName("flight-time")!

    init(seed: UInt64) {
        dice = SplitMix64(seed: seed)
        let isAutomatic = seed % 3 == 0
        manifests = Manifests(
            pin: "version: 1", strategy: seed % 2 == 0 ? "blueGreen" : "recreate",
            promotion: isAutomatic ? "auto" : "propose")
        if isAutomatic { world.automation = Planner.Automation(person: Person("writ@example.com")!, target: "main") }
    }

    mutating func begin() throws {
        world.commit(manifests)
        _ = try world.settle()
    }

    mutating func step() throws {
        switch roll(20) {
        case 0, 1: train()
        case 2, 3, 4: merge()
        case 5: decline()
        case 6: pin(roll(6))
        case 7, 8: world.crashing = Set((1..<12).filter { _ in roll(2) == 0 })
        case 9: world.crashing = []
        case 10: crash()
        case 11: world.failing["propose"] = roll(2) == 0 ? nil : failure
        case 12: deleteOrDeclare()
        case 13: serveDifferently()
        case 14: world.advance(.minutes(Int64(1 + roll(90))))
        case 15: suspend()
        case 16: change()
        default: break
        }
        for _ in 0..<3 {
            try pass()
            world.finishAll()
            let slow = Set(world.live.replicas.keys.sorted().filter { _ in roll(4) == 0 })
            world.ready { !slow.contains($0) }
            world.advance(.seconds(Int64(1 + roll(10))))
        }
    }

    /// Nothing fails any more: it comes to rest, and what serves is what is pinned or what took its place.
    mutating func heal() throws {
        world.crashing = []
        world.failing = [:]
        world.recorded.suspensions = [:]
        var rest = false
        for _ in 0..<200 where !rest {
            let plan = try pass()
            rest = plan.isEmpty && plan.wakeAt == nil && world.live.executions.isEmpty
            world.finishAll()
            world.ready()
            world.advance(.seconds(10))
        }
        #expect(rest, "it did not come to rest")
        let plan = try world.plan()
        for finding in plan.findings where finding.resource.kind == .endpoint {
            #expect(finding.standing == .settled || finding.standing == .refused, "\(finding)")
        }
    }

    // MARK: What is checked

    @discardableResult
    private mutating func pass() throws -> Plan {
        let before = world
        let plan = try world.pass()
        let broken = PlanChecker().check(
            plan, scope: before.scope, desired: before.desired, observed: before.observed,
            at: before.now)
        #expect(broken == [])
        #expect(try Canonical.encode(before.plan()) == Canonical.encode(plan))
        let again = Set(try world.plan().actions.map(\.key))
        for planned in plan.actions {
            guard case .propose(let order) = planned.action else { continue }
            #expect(!declined.contains(order.id) || order.id.purpose == .rollback, "\(order.id) was declined")
            #expect(!again.contains(planned.key), "\(planned.key) is planned again")
        }
        let open = world.recorded.proposals.filter { $0.value.ending == nil }
        #expect(open.count <= 1, "\(open.keys.sorted())")
        return plan
    }

    // MARK: What happens

    private mutating func roll(_ count: Int) -> Int { Int(dice.next() % UInt64(count)) }

    private var failure: FailureRecord {
        FailureRecord(code: "push-not-allowed", message: "no", retry: iterations % 2 == 0 ? .terminal : .stalled)
    }

    private mutating func train() {
        iterations += 1
        manifests.training = ["parameters: {iterations: \(iterations)00}"]
        commit()
    }

    private mutating func commit() {
        world.commit(manifests, contents: world.contents)
        // What the controller does with proposals whose pin the branch has.
        let pinned = world.desired.endpoint(flights)?.pin?.version
        for (id, record) in world.recorded.proposals where record.ending == nil && record.order.to.version == pinned {
            world.end(id, .merged)
        }
    }

    private var open: ProposalID? { world.recorded.proposals.first { $0.value.ending == nil }?.key }

    private mutating func merge() {
        guard let open, let order = world.recorded.proposals[open]?.order else { return }
        manifests.pin = "version: \(order.to.version)\n  digest: \(order.to.digest?.text ?? "")"
        commit()
    }

    private mutating func decline() {
        guard let open else { return }
        world.end(open, .declined)
        if open.purpose == .promotion { declined.insert(open) }
    }

    private mutating func pin(_ number: Int) {
        manifests.pin = number == 0 ? nil : "version: \(number)"
        commit()
    }

    private mutating func crash() {
        let running = world.live.replicas.filter { if case .exited = $0.value.phase { false } else { true } }.keys
            .sorted()
        guard !running.isEmpty else { return }
        world.crash(running[roll(running.count)])
    }

    /// The bytes of a replica that runs change.
    private mutating func change() {
        let running = world.live.replicas.filter { id, seen in
            if case .exited = seen.phase { return false }
            return seen.integrity?.fault == nil && world.recorded.endpoints[flights]?.replicas[id] != nil
        }.keys.sorted()
        guard !running.isEmpty else { return }
        world.corrupt(running[roll(running.count)])
    }

    private mutating func deleteOrDeclare() {
        if manifests.hasEndpoint && roll(3) > 0 { return }
        manifests.hasEndpoint.toggle()
        commit()
    }

    private mutating func serveDifferently() {
        world.commit(manifests, contents: world.contents.isEmpty ? ["serving"] : [])
    }

    private mutating func suspend() {
        let suspension = Suspension(
            actor: "alice@example.com", reason: "looking", until: world.now + .seconds(Int64(roll(60))))
        world.record(.suspended(suspension), about: ResourceID(.endpoint, flights))
    }
}
