// What each version of a model has that the one before it had not: facts for whoever judges how large a change was.
import WritVocabulary

enum VersionDifference {
    /// A row for each version but the first: what is the `same` and what `changed`, and whether its gates passed.
    static func table(_ stories: [DocumentedVersion]) -> AuditReport.Table {
        AuditReport.Table(
            columns: ["version", "beside the version before"],
            rows: zip(stories, stories.dropFirst()).map { row(from: $0, to: $1) })
    }

    private static func row(from before: DocumentedVersion, to after: DocumentedVersion) -> AuditReport.Table.Row {
        let (old, new) = (before.training?.order, after.training?.order)
        let known = old != nil && new != nil
        func told(_ same: Bool) -> String { known ? word(same) : "not on record" }
        let gates = before.record.gates.map(\.gate) == after.record.gates.map(\.gate)
        let passed = !after.record.gates.isEmpty && after.record.gates.allSatisfy(\.passed)
        let parts = [
            ("data", word(digests(before) == digests(after))),
            ("code", told(old?.codeTree == new?.codeTree && old?.argv == new?.argv)),
            ("parameters", told(old?.parameters == new?.parameters && old?.seed == new?.seed)),
            ("environment", told(old?.environment == new?.environment)),
            ("purpose", word(before.record.card?.intendedUse == after.record.card?.intendedUse)),
            ("gates", "\(word(gates)) and \(passed ? "passed" : "not passed")"),
        ]
        return AuditReport.Table.Row(
            [after.record.id.text, parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")],
            [before.entry, after.entry])
    }

    private static func digests(_ story: DocumentedVersion) -> [String: Digest] {
        Dictionary(
            story.data.map { ("\($0.use.rawValue)/\($0.name)", $0.digest) }, uniquingKeysWith: { first, _ in first })
    }

    private static func word(_ same: Bool) -> String { same ? "same" : "changed" }
}
