// The champion's numbers, from the evaluation that is most like the challenger's.
import WritVocabulary

struct ChampionMetrics {
    let metrics: [String: MetricValue]
    /// Whether both were measured by the same evaluation on the same snapshots.
    let isComparable: Bool

    /// The champion evaluated as the challenger was, where that is on record; otherwise what it was registered with.
    init(of champion: VersionRecord, beside challenger: VersionRecord, _ recorded: RecordedState) {
        if let same = ChampionMetrics.same(as: challenger, champion, recorded) {
            metrics = same
            isComparable = true
        } else {
            metrics = champion.metrics
            isComparable = champion.evaluation == nil && challenger.evaluation == nil
        }
    }

    private static func same(
        as challenger: VersionRecord, _ champion: VersionRecord, _ recorded: RecordedState
    ) -> [String: MetricValue]? {
        guard let evaluation = challenger.evaluation, let order = recorded.order(of: evaluation) else { return nil }
        let recipe = EvaluationRecipe(
            artefacts: champion.artefacts, code: order.codeTree, argv: order.argv, environment: order.environment,
            inputs: order.inputs.mapValues(\.digest), network: order.network)
        guard let id = try? recipe.id else { return nil }
        if id == champion.evaluation { return champion.metrics }
        let attempts = recorded.executionsByRecipe[id] ?? []
        return attempts.compactMap { recorded.executions[$0]?.outcome }.last(where: \.succeeded)?.metrics
    }
}

extension RecordedState {
    /// The order of a recipe's last attempt.
    func order(of recipe: RecipeID) -> ExecutionOrder? {
        executionsByRecipe[recipe]?.last.flatMap { executions[$0]?.order }
    }
}
