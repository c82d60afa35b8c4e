// The changes whose plans are golden.
import WritPlanner
import WritVocabulary

extension ChangeScenario {
    static let all = training + judging + serving + governing + hostile

    static let training = [
        ChangeScenario("first-commit") { _ in
        } to: {
            $0.commit(Manifests(pin: "version: 1"))
        },
        ChangeScenario("parameters-changed") { world in
            try world.serving()
        } to: { world in
            world.edit(
                ["parameters: {iterations: 100}": "parameters: {iterations: 200, depth: \"4\"}", "seed: 13": "seed: 7"])
        },
        ChangeScenario("data-changed") { world in
            try world.serving()
        } to: {
            $0.edit([:], contents: ["data/january.csv"])
        },
        ChangeScenario("known-recipe") { world in
            try world.serving()
            world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1"))
            try world.settle()
        } to: {
            $0.edit(["iterations: 200": "iterations: 100"])
        },
        ChangeScenario("sweep-begins") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 1"), contents: ["training"])
            try world.passes(2)
            world.finishAll(.outOfMemory)
        } to: {
            $0.edit(["parameters: {iterations: 100}": Point.sweep.joined(separator: "\n    "), "seed: 13": "seed: 7"])
        },
        ChangeScenario("automatic-promotion") { world in
            world.commit(Manifests(pin: "version: 1"))
            world.edit(["replicas: 2": "replicas: 2\n  promotion: auto"])
            try world.settle()
        } to: {
            $0.edit([:], contents: ["training", "training/requirements.lock"])
        },
        ChangeScenario("import-changed") { world in
            world.commit(Manifests(imported: "{path: models/flight.joblib}", pin: "version: 1"))
            try world.settle()
        } to: {
            $0.edit([:], contents: ["models/flight.joblib"])
        },
    ]

    static let judging = [
        ChangeScenario("gate-loosened") { world in
            world.commit(
                Manifests(gates: ["{metric: mae, maximum: 12}", "{metric: rows, minimum: 100}", Manifests.noWorse]))
            try world.evaluated(mae: 12.4)
            try world.pass()
        } to: {
            $0.edit([
                "maximum: 12}": "maximum: 15}", "      - {metric: rows, minimum: 100}\n": "",
                "margin: 0.5": "margin: 1",
            ])
        },
        ChangeScenario("evaluation-removed") { world in
            try world.serving()
        } to: {
            $0.commit(Manifests(gates: nil, pin: "version: 1"))
        },
    ]

    static let serving = [
        ChangeScenario("promotion") { world in
            try world.challenged()
        } to: { world in
            let digest = world.recorded.versions[ResourceName("flight-time")!]?[2]?.artefacts.text ?? ""
            world.edit(["version: 1\n": "version: 2\n  digest: \(digest)\n"])
        },
        ChangeScenario("rollback") { world in
            try world.challenged()
            world.edit(["version: 1\n": "version: 2\n"])
            try world.settle()
        } to: {
            $0.edit(["version: 2\n": "version: 1\n"])
        },
        ChangeScenario("recreate") { world in
            try world.challenged()
        } to: {
            $0.edit(["version: 1\n": "version: 2\n", "blueGreen": "recreate"])
        },
        ChangeScenario("restart-and-scale") { world in
            world.commit(Manifests(pin: "version: 1", others: [("shadow", "version: 1")]))
            try world.settle()
        } to: { world in
            world.edit([
                "path: /ready, timeout: 30s}\n  replicas: 2": "path: /live, timeout: 30s}\n  replicas: 2",
                "replicas: 1": "replicas: 3",
            ])
        },
        ChangeScenario("unknown-version") { world in
            try world.serving()
        } to: {
            $0.edit(["version: 1\n": "version: 9\n"])
        },
        ChangeScenario("digest-differs") { world in
            try world.challenged()
        } to: {
            $0.edit(["version: 1\n": "version: 2\n  digest: sha256:\(String(repeating: "0", count: 64))\n"])
        },
        ChangeScenario("version-on-its-way") { world in
            try world.serving()
        } to: {
            $0.edit(["iterations: 100": "iterations: 200", "version: 1\n": "version: 2\n"])
        },
        ChangeScenario("dataset-deleted-in-use") { world in
            try world.serving()
        } to: { world in
            _ = world.desired.apply(
                .init(
                    revision: RevisionID(World.hex("deleted"))!,
                    resources: [ResourceID(.dataset, ResourceName("january")!): nil]))
        },
        ChangeScenario("model-and-endpoint-deleted") { world in
            try world.serving()
        } to: {
            $0.commit(Manifests(hasModel: false, hasEndpoint: false))
        },
        ChangeScenario("suspended-and-unpinned") { world in
            world.commit(Manifests(pin: "version: 1", others: [("shadow", "version: 1")]))
            try world.settle()
            world.record(
                .suspended(
                    Suspension(
                        actor: "alice@example.com", reason: "a load test", until: world.now + .minutes(60))),
                about: ResourceID(.endpoint, ResourceName("flights")!))
        } to: {
            $0.commit(Manifests(pin: "version: 1", replicas: 1, others: [("shadow", "promotion: manual")]))
        },
        ChangeScenario("nothing-observed", isObserved: false) { world in
            try world.serving()
        } to: {
            $0.edit(["iterations: 100": "iterations: 200", "version: 1\n": "version: 2\n"], contents: ["evaluation"])
        },
    ]
}

extension World {
    /// Version 1 serves and version 2, better as a whole and worse in one slice, is registered.
    mutating func challenged() throws {
        measures[.evaluation] = ["mae": 8.2, "mae[carrier=AA]": 9.1, "mae[carrier=DL]": 7.5, "rows": 5000]
        commit(Manifests(gates: ["{metric: mae, maximum: 12}", Manifests.noWorse], pin: "version: 1"))
        try settle()
        measures[.evaluation] = [
            "mae": 7.9, "mae[carrier=AA]": 9.4, "mae[carrier=DL]": 7.0, "mae[carrier=UA]": 8.8, "rows": 5000,
        ]
        commit(
            Manifests(
                training: ["parameters: {iterations: 200}"],
                gates: ["{metric: mae, maximum: 12}", Manifests.noWorse], pin: "version: 1"),
            contents: ["data/january.csv"])
        try settle()
    }

    /// What serves was given up, for the record.
    mutating func takeBack() {
        guard let revision = desired.revision, let current = recorded.endpoints[ResourceName("flights")!]?.current
        else {
            return
        }
        record(
            .rejected(
                Rejection(
                    endpoint: current.endpoint, deployment: current.id.deployment, version: current.version,
                    revision: revision, instead: nil, reason: "no replica was ready within 30s")))
    }

    /// Changes the manifests' text; paths in `contents` get other bytes.
    mutating func edit(_ replacements: [String: String], contents: Set<String> = []) {
        var text = yaml
        for (old, new) in replacements.sorted(by: { $0.key < $1.key }) { text = text.replacing(old, with: new) }
        declare(text, contents: contents.union(self.contents))
    }
}
