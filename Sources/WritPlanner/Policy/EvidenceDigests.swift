// What the records say of a version, as names and digests: what an approver signs, and what is compared later.
import WritVocabulary

/// The evidence of a version as it is on record. An approval binds to exactly these digests: when one digit of a
/// metric, a gate, the artefacts or the lineage changes, it is void.
public enum EvidenceDigests {
    /// Name to digest of canonical encodings; empty when the version is not on record.
    ///
    /// `flight-time:8/mae` is the metric with the gates it was held against; beside the metrics stand `artefacts`,
    /// `card`, `judgement`, `lineage` and, for a version that was trained, `run`. A metric named like one of these is
    /// found under `metrics/`.
    public static func current(for version: VersionID, _ recorded: RecordedState) -> [String: Digest] {
        guard let record = recorded.versions[version.model]?[version.number] else { return [:] }
        var found: [String: Digest] = [:]
        for metric in Set(record.metrics.keys).union(record.gates.map(\.gate.metric)) {
            let gates = record.gates.filter { $0.gate.metric == metric }
            found[name(of: metric)] = digest(Measured(metric: metric, value: record.metrics[metric], gates: gates))
        }
        found["artefacts"] = digest(record.artefacts)
        found["card"] = digest(record.card ?? Model.Card())
        found["judgement"] = digest(Judged(evaluation: record.evaluation, results: record.gates))
        found["lineage"] = digest(
            Lineage(run: record.run, recipe: record.recipe, revision: record.revision, datasets: record.datasets))
        found["run"] = record.run.flatMap { recorded.executions[$0]?.outcome }.map(digest)
        return Dictionary(uniqueKeysWithValues: found.map { ("\(version)/\($0.key)", $0.value) })
    }

    /// Of every version some endpoint is moved to.
    public static func current(for moves: [PinMove], _ recorded: RecordedState) -> [String: Digest] {
        RuleMatch.versions(of: moves).reduce(into: [:]) { all, version in
            all.merge(current(for: version.id, recorded)) { first, _ in first }
        }
    }

    /// The digest on record of every version some endpoint is moved to; without those that are not on record.
    public static func versions(of moves: [PinMove], _ recorded: RecordedState) -> [VersionID: Digest] {
        RuleMatch.versions(of: moves).reduce(into: [:]) { all, version in
            all[version.id] = recorded.versions[version.id.model]?[version.id.number]?.artefacts
        }
    }

    private static let reserved: Set<String> = ["artefacts", "card", "judgement", "lineage", "run"]

    private static func name(of metric: String) -> String {
        reserved.contains(metric) || metric.hasPrefix("metrics/") ? "metrics/\(metric)" : metric
    }

    private static func digest<Value: Encodable>(_ value: Value) -> Digest {
        // These values always encode. Were one not to, its description would not be the same twice, and nothing
        // approved with it would count.
        (try? Digest(canonical: value)) ?? Digest(of: Array("\(value)".utf8))
    }

    private struct Measured: Encodable {
        let metric: String
        let value: MetricValue?
        let gates: [GateResult]
    }

    private struct Judged: Encodable {
        let evaluation: RecipeID?
        let results: [GateResult]
    }

    private struct Lineage: Encodable {
        let run: ExecutionID?
        let recipe: RecipeID?
        let revision: RevisionID
        let datasets: [String: Digest]
    }
}
