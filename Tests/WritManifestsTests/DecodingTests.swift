// A sound manifest of each kind and the resource it becomes.
import Testing
import WritVocabulary

@testable import WritManifests

struct DecodingTests {
    @Test("a Dataset has its source, columns and expectations")
    func dataset() throws {
        let resource = try #require(decode(Fixtures.dataset).resources.first)
        let fraction = MetricValue(0.05)
        #expect(resource.metadata == Metadata(name: resourceName("flights-january")))
        #expect(
            resource.spec
                == .dataset(
                    Dataset(
                        source: .path(repositoryPath("data/january.csv")), format: .csv,
                        columns: [
                            Dataset.Column(
                                name: "distance", type: .integer, minimum: MetricValue(1.0),
                                maximum: MetricValue(6000.0)),
                            Dataset.Column(name: "carrier", type: .string, values: ["UA", "AA", "9E"]),
                            Dataset.Column(
                                name: "air_time", type: .number, nullable: true, maximumNullFraction: fraction),
                            Dataset.Column(name: "id", type: .string, unique: true),
                        ],
                        expectations: Dataset.Expectations(
                            minimumRows: 1000, maximumRows: 1_000_000, additionalColumns: false))))
    }

    @Test("a Dataset may be made by a command")
    func materialisation() throws {
        let resource = try #require(decode(Fixtures.holdout).resources.first)
        let command = Command(
            code: Code(path: repositoryPath("data")), argv: ["python", "holdout.py"],
            environment: Environment(python: "3.11", requirements: repositoryPath("data/requirements.lock")),
            resources: Resources(cpuMillis: 500, memory: ByteCount(bytes: 512 << 20)), timeout: .minutes(10),
            network: true)
        #expect(
            resource.spec == .dataset(Dataset(source: .command(command, output: "holdout.csv"), format: .jsonLines)))
    }

    @Test("a Model has its training, its evaluation with the training's environment, and a gate for every rule")
    func model() throws {
        let resource = try #require(decode(Fixtures.model).resources.first)
        let path = repositoryPath("models/flight-time")
        let environment = Environment(
            python: "3.11", requirements: repositoryPath("models/flight-time/requirements.lock"))
        let training = Model.Training(
            command: Command(
                code: Code(path: path), argv: ["python", "train.py", "--epochs", "10"], environment: environment,
                resources: Resources(cpuMillis: 500, memory: ByteCount(bytes: 4 << 30)), timeout: .minutes(30)),
            datasets: ["train": resourceName("flights-january")],
            parameters: [
                "depth": .integer(6), "rate": .number(try #require(MetricValue(0.1))), "loss": .string("squared"),
                "early": .boolean(true),
            ],
            sweep: Model.Sweep(
                search: .grid(["leaves": [.integer(15), .integer(31)]]),
                objective: Model.Objective(metric: "mae", goal: .minimize), parallel: 2),
            seed: 42, retries: 1)
        let evaluation = Model.Evaluation(
            command: Command(code: Code(path: path), argv: ["python", "evaluate.py"], environment: environment),
            datasets: ["holdout": resourceName("flights-holdout")],
            gates: [
                Model.Gate(metric: "mae", rule: .maximum(try #require(MetricValue(12.0)))),
                Model.Gate(
                    metric: "mae",
                    rule: .noWorseThanChampion(goal: .minimize, margin: try #require(MetricValue(0.5)), endpoint: nil)),
                Model.Gate(metric: "r2", rule: .minimum(try #require(MetricValue(0.8)))),
            ])
        let card = Model.Card(intendedUse: "Planning of crews.", riskTier: "low")
        #expect(resource.metadata.owner == "team-flights")
        #expect(resource.metadata.labels == ["area": "operations"])
        #expect(resource.spec == .model(Model(origin: .training(training), evaluation: evaluation, card: card)))
    }

    @Test("a Model may be imported, and swept at random")
    func importAndRandom() throws {
        let imported = """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: bought}
            spec:
              import: {file: /srv/models/bought}
            """
        #expect(
            decode(imported).resources.first?.spec
                == .model(Model(origin: .import(.init(source: .file("/srv/models/bought"))))))
        let random = "random: {samples: 20, parameters: {rate: {minimum: 1e-4, maximum: 1, scale: logarithmic}}}"
        let swept = decode(Fixtures.model.replacing("grid: {leaves: [15, 31]}", with: random)).resources.first
        guard case .model(let model)? = swept?.spec else {
            Issue.record("the model with a random sweep is not decoded")
            return
        }
        let range = Model.Sweep.Range(
            minimum: try #require(MetricValue(1e-4)), maximum: try #require(MetricValue(1.0)), scale: .logarithmic)
        #expect(model.training?.sweep?.search == .random(samples: 20, ["rate": range]))
    }

    @Test("an Endpoint has its pin, its runtime and its rollout")
    func endpoint() throws {
        let resource = try #require(decode(Fixtures.endpoint).resources.first)
        let digest = Digest("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
        #expect(
            resource.spec
                == .endpoint(
                    Endpoint(
                        model: resourceName("flight-time"), pin: Endpoint.Pin(version: 3, digest: digest),
                        runtime: Endpoint.Runtime(
                            server: .command(
                                argv: ["python", "serve.py"], code: Code(path: repositoryPath("models/flight-time"))),
                            environment: Environment(
                                python: "3.11", requirements: repositoryPath("models/flight-time/requirements.lock")),
                            health: Endpoint.Health(path: "/ready", timeout: .seconds(60))),
                        replicas: 2, rollout: Endpoint.Rollout(strategy: .blueGreen, drain: .seconds(5)))))
    }

    @Test("what is left out has the default that explain and JSON Schema promise")
    func defaults() throws {
        let least = """
            apiVersion: writ.dev/v1
            kind: Endpoint
            metadata: {name: flights}
            spec:
              model: flight-time
              runtime: {preset: mlserver, implementation: mlserver_sklearn.SKLearnModel, artefact: model.joblib}
            """
        let all =
            least + """

                  replicas: 1
                  resources: {cpu: 1, memory: 2Gi}
                  rollout: {strategy: blueGreen, drain: 10s}
                  promotion: manual
                """
        #expect(decode(least).diagnostics == [])
        #expect(decode(all).resources.map(\.spec) == decode(least).resources.map(\.spec))
    }

    @Test(
        "quantities may be written in each of their ways",
        arguments: [
            ("cpu: 500m", "cpu: 0.5"), ("cpu: 500m", "cpu: '500m'"), ("memory: 4Gi", "memory: 4096Mi"),
            ("memory: 4Gi", "memory: 4294967296"),
            ("timeout: 30m", "timeout: 1800s"),
        ])
    func quantities(first: String, second: String) {
        let other = decode(Fixtures.model.replacing(first, with: second))
        #expect(other.diagnostics == [])
        #expect(other.resources == decode(Fixtures.model).resources)
    }

    @Test("the same bytes under another path are the same resources there")
    func moved() {
        let decoded = decode(Fixtures.all)
        let moved = decoded.moved(to: repositoryPath("elsewhere.yaml"))
        #expect(moved.resources.allSatisfy { $0.location.path.text == "elsewhere.yaml" })
        #expect(moved.resources.map(\.spec) == decoded.resources.map(\.spec))
    }
}
