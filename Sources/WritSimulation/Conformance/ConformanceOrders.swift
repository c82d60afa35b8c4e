// Orders the suites are run with.
import WritVocabulary

/// Small, complete orders for conformance tests; a driver's own tests fill in what is real.
public enum ConformanceOrders {
    /// An execution of a recipe of its own.
    public static func execution(
        _ seed: String, argv: [String] = ["run"], codeTree: ContentID? = nil, purpose: Purpose = .training
    ) throws -> ExecutionOrder {
        let recipe = Digest(of: Array(seed.utf8))
        guard let name = ResourceName("conformance"), let zero = ContentID(String(repeating: "0", count: 40)),
            let revision = RevisionID(String(repeating: "0", count: 40)), let code = RepositoryPath("code")
        else { throw ConformanceFailure(description: "the suite's own names are not valid") }
        return ExecutionOrder(
            id: ExecutionID(purpose, of: recipe, attempt: 1), purpose: purpose, recipe: RecipeID(recipe),
            resource: ResourceID(.model, name), revision: revision, code: code, codeTree: codeTree ?? zero, argv: argv,
            environment: nil, inputs: [:], model: nil, parameters: [:], seed: 0, resources: Resources(),
            timeout: .minutes(5),
            network: false)
    }

    public static func version(artefacts: Digest) throws -> VersionRecord {
        guard let name = ResourceName("conformance"), let revision = RevisionID(String(repeating: "0", count: 40))
        else {
            throw ConformanceFailure(description: "the suite's own names are not valid")
        }
        return VersionRecord(
            id: VersionID(name, 1), artefacts: artefacts, run: nil, recipe: nil, revision: revision, datasets: [:],
            evaluation: nil, metrics: [:], gates: [], card: nil)
    }

    public static func replica(
        _ version: VersionRecord, argv: [String] = ["serve"], codeTree: ContentID? = nil
    ) throws -> ReplicaOrder {
        guard let endpoint = ResourceName("live"), let code = RepositoryPath("code") else {
            throw ConformanceFailure(description: "the suite's own names are not valid")
        }
        return ReplicaOrder(
            id: ReplicaID(DeploymentID(endpoint: endpoint, content: version.artefacts), ordinal: 0, generation: 0),
            endpoint: endpoint, version: version.id, artefacts: version.artefacts,
            server: .command(argv: argv, code: codeTree.map { _ in Code(path: code) }), codeTree: codeTree,
            environment: nil,
            resources: Resources(), health: Endpoint.Health(path: "/", timeout: .seconds(30)))
    }

    public static func snapshot(_ content: ContentID, recipe seed: String) throws -> SnapshotOrder {
        guard let name = ResourceName("conformance") else {
            throw ConformanceFailure(description: "the suite's own names are not valid")
        }
        return SnapshotOrder(
            recipe: RecipeID(Digest(of: Array(seed.utf8))), dataset: name, source: .content(content), format: .csv,
            columns: [Dataset.Column(name: "x", type: .number)], expectations: Dataset.Expectations())
    }

    public static func imported(_ content: ContentID, name file: String) throws -> ImportOrder {
        guard let name = ResourceName("conformance") else {
            throw ConformanceFailure(description: "the suite's own names are not valid")
        }
        return ImportOrder(model: name, source: .content(content, name: file), expected: nil)
    }

    public static func route(_ order: ReplicaOrder, port: Int) -> RoutingTable.Route {
        let address = RoutingTable.Address(replica: order.id, host: "127.0.0.1", port: port)
        let target = RoutingTable.Target(
            version: order.version, weight: 100, deployment: order.id.deployment, replicas: [address])
        return RoutingTable.Route(endpoint: order.endpoint, targets: [target])
    }
}
