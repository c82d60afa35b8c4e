// `writ describe run ID`: what was run, on what, behind which walls, and how it ended.
import WritVocabulary

/// One execution with its order and its outcome, complete.
public struct RunAnswer: Codable, Hashable, Sendable {
    public var summary: RunSummary
    public var order: ExecutionOrder
    public var outcome: ExecutionOutcome?
    /// The version it became, if it did.
    public var version: VersionID?

    init(_ id: ExecutionID, _ recorded: RecordedState) throws {
        guard let record = recorded.executions[id] else {
            throw ServerFailure.unknown(
                "run", id.text, code: "unknown-run", among: recorded.executions.keys.map(\.text))
        }
        summary = RunSummary(record)
        order = record.order
        outcome = record.outcome
        let model = record.order.resource.name
        version = (recorded.versions[model] ?? [:]).values.filter { $0.run == id }.map(\.id).min()
    }

    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        page.field("Run", order.id.text, .strong)
        page.field("For", order.resource.text)
        page.field("Purpose", order.purpose.rawValue)
        page.field("Outcome", summary.outcome, summary.tone)
        page.field("Took", summary.tookWords(style))
        page.field("Version", version?.text)
        page.field("Metrics", summary.metrics.words)
        page.field("Artefacts", outcome?.artefacts?.text)
        page.field("Sandbox", outcome.map { "\($0.sandbox.kind), limits by \($0.sandbox.limits)" })
        page.section("Recipe")
        page.field("  Digest", order.recipe.text)
        page.field("  Command", order.argv.joined(separator: " "))
        page.field("  Code", "\(order.code) at \(order.revision.short), tree \(order.codeTree.short)")
        page.field(
            "  Environment", order.environment.map { "Python \($0.python), requirements \($0.requirements.short)" })
        page.field("  Parameters", order.parameters.words)
        page.field("  Seed", "\(order.seed)")
        page.field("  Limits", "\(order.resources.cpuMillis)m cpu, \(order.resources.memory) memory, \(order.timeout)")
        page.field("  Network", order.network ? "allowed" : "none")
        for (name, input) in order.inputs.sorted(by: { $0.key < $1.key }) {
            page.field("  Input \(name)", "\(input.digest) (\(input.format.rawValue))")
        }
        page.field("  Model", order.model?.text)
        page.section("Next")
        page.line("writ logs \(order.id)\(outcome == nil ? " --follow" : "")")
        return page.finish()
    }
}

extension [String: ParameterValue] {
    /// `alpha=0.1 depth=3`, sorted by name.
    var words: String { sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
