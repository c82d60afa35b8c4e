// `writ get runs`: sandboxed executions, newest first.
import WritVocabulary

public struct RunsAnswer: Codable, Hashable, Sendable {
    public var resource: ResourceID?
    public var runs: [RunSummary]
    /// How many there are, listed or not.
    public var count: Int

    init(_ resource: ResourceID?, _ recorded: RecordedState) {
        self.resource = resource
        let found = recorded.executions.values.filter { resource == nil || $0.order.resource == resource }
            .sorted { ($0.intendedAt, $0.order.id) > ($1.intendedAt, $1.order.id) }
        count = found.count
        runs = found.prefix(Limits.runRows).map(RunSummary.init)
    }

    func text(_ style: TextStyle) -> String {
        guard !runs.isEmpty else { return "nothing was run yet\n" }
        var table = TextTable("RUN", "FOR", "PURPOSE", "OUTCOME", "TOOK", "METRICS", "AGE")
        for run in runs {
            table.add(
                TextTable.Cell(run.id.text), TextTable.Cell(run.resource.text), TextTable.Cell(run.purpose.rawValue),
                TextTable.Cell(run.outcome, run.tone), TextTable.Cell(run.took.map { TextStyle.span($0) } ?? ""),
                TextTable.Cell(run.metrics.words), TextTable.Cell(style.age(run.finishedAt ?? run.intendedAt)))
        }
        return table.text(style) + (count > runs.count ? "… and \(count - runs.count) older\n" : "")
    }
}

/// One execution in a line.
public struct RunSummary: Codable, Hashable, Sendable {
    public var id: ExecutionID
    public var resource: ResourceID
    public var purpose: Purpose
    public var recipe: RecipeID
    /// `starting`, `running`, or how it ended in a few words.
    public var outcome: String
    /// Whether its result counts; nil while it goes on.
    public var succeeded: Bool?
    public var intendedAt: Timestamp
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    public var metrics: [String: MetricValue]

    init(_ record: RecordedState.ExecutionRecord) {
        id = record.order.id
        resource = record.order.resource
        purpose = record.order.purpose
        recipe = record.order.recipe
        outcome = record.outcome?.summary ?? (record.started ? "running" : "starting")
        succeeded = record.outcome?.succeeded
        intendedAt = record.intendedAt
        startedAt = record.outcome?.startedAt
        finishedAt = record.outcome?.finishedAt
        metrics = record.outcome?.metrics ?? [:]
    }

    var took: TimeSpan? {
        guard let startedAt, let finishedAt else { return nil }
        return finishedAt - startedAt
    }

    var tone: TextStyle.Tone {
        switch succeeded {
        case nil: .attention
        case true?: .good
        case false?: .bad
        }
    }

    /// `in 34s, 2h ago`.
    func tookWords(_ style: TextStyle) -> String? {
        took.map { "in \(TextStyle.span($0)), \(style.age(finishedAt)) ago" }
    }
}
