// An evaluation's rows of the schema, and its gates.
import WritVocabulary

extension Schema {
    private struct EvaluationDraft: HoldsCommand {
        var command = CommandDraft()
        var datasets: [String: ResourceName]?
        var gates: [[Model.Gate]]?
    }

    static let evaluation = Form<Model.Evaluation>.object(
        EvaluationDraft(),
        Field.command(
            argv: "command", environmentText: "The Python environment; the training's where this is left out.") + [
                .required(
                    "datasets", inputs,
                    "The inputs: a name of your own for each, and a Dataset the training is not given."
                ) {
                    $0.datasets = $1
                },
                .required(
                    "gates", .list(gate, count: 1...Limits.gates),
                    "Conditions on metrics. A version must meet them all."
                ) {
                    $0.gates = $1
                },
            ],
        finish: { _, _, draft in
            guard let command = draft.command.command, let datasets = draft.datasets, let gates = draft.gates else {
                return nil
            }
            return Model.Evaluation(command: command, datasets: datasets, gates: gates.flatMap(\.self))
        })

    private struct GateDraft: Sendable {
        var metric: String?
        var minimum: MetricValue?
        var maximum: MetricValue?
        var champion: Model.Gate.Rule?

        var rules: [Model.Gate.Rule] {
            [minimum.map { .minimum($0) }, maximum.map { .maximum($0) }, champion].compactMap(\.self)
        }
    }

    /// One entry may hold several rules on its metric: each becomes a gate.
    private static let gate = Form<[Model.Gate]>.object(
        GateDraft(),
        [
            .required("metric", .text(.metric), "A metric the evaluation writes.") { $0.metric = $1 },
            .optional("minimum", .number(), "The least it may be.") { $0.minimum = $1 },
            .optional("maximum", .number(), "The most it may be.") { $0.maximum = $1 },
            .optional(
                "noWorseThanChampion", champion,
                "How it compares with the version the endpoint pins, evaluated on the same snapshots. "
                    + "Without one the gate passes."
            ) { $0.champion = $1 },
        ],
        rules: [.atLeastOne(["minimum", "maximum", "noWorseThanChampion"])],
        finish: { reader, node, draft in
            checkOrder(draft.minimum, draft.maximum, &reader, node)
            return draft.metric.map { metric in draft.rules.map { Model.Gate(metric: metric, rule: $0) } }
        })

    private struct ChampionDraft: Sendable {
        var goal: Model.Goal?
        var margin: MetricValue?
        var endpoint: ResourceName?
    }

    private static let champion = Form<Model.Gate.Rule>.object(
        ChampionDraft(),
        [
            .required("goal", .choice(Model.Goal.self), "Whether less or more of the metric is better.") {
                $0.goal = $1
            },
            .optional(
                "margin", .number(minimum: 0), default: 0, "By how much it may be worse, in the metric's own unit."
            ) {
                $0.margin = $1
            },
            .optional(
                "endpoint", .reference(.endpoint, orders: false),
                "Whose champion; the model's only Endpoint where this is left out."
            ) { $0.endpoint = $1 },
        ],
        finish: { _, _, draft in
            guard let goal = draft.goal, let margin = draft.margin ?? MetricValue(0) else { return nil }
            return .noWorseThanChampion(goal: goal, margin: margin, endpoint: draft.endpoint)
        })
}
