// What happens in a simulation besides faults: commits that arrive at known moments.
import WritController
import WritVocabulary

/// A named course of commits. Everything else is the world's and the seed's.
public struct Scenario: Sendable {
    public var name: String
    public var summary: String
    public var commits: [Arrival]
    public var acts: [Act]
    /// Executions that may run at once.
    public var executions = 2
    /// How long a request of Writ's is open when somebody merges it, once the last commit has arrived; nil where nobody
    /// does.
    public var mergesAfter: TimeSpan?

    public struct Arrival: Sendable {
        public var at: TimeSpan
        /// Path to text; nil takes a file away.
        public var files: [String: String?]
        /// Whether history is rewritten.
        public var orphan: Bool
        /// Whose key signs it.
        public var signer: String?
        /// Whether it takes the place of the commit before it.
        public var replaces: Bool

        public init(
            at: TimeSpan, files: [String: String?], orphan: Bool = false, signer: String? = nil, replaces: Bool = false
        ) {
            self.at = at
            self.files = files
            self.orphan = orphan
            self.signer = signer
            self.replaces = replaces
        }
    }

    /// Something an operator does; nil while it cannot be done yet.
    public struct Act: Sendable {
        public var at: TimeSpan
        let act: @Sendable (RecordedState, Timestamp) -> OperatorAct?

        init(at: TimeSpan, _ act: @escaping @Sendable (RecordedState, Timestamp) -> OperatorAct?) {
            self.at = at
            self.act = act
        }
    }

    init(name: String, summary: String, commits: [Arrival], acts: [Act] = []) {
        self.acts = acts
        self.name = name
        self.summary = summary
        self.commits = commits
    }

    public static let all: [Scenario] = [
        .lifeCycle, .sweep, .twoModels, .deletion, .brokenCommit, .forcePush, .suspension, .exhaustion, .recreation,
        .imported, .sharing, .promotion, .unsigned, .proposed, .takenBack, .returned,
    ]

    public static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }

    /// Train, serve, retrain on new data, serve the new version.
    public static let lifeCycle = Scenario(
        name: "life-cycle", summary: "version 1 trains and serves, new data makes version 2, which replaces it",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "data/january.csv": "x\n1\n", "data/february.csv": "x\n2\n", "data/march.csv": "x\n3\n",
                    "code/train.py": "train", "code/evaluate.py": "evaluate",
                    "manifests/data.yaml": ["january", "february", "march"].map(dataset).joined(separator: "---\n"),
                    "manifests/model.yaml": model("times", data: "january"),
                    "manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 2),
                ]),
            Arrival(at: .minutes(6), files: ["manifests/model.yaml": model("times", data: "february")]),
            Arrival(
                at: .minutes(12),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 2, replicas: 2)]),
        ])

    /// Many trials, few places.
    public static let sweep = Scenario(
        name: "sweep", summary: "a grid of six trials, two at a time; the best is registered",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "data/january.csv": "x\n1\n", "data/march.csv": "x\n3\n", "code/train.py": "train",
                    "manifests/data.yaml": dataset("january") + "---\n" + dataset("march"),
                    "manifests/model.yaml": model(
                        "times", data: "january",
                        extra: """
                                sweep:
                                  grid: {depth: [2, 3, 4], rate: [0.1, 0.2]}
                                  objective: {metric: mae, goal: minimize}
                                  parallel: 2

                            """),
                ])
        ])

    /// Two models share data; one is broken by its gate.
    public static let twoModels = Scenario(
        name: "two-models", summary: "a model whose gate cannot be met delays no other",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "data/january.csv": "x\n1\n", "data/march.csv": "x\n3\n", "code/train.py": "train",
                    "manifests/data.yaml": dataset("january") + "---\n" + dataset("march"),
                    "manifests/good.yaml": model("good", data: "january"),
                    "manifests/bad.yaml": model("bad", data: "january", maximum: "1", parameter: "7"),
                    "manifests/live.yaml": endpoint("good-live", model: "good", version: 1, replicas: 1) + "---\n"
                        + endpoint("bad-live", model: "bad", version: 1, replicas: 1),
                ])
        ])

    /// What is no longer declared goes away, in the right order.
    public static let deletion = Scenario(
        name: "deletion", summary: "an endpoint is scaled, then taken away while a model retrains",
        commits: Array(lifeCycle.commits.prefix(1)) + [
            Arrival(
                at: .minutes(6),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 3)]),
            Arrival(
                at: .minutes(9),
                files: ["manifests/endpoint.yaml": nil, "manifests/model.yaml": model("times", data: "february")]),
        ])

    // MARK: - Manifests

    static func dataset(_ name: String) -> String {
        """
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata: {name: \(name)}
        spec:
          source: {path: data/\(name).csv}
          format: csv

        """
    }

    static func model(
        _ name: String, data: String, maximum: String = "100", parameter: String = "1", extra: String = ""
    ) -> String {
        """
        apiVersion: writ.dev/v1
        kind: Model
        metadata: {name: \(name)}
        spec:
          training:
            code: {path: code}
            command: [train, model]
            datasets: {rows: \(data)}
            parameters: {size: \(parameter)}
            retries: 2
        \(extra)  evaluation:
            code: {path: code}
            command: [evaluate, report]
            datasets: {holdout: march}
            gates:
              - {metric: mae, maximum: \(maximum)}
              - {metric: mae, noWorseThanChampion: {goal: minimize, margin: 100}}

        """
    }

    static func endpoint(_ name: String, model: String, version: Int, replicas: Int) -> String {
        """
        apiVersion: writ.dev/v1
        kind: Endpoint
        metadata: {name: \(name)}
        spec:
          model: \(model)
          version: \(version)
          runtime: {command: [serve]}
          replicas: \(replicas)

        """
    }
}
