// `writ describe version MODEL:NUMBER`: one version and where it came from.
import WritVocabulary

/// A version with its lineage: run, recipe, code, environment, data, evaluation and gates.
public struct VersionAnswer: Codable, Hashable, Sendable {
    public var version: VersionRecord
    public var servedBy: [ResourceName]
    /// Input name to the dataset it came from, where the record still says.
    public var inputs: [Input]
    public var training: RunSummary?
    public var evaluation: RunSummary?
    /// What is signed of it; `writ attestations` gives the envelopes. nil from a controller that does not tell.
    public var statements: [VersionStatement]?

    public struct Input: Codable, Hashable, Sendable {
        public var name: String
        public var digest: Digest
        public var dataset: ResourceName?
        public var rows: Int64?
    }

    init(_ id: VersionID, _ recorded: RecordedState) throws {
        guard let record = recorded.versions[id.model]?[id.number] else {
            let names = recorded.versions.values.flatMap { $0.values.map(\.id.text) }
            throw ServerFailure.unknown("version", id.text, code: "unknown-version", among: names)
        }
        version = record
        statements = try recorded.statements(about: id)
        servedBy = recorded.endpoints(serving: id)
        let snapshots = Dictionary(
            recorded.snapshots.values.map { ($0.outcome.digest, $0) },
            uniquingKeysWith: { $0.dataset < $1.dataset ? $0 : $1 })
        inputs = record.datasets.sorted { $0.key < $1.key }.map { name, digest in
            let snapshot = snapshots[digest]
            return Input(name: name, digest: digest, dataset: snapshot?.dataset, rows: snapshot?.outcome.rows)
        }
        training = record.run.flatMap { recorded.executions[$0] }.map(RunSummary.init)
        evaluation = record.evaluation.flatMap { recorded.executionsByRecipe[$0]?.last }
            .flatMap { recorded.executions[$0] }.map(RunSummary.init)
    }

    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        page.field("Version", version.id.text, .strong)
        page.field("Artefacts", version.artefacts.text)
        page.field("Served by", servedBy.isEmpty ? "none" : servedBy.map(\.text).joined(separator: ", "))
        page.field("Revision", version.revision.text)
        page.field("Recipe", version.recipe?.text)
        page.field("Run", version.run?.text ?? "none: imported")
        page.field("Trained", training?.tookWords(style))
        page.field("Evaluation", evaluation?.id.text)
        page.field("Metrics", version.metrics.words)
        if let card = version.card {
            page.field("Owner", card.owner)
            page.field("Intended use", card.intendedUse)
            page.field("Limits", card.limits)
            page.field("Risk tier", card.riskTier)
        }
        if !inputs.isEmpty {
            page.section("Trained on")
            var table = TextTable("INPUT", "DATASET", "ROWS", "SNAPSHOT")
            for input in inputs {
                table.add(
                    TextTable.Cell(input.name), TextTable.Cell(input.dataset?.text ?? ""),
                    TextTable.Cell(input.rows.map(String.init) ?? ""), TextTable.Cell(input.digest.text))
            }
            page.table(table)
        }
        page.gates(version.gates)
        page.statements(statements ?? [], of: version.id)
        return page.finish()
    }
}

extension TextPage {
    /// Each gate with its verdict and its sentence.
    mutating func gates(_ results: [GateResult]) {
        guard !results.isEmpty else { return }
        section("Gates")
        for result in results {
            line("\(result.passed ? "passed" : "failed")  \(result.sentence)", result.passed ? .plain : .bad)
        }
    }

    /// The signed statements, and how to take them elsewhere.
    fileprivate mutating func statements(_ statements: [VersionStatement], of id: VersionID) {
        guard !statements.isEmpty else { return }
        section("Signed statements")
        var table = TextTable("STATEMENT", "ABOUT", "TABLE", "KEY", "BLOB")
        for statement in statements {
            table.add(
                .init(statement.kind.rawValue), .init(statement.deployment?.text ?? id.text),
                .init(statement.table.map(String.init) ?? ""), .init(statement.key.short), .init(statement.blob.short))
        }
        self.table(table)
        line("`writ attestations \(id)` prints them as an in-toto bundle.")
    }
}
