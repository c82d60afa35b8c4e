// Files that may become a version.
import WritVocabulary

/// What a training run or an import gave, with its lineage.
struct Candidate {
    let artefacts: Digest
    /// The run that made it; nil for an import.
    let run: ExecutionID?
    let recipe: RecipeID?
    let revision: RevisionID
    let datasets: [String: Digest]
    /// What the run itself measured.
    let metrics: [String: MetricValue]

    /// For people: the run's id, or the short digest of imported files.
    var words: String { run?.text ?? "import \(artefacts.short)" }
}

extension Candidate {
    init(_ finished: FinishedExecution) {
        self.init(
            artefacts: finished.artefacts, run: finished.order.id, recipe: finished.order.recipe,
            revision: finished.order.revision, datasets: finished.order.inputs.mapValues(\.digest),
            metrics: finished.metrics)
    }
}
