// What holds of every plan, whatever the repository.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

struct PropertyTests {
    static let repositories: [(String, Manifests)] = [
        ("plain", Manifests(pin: "version: 1")),
        ("materialised", Manifests(january: Point.command, pin: "version: 1")),
        ("sweep", Manifests(training: Point.sweep, pin: "version: 1")),
        ("imported", Manifests(imported: "{path: models/flight.joblib}", pin: "version: 1")),
        ("unjudged", Manifests(gates: nil, pin: "version: 1")),
        ("compared", Manifests(gates: [Manifests.noWorse], pin: "version: 1")),
        ("two endpoints", Manifests(pin: "version: 1", others: [("shadow", "version: 1")])),
        ("recreate", Manifests(pin: "version: 1", strategy: "recreate")),
    ]

    @Test(
        "in an ideal world a commit comes to rest, and no plan on the way breaks a law",
        arguments: repositories.map(\.0))
    func rests(name: String) throws {
        var manifests = try #require(PropertyTests.repositories.first { $0.0 == name }?.1)
        var world = World()
        world.measures[.training] = ["loss": 0.5]
        try walk(manifests, in: &world)
        #expect(world.recorded.endpoints[ResourceName("flights")!]?.route?.targets.map(\.version.number) == [1])
        // Other training code gives another recipe, and an import other files.
        let changed: Set<String> = ["training", "models/flight.joblib"]
        try walk(manifests, contents: changed, in: &world)
        manifests.pin = "version: 2"
        try walk(manifests, contents: changed, in: &world)
        #expect(world.recorded.endpoints[ResourceName("flights")!]?.route?.targets.map(\.version.number) == [2])
        #expect(world.live.replicas.count == 2 + manifests.others.count)
        try walk(Manifests(hasModel: false, hasEndpoint: false), in: &world)
        #expect(world.live.replicas.isEmpty)
        #expect(world.recorded.table.routes == [])
    }

    private func walk(_ manifests: Manifests, contents: Set<String> = [], in world: inout World) throws {
        world.commit(manifests, contents: contents)
        let passes = try world.settle { before, plan in
            let broken = PlanChecker().check(
                plan, scope: before.scope, desired: before.desired, observed: before.observed)
            #expect(broken == [])
        }
        #expect(passes != nil, "it did not come to rest")
        let last = try world.plan()
        #expect(last.isEmpty && last.findings.allSatisfy { $0.standing == .settled }, "\(last.findings)")
    }

    @Test("the order in which resources became known does not matter")
    func order() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1", others: [("shadow", "version: 1"), ("third", "version: 1")]))
        try world.registered()
        var shuffled = world
        shuffled.desired = DesiredState()
        let revision = try #require(world.desired.revision)
        for id in world.desired.resources.keys.sorted().reversed() {
            let resource = try #require(world.desired.resources[id])
            let contents = Dictionary(uniqueKeysWithValues: resource.paths.map { ($0, world.desired.contents[$0]) })
            _ = shuffled.desired.apply(.init(revision: revision, resources: [id: resource], contents: contents))
        }
        #expect(try Canonical.encode(shuffled.plan()) == Canonical.encode(world.plan()))
    }

    @Test("a plan of one resource holds nothing of the others")
    func scope() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        let january = ResourceID(.dataset, ResourceName("january")!)
        let plan = try world.plan([january])
        #expect(plan.findings.map(\.resource) == [january])
        #expect(plan.actions.map(\.resource) == [january])
    }

    @Test("a version number offered to other files is passed over")
    func numbers() throws {
        var world = World()
        world.commit(Manifests(pin: "version: 1"))
        try world.evaluated(mae: 8.2)
        world.failing["register"] = FailureRecord(code: "timeout", message: "no answer", retry: .transient)
        try world.passes(2)
        world.failing = [:]
        world.advance(.seconds(30))
        #expect(try world.plan().actions.map(\.key.text) == ["register/flight-time:1"])
        world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1"))
        try world.settle()
        #expect(world.recorded.versionNumbers(of: ResourceName("flight-time")!) == [2])
    }

    @Test("a replica id is never used twice, whatever came between")
    func replicaIDs() throws {
        var world = World()
        var started: [ReplicaID] = []
        for pin in ["version: 1", nil, "version: 1", nil, "version: 1"] {
            world.commit(Manifests(pin: pin))
            try world.settle { _, plan in
                for case .startReplica(let order) in plan.actions.map(\.action) { started.append(order.id) }
            }
        }
        #expect(started.count == 6)
        #expect(Set(started).count == started.count)
    }
}
