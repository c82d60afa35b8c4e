// The simulated drivers keep the promises of the real ones.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

struct ConformanceTests {
    let world = SimulatedWorld(seed: 1, start: Simulation.start)

    var clock: ConformanceClock {
        ConformanceClock(looks: 1000) { [world] in world.advance(to: world.now + .seconds(1)) }
    }

    @Test("the simulated trainer conforms")
    func trainer() async throws {
        let (succeeding, lasting) = (try ConformanceOrders.execution("a"), try ConformanceOrders.execution("b"))
        try await TrainerConformance(
            trainer: world.backends.trainer, clock: clock, succeeding: succeeding, lasting: lasting
        ).run()
    }

    @Test("simulated serving conforms")
    func serving() async throws {
        let version = try ConformanceOrders.version(artefacts: Digest(of: Array("a".utf8)))
        try await world.backends.registry.register(version)
        let order = try ConformanceOrders.replica(version)
        try await ServingConformance(serving: world.backends.serving, clock: clock, order: order).run()
    }

    @Test("the simulated router conforms")
    func router() async throws {
        let order = try ConformanceOrders.replica(try ConformanceOrders.version(artefacts: Digest(of: Array("a".utf8))))
        try await RouterConformance(
            router: world.backends.router, clock: clock, route: ConformanceOrders.route(order, port: 20_001)
        ).run()
    }

    @Test("the simulated data source conforms")
    func data() async throws {
        let content = try #require(ContentID(String(repeating: "a", count: 40)))
        try await DataConformance(
            data: world.backends.data, order: try ConformanceOrders.snapshot(content, recipe: "rows"),
            imported: try ConformanceOrders.imported(content, name: "model")
        ).run()
    }

    @Test("the simulated attestor conforms")
    func attestor() async throws {
        let version = try ConformanceOrders.version(artefacts: Digest(of: Array("a".utf8)))
        try await world.backends.registry.register(version)
        let order = try ConformanceOrders.replica(version)
        let facts = AttestationOrder.DeploymentFacts(
            endpoint: order.endpoint, deployment: order.id.deployment, version: version.id,
            artefacts: version.artefacts, revision: version.revision, at: world.now, change: nil, attestations: [])
        try await AttestorConformance(
            attestor: world.backends.attestor, version: .init(version: version), deployment: facts
        ).run()
    }

    @Test("the simulated registry conforms")
    func registry() async throws {
        try await RegistryConformance(
            registry: world.backends.registry,
            version: try ConformanceOrders.version(artefacts: Digest(of: Array("a".utf8))),
            impostor: try ConformanceOrders.version(artefacts: Digest(of: Array("b".utf8)))
        ).run()
    }
}
