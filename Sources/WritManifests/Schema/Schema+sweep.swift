// A sweep's rows of the schema.
import WritVocabulary

extension Schema {
    private struct SweepDraft: Sendable {
        var search: Model.Sweep.Search?
        var objective: Model.Objective?
        var parallel = 1
    }

    static let sweep = Form<Model.Sweep>.object(
        SweepDraft(),
        [
            .optional("grid", grid, "Every combination of the listed values.") { $0.search = .grid($1) },
            .optional("random", random, "So many draws from ranges, repeatable by the training's seed.") {
                $0.search = $1
            },
            .required("objective", objective, "What makes one run better than another.") { $0.objective = $1 },
            .optional("parallel", .integer(1...Limits.parallelTrials), default: 1, "How many runs go on at once.") {
                $0.parallel = Int($1)
            },
        ],
        rules: [.exactlyOne(["grid", "random"])],
        finish: { reader, node, draft in
            if case .grid(let values)? = draft.search { checkSize(of: values, &reader, node) }
            guard let search = draft.search, let objective = draft.objective else { return nil }
            return Model.Sweep(search: search, objective: objective, parallel: draft.parallel)
        })

    private static let grid = Form<[String: [ParameterValue]]>.map(
        .parameter, .list(.parameter, count: 1...Limits.gridValues), count: 1...Limits.sweptParameters)

    private static func checkSize(of grid: [String: [ParameterValue]], _ reader: inout Reader, _ node: NodeIndex) {
        var trials: Int64 = 1
        for values in grid.values {
            let (product, overflow) = trials.multipliedReportingOverflow(by: Int64(values.count))
            trials = overflow ? Int64.max : product
        }
        guard trials > Limits.sweepTrials else { return }
        let count = trials == Int64.max ? "more" : "\(trials)"
        reader.contradiction(
            "grid", in: node, "it makes \(count) runs, and \(Limits.sweepTrials) is the most",
            hint: "list fewer values, or use `random`")
    }

    // MARK: Random search

    private struct RandomDraft: Sendable {
        var samples: Int64?
        var parameters: [String: Model.Sweep.Range]?
    }

    private static let random = Form<Model.Sweep.Search>.object(
        RandomDraft(),
        [
            .required("samples", .integer(1...Limits.sweepTrials), "How many draws, each a run.") { $0.samples = $1 },
            .required(
                "parameters", .map(.parameter, range, count: 1...Limits.sweptParameters), "The range of each parameter."
            ) {
                $0.parameters = $1
            },
        ],
        finish: { _, _, draft in
            guard let samples = draft.samples, let parameters = draft.parameters else { return nil }
            return .random(samples: Int(samples), parameters)
        })

    private struct RangeDraft: Sendable {
        var minimum: MetricValue?
        var maximum: MetricValue?
        var scale = Model.Sweep.Scale.linear
        var integer = false
    }

    private static let range = Form<Model.Sweep.Range>.object(
        RangeDraft(),
        [
            .required("minimum", .number(), "The smallest value drawn.") { $0.minimum = $1 },
            .required("maximum", .number(), "The largest value drawn.") { $0.maximum = $1 },
            .optional(
                "scale", .choice(Model.Sweep.Scale.self), default: "linear", "How draws are spread between the two."
            ) {
                $0.scale = $1
            },
            .optional("integer", .boolean, default: false, "Whether only whole numbers are drawn.") { $0.integer = $1 },
        ],
        conditions: [
            [
                "if": ["required": ["scale"], "properties": ["scale": ["const": "logarithmic"]]],
                "then": ["properties": ["minimum": ["exclusiveMinimum": 0]]],
            ],
            [
                "if": ["required": ["integer"], "properties": ["integer": ["const": true]]],
                "then": ["properties": ["minimum": wholeNumber, "maximum": wholeNumber]],
            ],
        ],
        finish: { reader, node, draft in
            guard let minimum = draft.minimum, let maximum = draft.maximum else { return nil }
            checkOrder(minimum, maximum, &reader, node)
            if draft.scale == .logarithmic, minimum.value <= 0 {
                reader.contradiction("minimum", in: node, "a logarithmic range begins above 0")
            }
            for (field, bound) in [("minimum", minimum), ("maximum", maximum)]
            where draft.integer && Int64(exactly: bound.value) == nil {
                reader.contradiction(
                    field, in: node, "`integer` is `true`, so the range begins and ends with whole numbers")
            }
            return Model.Sweep.Range(minimum: minimum, maximum: maximum, scale: draft.scale, integer: draft.integer)
        })

    private static var wholeNumber: JSONValue { .object(Shape.integer(Int64.min...Int64.max).jsonSchema) }

    private struct ObjectiveDraft: Sendable {
        var metric: String?
        var goal: Model.Goal?
    }

    private static let objective = Form<Model.Objective>.object(
        ObjectiveDraft(),
        [
            .required("metric", .text(.metric), "A metric every run writes.") { $0.metric = $1 },
            .required("goal", .choice(Model.Goal.self), "Whether less or more of it is better.") { $0.goal = $1 },
        ],
        finish: { _, _, draft in
            guard let metric = draft.metric, let goal = draft.goal else { return nil }
            return Model.Objective(metric: metric, goal: goal)
        })
}
