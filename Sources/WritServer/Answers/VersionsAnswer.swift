// `writ get versions`: what a model line holds and which of it serves.
import WritVocabulary

/// Registered versions, newest first within a model.
public struct VersionsAnswer: Codable, Hashable, Sendable {
    public var model: ResourceName?
    public var versions: [Row]

    public struct Row: Codable, Hashable, Sendable {
        public var version: VersionID
        public var artefacts: Digest
        public var revision: RevisionID
        /// The training execution; nil for an import.
        public var run: ExecutionID?
        public var trainedAt: Timestamp?
        /// Measured by the evaluation.
        public var metrics: [String: MetricValue]
        /// Endpoints that send requests to it, sorted.
        public var servedBy: [ResourceName]
    }

    init(_ model: ResourceName?, _ recorded: RecordedState) {
        self.model = model
        let lines = recorded.versions.filter { model == nil || $0.key == model }.sorted { $0.key < $1.key }
        versions = lines.flatMap { _, versions in
            versions.values.sorted { $0.id.number > $1.id.number }.map { record in
                Row(
                    version: record.id, artefacts: record.artefacts, revision: record.revision, run: record.run,
                    trainedAt: record.run.flatMap { recorded.executions[$0]?.outcome?.finishedAt },
                    metrics: record.metrics, servedBy: recorded.endpoints(serving: record.id))
            }
        }
    }

    func text(_ style: TextStyle) -> String {
        guard !versions.isEmpty else { return "no version is registered yet\n" }
        return VersionsAnswer.table(versions, style).text(style)
    }

    static func table(_ versions: [Row], _ style: TextStyle) -> TextTable {
        var table = TextTable("VERSION", "SERVED BY", "DIGEST", "REVISION", "RUN", "METRICS", "AGE")
        for row in versions {
            table.add(
                TextTable.Cell(row.version.text),
                TextTable.Cell(row.servedBy.map(\.text).joined(separator: ","), .good),
                TextTable.Cell(row.artefacts.short), TextTable.Cell(row.revision.short),
                TextTable.Cell(row.run?.text ?? "imported"), TextTable.Cell(row.metrics.words),
                TextTable.Cell(style.age(row.trainedAt)))
        }
        return table
    }
}

extension RecordedState {
    /// Endpoints whose route gives the version a weight above 0, sorted.
    func endpoints(serving version: VersionID) -> [ResourceName] {
        endpoints.filter { _, record in
            record.route?.targets.contains { $0.version == version && $0.weight > 0 } ?? false
        }.keys.sorted()
    }
}

extension [String: MetricValue] {
    /// `mae=7.9 rmse=11.2`, sorted by name.
    var words: String { sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
