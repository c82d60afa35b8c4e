// Scenarios in which people make mistakes, change their minds and step in.
import WritController
import WritVocabulary

extension Scenario {
    /// A manifest that does not parse changes nothing until it is repaired.
    public static let brokenCommit = Scenario(
        name: "broken-commit", summary: "a commit is refused, what ran goes on, its repair is accepted",
        commits: first + [
            Arrival(at: .minutes(6), files: ["manifests/endpoint.yaml": "kind: Nonsense\n"]),
            Arrival(
                at: .minutes(8),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 1)]),
        ])

    /// History is rewritten; nothing follows from it before an operator accepts it.
    public static let forcePush = Scenario(
        name: "force-push", summary: "a tip that does not descend freezes the source until an operator accepts it",
        commits: first + [
            Arrival(
                at: .minutes(6),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 3)],
                orphan: true)
        ],
        acts: [
            Act(at: .minutes(8)) { recorded, _ in
                recorded.source.frozenAt.map { .acceptTip($0, actor: "ada", reason: "the history was cleaned") }
            }
        ])

    /// An endpoint is left alone for a while; what was committed meanwhile follows when that is over.
    public static let suspension = Scenario(
        name: "suspension", summary: "an endpoint is suspended, a model too and resumed; commits wait for both",
        commits: first + [
            Arrival(
                at: TimeSpan(milliseconds: 390_000),
                files: [
                    "manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 1),
                    "manifests/model.yaml": model("times", data: "february"),
                ])
        ],
        acts: [
            Act(at: .minutes(6)) { _, now in suspend("Endpoint/times-live", until: now + .seconds(90)) },
            Act(at: .minutes(6)) { _, now in suspend("Model/times", until: now + .minutes(50)) },
            Act(at: .minutes(7)) { _, _ in ResourceID("Model/times").map { .resume($0, actor: "ada") } },
        ])

    /// A run that never succeeds is tried as often as declared; its neighbour is not held up.
    public static let exhaustion = Scenario(
        name: "exhaustion", summary: "a run fails at every attempt and is given up; another model goes on",
        commits: [
            Arrival(
                at: .seconds(0),
                files: base.merging([
                    "manifests/hopeless.yaml": model("hopeless", data: "january", parameter: "7")
                        .replacing("[train, model]", with: "[train, fail]"),
                    "manifests/good.yaml": model("good", data: "january"),
                    "manifests/live.yaml": endpoint("hopeless-live", model: "hopeless", version: 1, replicas: 1)
                        + "---\n" + endpoint("good-live", model: "good", version: 1, replicas: 1),
                ]) { $1 })
        ])

    /// Old replicas go before new ones come.
    public static let recreation = Scenario(
        name: "recreate", summary: "version 2 replaces version 1 by recreation",
        commits: [
            Arrival(
                at: .seconds(0),
                files: base.merging([
                    "manifests/model.yaml": model("times", data: "january"),
                    "manifests/endpoint.yaml": recreating(version: 1),
                ]) { $1 }),
            Arrival(at: .minutes(6), files: ["manifests/model.yaml": model("times", data: "february")]),
            Arrival(at: .minutes(12), files: ["manifests/endpoint.yaml": recreating(version: 2)]),
        ])

    /// A version made elsewhere, served at two endpoints; one of them goes away.
    public static let imported = Scenario(
        name: "import", summary: "an imported version serves at two endpoints, then at one",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "files/model.bin": "weights",
                    "manifests/model.yaml": """
                    apiVersion: writ.dev/v1
                    kind: Model
                    metadata: {name: bought}
                    spec:
                      import: {path: files/model.bin}

                    """,
                    "manifests/one.yaml": endpoint("one", model: "bought", version: 1, replicas: 2),
                    "manifests/two.yaml": endpoint("two", model: "bought", version: 1, replicas: 1),
                ]),
            Arrival(at: .minutes(4), files: ["manifests/two.yaml": nil]),
        ])

    /// Two models ask for the same run; the one it was started for changes its mind.
    public static let sharing = Scenario(
        name: "sharing",
        summary: "a run two models ask for goes on when its first model drops it; data come from a command",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "code/train.py": "train", "data/march.csv": "x\n3\n",
                    "manifests/data.yaml": dataset("march") + "---\n" + """
                        apiVersion: writ.dev/v1
                        kind: Dataset
                        metadata: {name: january}
                        spec:
                          source: {command: {code: {path: code}, argv: [prepare], output: rows.csv}}
                          format: csv

                        """,
                    "manifests/one.yaml": model("one", data: "january"),
                    "manifests/two.yaml": model("two", data: "january"),
                ]),
            Arrival(at: .minutes(2), files: ["manifests/one.yaml": model("one", data: "january", parameter: "9")]),
            Arrival(at: .minutes(3), files: ["manifests/one.yaml": nil]),
        ])

    // MARK: - Parts

    private static let base: [String: String?] = [
        "data/january.csv": "x\n1\n", "data/february.csv": "x\n2\n", "data/march.csv": "x\n3\n",
        "code/train.py": "train",
        "manifests/data.yaml": ["january", "february", "march"].map(dataset).joined(separator: "---\n"),
    ]

    private static var first: [Arrival] { Array(lifeCycle.commits.prefix(1)) }

    private static func recreating(version: Int) -> String {
        endpoint("times-live", model: "times", version: version, replicas: 2) + "  rollout: {strategy: recreate}\n"
    }

    private static func suspend(_ resource: String, until: Timestamp) -> OperatorAct? {
        ResourceID(resource).map { .suspend($0, Suspension(actor: "ada", reason: "an experiment", until: until)) }
    }
}
