// The life of a model and its endpoint, as the points at which a golden plan is taken.
import WritVocabulary

struct Point: Sendable {
    let name: String
    let reach: @Sendable (inout World) throws -> Void

    init(_ name: String, _ reach: @escaping @Sendable (inout World) throws -> Void) {
        self.name = name
        self.reach = reach
    }

    static let all = data + training + judging + serving + trouble + promotion + takenBack
}

extension Point {
    static let data = [
        Point("01-empty") { _ in },
        Point("02-first-commit") { $0.commit(Manifests(pin: "version: 1")) },
        Point("03-dataset-refused") { world in
            world.refusals[ResourceName("january")!] = Point.refusal
            world.commit(Manifests(pin: "version: 1"))
            try world.pass()
        },
        Point("04-dataset-file-not-looked-at") { $0.commit(Manifests(january: "{file: /srv/january.csv}")) },
        Point("05-dataset-path-missing") { $0.commit(Manifests(), contents: ["-data/january.csv"]) },
        Point("06-dataset-by-command") { world in
            world.commit(Manifests(january: Point.command))
            try world.pass()
            world.finishAll()
        },
        Point("07-dataset-materialised-first") { $0.commit(Manifests(january: Point.command)) },
    ]

    static let training = [
        Point("10-training-due") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.pass()
        },
        Point("11-run-running") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.passes(2)
        },
        Point("12-run-failed-backing-off") { world in
            world.commit(Manifests(retries: 2))
            try world.passes(2)
            world.finishAll(.exited(code: 3))
        },
        Point("13-run-failed-tried-again") { world in
            world.commit(Manifests(retries: 2))
            try world.passes(2)
            world.finishAll(.exited(code: 3))
            world.advance(.seconds(2))
        },
        Point("14-run-out-of-memory") { world in
            world.commit(Manifests())
            try world.passes(2)
            world.finishAll(.outOfMemory)
            world.advance(.seconds(60))
        },
        Point("15-run-lost-once") { world in
            world.commit(Manifests())
            try world.passes(2)
            world.finishAll(.lost)
            world.advance(.seconds(60))
        },
        Point("16-sweep-begins") { world in
            world.commit(Manifests(training: Point.sweep))
            try world.pass()
        },
        Point("17-sweep-halfway") { world in
            world.commit(Manifests(training: Point.sweep))
            try world.passes(2)
            world.finish(world.live.executions.keys.sorted()[0], .exited(code: 0), ["loss": 0.5])
        },
        Point("18-sweep-best-evaluated") { world in
            world.commit(Manifests(training: Point.sweep))
            world.measures[.training] = ["loss": 0.25]
            for _ in 0..<4 {
                try world.pass()
                world.finishAll()
            }
        },
        Point("19-model-changed-mid-run") { world in
            world.commit(Manifests())
            try world.passes(2)
            world.advance(.minutes(1))
            world.commit(Manifests(training: ["parameters: {iterations: 200}"]))
        },
        Point("20-model-deleted-mid-run") { world in
            world.commit(Manifests(hasEndpoint: false))
            try world.passes(2)
            world.advance(.minutes(1))
            world.commit(Manifests(hasModel: false, hasEndpoint: false))
        },
        Point("21-import") { world in
            world.commit(Manifests(imported: "{path: models/flight.joblib}"))
            try world.pass()
        },
    ]

    static let judging = [
        Point("30-evaluation-due") { world in
            world.commit(Manifests())
            try world.passes(2)
            world.finishAll()
        },
        Point("31-gates-pass") { world in
            world.commit(Manifests())
            try world.evaluated(mae: 8.2)
        },
        Point("32-gates-fail") { world in
            world.commit(Manifests(gates: ["{metric: mae, maximum: 12}", "{metric: rows, minimum: 100}"]))
            try world.evaluated(mae: 12.4)
        },
        Point("33-gates-failed-before") { world in
            world.commit(Manifests())
            try world.evaluated(mae: 12.4)
            try world.pass()
        },
        Point("34-register") { world in
            world.commit(Manifests())
            try world.evaluated(mae: 8.2)
            try world.pass()
        },
        Point("35-no-evaluation") { world in
            world.commit(Manifests(gates: nil))
            try world.passes(2)
            world.finishAll()
        },
        Point("36-champion-evaluated-too") { world in
            try world.challenge()
            world.finishAll()
        },
        Point("37-champion-is-better") { world in
            try world.challenge()
            world.finishAll()
            try world.pass()
            let evaluations = world.live.executions.keys.sorted()
            let champion = world.recorded.versions[ResourceName("flight-time")!]?[1]?.artefacts
            for id in evaluations {
                let isChampion = world.recorded.executions[id]?.order.model == champion
                world.finish(id, .exited(code: 0), ["mae": isChampion ? 8.2 : 9.1])
            }
        },
        Point("38-champion-evaluated-anew") { world in
            try world.serving()
            world.commit(
                Manifests(
                    training: ["parameters: {iterations: 200}"], gates: [Manifests.noWorse], pin: "version: 1"),
                contents: ["evaluation"])
            try world.pass()
            world.finishAll()
        },
    ]

    static let refusal = SnapshotOutcome(
        digest: Digest(of: Array("bad".utf8)), size: 10, rows: 3,
        violations: [.init(row: 2, column: "distance", message: "“far” is not an integer")], violationCount: 4)

    static let command = "{command: {code: {path: training}, argv: [python, prepare.py], output: rows.csv}}"
    static let sweep = [
        "sweep:", "  grid: {depth: [3, 5], units: [10, 20]}", "  objective: {metric: loss, goal: minimize}",
        "  parallel: 3",
    ]
}

extension MetricValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral value: Double) { self = MetricValue(String(value))! }
    public init(integerLiteral value: Int) { self = MetricValue(String(value))! }
}
