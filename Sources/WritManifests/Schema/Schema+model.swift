// Model's rows of the schema: training, import and card. Sweeps and evaluation have files of their own.
import WritVocabulary

extension Schema {
    private struct ModelDraft: Sendable {
        var origin: Model.Origin?
        var evaluation: Model.Evaluation?
        var card: Model.Card?
    }

    static let modelSpec = Form<Model>.object(
        ModelDraft(),
        [
            .optional("training", training, "How versions are trained.") { $0.origin = .training($1) },
            .optional("import", imported, "A version trained elsewhere.") { $0.origin = .import($1) },
            .optional("evaluation", evaluation, "What judges a version before it is registered.") {
                $0.evaluation = $1
            },
            .optional("card", card, "What people should know before they use the model.") { $0.card = $1 },
        ],
        rules: [.exactlyOne(["training", "import"])],
        finish: { reader, node, draft in
            guard let origin = draft.origin else { return nil }
            var model = Model(origin: origin, evaluation: draft.evaluation, card: draft.card)
            checkSeparation(of: model, &reader, node)
            let environment = draft.evaluation?.command.environment ?? model.training?.command.environment
            model.evaluation?.command.environment = environment
            return model
        })

    /// What judges a version must not have been learnt from.
    private static func checkSeparation(of model: Model, _ reader: inout Reader, _ node: NodeIndex) {
        guard let training = model.training, let evaluation = model.evaluation,
            let field = reader.tree.value("evaluation", in: node), let inputs = reader.tree.value("datasets", in: field)
        else { return }
        let learnt = Set(training.datasets.values)
        for (input, dataset) in evaluation.datasets.sorted(by: { $0.key < $1.key }) where learnt.contains(dataset) {
            reader.contradiction(
                input, in: inputs, "the training is given `\(dataset)` too, so it cannot judge what was learnt",
                hint: "evaluate on rows the training never sees")
        }
    }

    // MARK: Training

    private struct TrainingDraft: HoldsCommand {
        var command = CommandDraft()
        var datasets: [String: ResourceName] = [:]
        var parameters: [String: ParameterValue] = [:]
        var sweep: Model.Sweep?
        var seed: Int64 = 0
        var retries = 0
    }

    private static let training = Form<Model.Training>.object(
        TrainingDraft(),
        Field.command(argv: "command") + [
            .optional("datasets", inputs, "The inputs: a name of your own for each, and the Dataset it is.") {
                $0.datasets = $1
            },
            .optional(
                "parameters", .map(.parameter, .parameter, count: 0...Limits.parameters),
                "Values given to the command by name."
            ) { $0.parameters = $1 },
            .optional("sweep", sweep, "Several runs with different parameters, the best of which is evaluated.") {
                $0.sweep = $1
            },
            .optional(
                "seed", .integer(Int64.min...Int64.max), default: 0,
                "Given to the command, so that it can repeat itself."
            ) {
                $0.seed = $1
            },
            .optional("retries", .integer(0...Limits.retries), default: 0, "How often a failed run is tried again.") {
                $0.retries = Int($1)
            },
        ],
        finish: { reader, node, draft in
            if let sweep = draft.sweep { checkParameters(draft.parameters, sweep, &reader, node) }
            guard let command = draft.command.command else { return nil }
            return Model.Training(
                command: command, datasets: draft.datasets, parameters: draft.parameters, sweep: draft.sweep,
                seed: draft.seed,
                retries: draft.retries)
        })

    /// A parameter has one source: written down or swept over.
    private static func checkParameters(
        _ parameters: [String: ParameterValue], _ sweep: Model.Sweep, _ reader: inout Reader, _ node: NodeIndex
    ) {
        let swept: Set<String> =
            switch sweep.search {
            case .grid(let values): Set(values.keys)
            case .random(_, let ranges): Set(ranges.keys)
            }
        guard let field = reader.tree.value("parameters", in: node) else { return }
        for name in swept.intersection(parameters.keys).sorted() {
            reader.contradiction(name, in: field, "the sweep sets it too", hint: "remove it here or in `sweep`")
        }
    }

    // MARK: Import and card

    private struct ImportDraft: Sendable {
        var source: Model.Import.Source?
        var digest: Digest?
    }

    private static let imported = Form<Model.Import>.object(
        ImportDraft(),
        [
            .optional("path", .repositoryPath, "A file or folder of the repository.") { $0.source = .path($1) },
            .optional(
                "file", absolutePath,
                "A file or folder on the controller's machine, below a folder the operator allows."
            ) {
                $0.source = .file($1)
            },
            .optional("digest", .digest, "The digest of its artefact manifest. Anything else is refused.") {
                $0.digest = $1
            },
        ],
        rules: [.exactlyOne(["path", "file"])],
        finish: { _, _, draft in draft.source.map { Model.Import(source: $0, digest: draft.digest) } })

    private static let card = Form<Model.Card>.object(
        Model.Card(),
        [
            .optional("intendedUse", .text(.lines), "What the model is for.") { $0.intendedUse = $1 },
            .optional("limits", .text(.lines), "What it must not be used for, and where it fails.") { $0.limits = $1 },
            .optional("owner", .text(.line), "Who answers for it.") { $0.owner = $1 },
            .optional("riskTier", .text(.line), "The risk tier of your own scheme.") { $0.riskTier = $1 },
        ])
}
