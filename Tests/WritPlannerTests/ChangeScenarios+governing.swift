// Golden changes that policies judge, that are too large, or that mean harm.
import WritPlanner
import WritVocabulary

extension ChangeScenario {
    static let governing = [
        ChangeScenario("policy-loosened") { world in
            world.declare(Manifests(pin: "version: 1").yaml + "---\n" + policy)
            try world.settle()
        } to: {
            $0.edit([
                "count: 2, role: reviewers": "count: 1, role: reviewers", "from: \"08:00\"": "from: \"06:30\"",
                "reviewers: [bob@example.com, carol@example.com]":
                    "reviewers: [bob@example.com, carol@example.com, dave@example.com]",
            ])
        },
        ChangeScenario("taken-back-before", decision: emergency) { world in
            try world.challenged()
            world.edit(["version: 1\n": "version: 2\n"])
            try world.settle()
            world.takeBack()
            world.edit(["version: 2\n": "version: 1\n"])
            try world.settle()
        } to: {
            $0.edit(["version: 1\n": "version: 2\n"])
        },
        ChangeScenario("approvals-missing", decision: waiting) { world in
            try world.challenged()
        } to: {
            $0.edit(["version: 1\n": "version: 2\n"])
        },
        ChangeScenario("huge", limit: 4_000) { world in
            world.declare(many(40, replicas: 1))
        } to: {
            $0.declare(many(40, replicas: 2))
        },
    ]

    private static let policy = """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: production}
        spec:
          repository: example.com/ml
          signers: governance/allowed_signers
          roles:
            reviewers: [bob@example.com, carol@example.com]
          rules:
            - name: endpoints
              kinds: [Endpoint, Model]
              approvals: [{count: 2, role: reviewers}]
              windows: [{maintenance: {days: [Mon, Tue], from: "08:00", until: "17:00"}}]

        """

    private static let emergency = PolicyDecision(
        verdict: .allowed, rules: [],
        breakGlass: BreakGlass(
            person: Person("alice@example.com")!, reason: "the old version fails for every request",
            revision: RevisionID(World.hex("glass"))!, until: Timestamp("2026-03-02T12:00:00.000Z")!))

    private static let waiting = PolicyDecision(
        verdict: .waiting,
        rules: [
            .init(
                policy: ResourceName("production")!, rule: "endpoints", paths: [RepositoryPath("manifests/all.yaml")!],
                pathCount: 1, met: ["alice@example.com approved"],
                missing: [
                    .init(
                        .approval, "1 more of role reviewers has to approve, and not alice@example.com, who wrote it"),
                    .init(.evidence, "flight-time:2 has no gate on rmse"),
                ])
        ])

    private static func many(_ count: Int, replicas: Int) -> String {
        (0..<count).map { index in
            var manifests = Manifests(hasModel: index == 0, hasEndpoint: false)
            manifests.others = [("endpoint-\(index)", "version: 1")]
            let documents = manifests.yaml.replacing("replicas: 1", with: "replicas: \(replicas)")
            return index == 0 ? documents : documents.split(separator: "---\n").last.map(String.init) ?? ""
        }.joined(separator: "---\n")
    }

    // MARK: Names that mean harm

    static let hostile = [
        ChangeScenario("hostile-names", decision: refused) { world in
            world.measures[.evaluation] = ["mae": 8.2]
            world.commit(Manifests(pin: "version: 1"))
            try world.settle()
        } to: { world in
            world.edit([
                "{name: distance, type: integer, minimum: 1}": "{name: \"a|b`<img src=x>\", type: integer}",
                "{iterations: 100}": "{iterations: 100, note: \"@alice #1 | <b>`x`</b> https://evil.example ]( \"}",
                "command: [python, train.py]": #"command: [python, "train.py\n/merge @all", "``|``"]"#,
                "metadata: {name: flights}": "metadata: {name: flights, owner: \"@bob </details> **bold**\"}",
                "{metric: mae, maximum: 12}": "{metric: mae/@carol, maximum: 12}",
            ])
        }
    ]

    private static let refused = PolicyDecision(
        verdict: .refused,
        rules: [
            .init(
                policy: ResourceName("production")!, rule: "all | `rules`",
                paths: [RepositoryPath("a|b`c\n@dave.yaml")!],
                pathCount: 1, met: [], missing: [.init(.engine, "engine says @erin <script> #7 | `no`")])
        ],
        general: [.init(.rule, "no rule names a|b`c\n/close")])
}
