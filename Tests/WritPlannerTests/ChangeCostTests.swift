// What a plan of a change costs beside what it looks at.
import Testing
import WritPlanner
import WritVocabulary

struct ChangeCostTests {
    @Test("the cost of a plan follows the change, not the repository")
    func cost() throws {
        let small = try fastest(of: 20, in: 100)
        let large = try fastest(of: 20, in: 5_000)
        // A walk over all resources would cost fifty times as much.
        #expect(large < small * 10, "\(large) beside \(small)")
    }

    private func fastest(of tries: Int, in count: Int) throws -> Duration {
        let base = ChangeCostTests.repository(count)
        var change = DesiredState.Change(revision: RevisionID(World.hex("head"))!)
        let id = ResourceID(.endpoint, ResourceName("endpoint-7")!)
        var resource = try #require(base.resources[id])
        guard case .endpoint(var endpoint) = resource.spec else { return .zero }
        endpoint.pin = Endpoint.Pin(version: 2)
        resource.spec = .endpoint(endpoint)
        change.resources.updateValue(resource, forKey: id)
        let clock = ContinuousClock()
        return try (0..<tries).map { _ in
            try clock.measure {
                let plan = try ChangePlanner().plan(
                    base: base, change: change, observation: nil, basis: .assumed, decision: nil)
                #expect(plan.moves.count == 1)
            }
        }.min() ?? .zero
    }

    private static func repository(_ count: Int) -> DesiredState {
        var change = DesiredState.Change(revision: RevisionID(World.hex("base"))!)
        let path = RepositoryPath("manifests/all.yaml")!
        for index in 0..<count {
            let model = ResourceName("model-\(index)")!
            let endpoint = ResourceName("endpoint-\(index)")!
            let spec = Endpoint(
                model: model, pin: Endpoint.Pin(version: 1),
                runtime: Endpoint.Runtime(server: .command(argv: ["serve"], code: nil)))
            let imported = Model(origin: .import(Model.Import(source: .file("/srv/\(index)"))))
            for (name, spec) in [(model, Resource.Spec.model(imported)), (endpoint, .endpoint(spec))] {
                let resource = Resource(
                    metadata: Metadata(name: name), spec: spec, location: ManifestLocation(path: path, line: 1))
                change.resources.updateValue(resource, forKey: resource.id)
            }
        }
        var desired = DesiredState()
        _ = desired.apply(change)
        return desired
    }
}
