// What the gates said, made again from the metrics on record.
import WritPlanner
import WritVocabulary

struct JudgementReplay {
    private let state: RecordedState

    init(_ state: RecordedState) { self.state = state }

    func outcome(of judgement: Judgement, _ inputs: inout [Replay.Input]) throws -> Replay.Outcome {
        var candidate: [String: MetricValue] = [:]
        var champions: [VersionID: [String: MetricValue]] = [:]
        if let recipe = judgement.evaluation {
            guard let measured = evaluation(recipe) else {
                return .incomplete("no finished evaluation of \(judgement.artefacts.short) is on record before it")
            }
            candidate = measured.outcome.metrics
            inputs.append(Replay.Input("evaluation", measured.order.id.text))
            let other = try self.recipe(of: judgement.artefacts, like: measured.order)
            guard other == recipe else {
                return .different(
                    Replay.Difference(path: "judgement.evaluation", recorded: recipe.text, remade: other.text))
            }
            for version in Set(judgement.results.compactMap(\.championVersion)).sorted() {
                guard let record = state.versions[version.model]?[version.number],
                    let found = evaluation(try self.recipe(of: record.artefacts, like: measured.order))
                else { return .incomplete("no evaluation of \(version) on the same snapshots is on record before it") }
                champions[version] = found.outcome.metrics
                inputs.append(Replay.Input("evaluation of \(version)", found.order.id.text))
            }
        }
        let remade = try judgement.remade(candidate: candidate, champions: champions)
        let bytes = Array(try Canonical.encode(remade))
        let difference = Replay.Difference(
            recorded: Array(try Canonical.encode(judgement)), remade: bytes, at: "judgement")
        return difference.map(Replay.Outcome.different) ?? .same(Digest(of: bytes))
    }

    private func evaluation(_ recipe: RecipeID) -> (order: ExecutionOrder, outcome: ExecutionOutcome)? {
        let attempts = (state.executionsByRecipe[recipe] ?? []).compactMap { state.executions[$0] }
        for record in attempts.reversed() where record.order.purpose == .evaluation {
            if let outcome = record.outcome, outcome.succeeded { return (record.order, outcome) }
        }
        return nil
    }

    /// The evaluation of other files by the same code on the same snapshots.
    private func recipe(of artefacts: Digest, like order: ExecutionOrder) throws -> RecipeID {
        try EvaluationRecipe(
            artefacts: artefacts, code: order.codeTree, argv: order.argv, environment: order.environment,
            inputs: order.inputs.mapValues(\.digest), network: order.network
        ).id
    }
}
