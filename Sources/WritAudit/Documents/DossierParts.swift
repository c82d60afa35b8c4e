// The points of the technical documentation, each from records or shown as a gap.
import WritVocabulary

struct DossierParts {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row
    typealias Table = AuditReport.Table
    typealias Section = AuditReport.Section

    let model: ResourceName
    let index: RecordIndex
    let stories: [DocumentedVersion]
    let newest: VersionParts

    init(_ model: ResourceName, _ newest: VersionID, _ index: RecordIndex) throws(AuditFailure) {
        self.model = model
        self.index = index
        var stories: [DocumentedVersion] = []
        for version in index.versions(of: model) { stories.append(try DocumentedVersion(version.value.id, in: index)) }
        self.stories = stories
        self.newest = VersionParts(try DocumentedVersion(newest, in: index), index)
    }

    var sections: [Section] {
        [
            Section("1 General description", [.facts(general), .table(versions), .table(serving)]),
            Section(
                "2 Elements and development",
                [
                    .paragraph(AuditReport.Cited("How version \(newest.record.id.number), the newest, was made.")),
                    .facts(newest.training), .table(newest.data), .facts(predetermined), .table(tests),
                ]),
            Section("3 Monitoring, functioning and control", [.facts(control), .table(newest.incidents)]),
            Section("4 Metrics", [.table(newest.metrics)] + newest.charts.map(AuditReport.Block.chart)),
            Section("5 Risk management", [.facts([newest.field(.riskTier), newest.field(.limits), riskSystem])]),
            Section("6 Changes over its life", [.table(changes), .table(VersionDifference.table(stories))]),
            Section("7 Standards", [.facts([outside("standards", "list the standards applied")])]),
            Section("8 Declaration", [.facts([outside("declaration", "attach the provider's declaration")])]),
            Section("9 Watching it in use", [.facts([RegulationChecks.noMonitor])]),
            Section("Proofs", [.table(proofs)] + newest.howToCheck.map(AuditReport.Block.paragraph)),
        ]
    }

    // MARK: - 1

    private var general: [Fact] {
        [Fact("model", model.text, [newest.story.entry]), newest.field(.intendedUse), newest.field(.owner)]
    }

    private var versions: Table {
        Table(
            columns: ["version", "registered", "files", "commit"],
            rows: stories.map {
                Row(
                    [$0.record.id.text, $0.at.text, $0.record.artefacts.text, $0.record.revision.text], [$0.entry])
            })
    }

    private var serving: Table {
        let all = stories.flatMap(\.deployments).sorted { ($0.start, $0.id) < ($1.start, $1.id) }
        return Table(
            columns: ["version", "endpoint", "from", "until"],
            rows: all.map {
                Row([$0.version.text, $0.endpoint.text, $0.from.text, $0.until?.text ?? "serves"], $0.entries)
            })
    }

    // MARK: - 2

    /// The limits within which a new version may follow without a new decision: the gates.
    private var predetermined: [Fact] {
        let gates = newest.record.gates
        guard !gates.isEmpty else {
            return [
                Fact(
                    "changes decided on beforehand", "no gate is declared: fill spec.evaluation.gates",
                    [newest.story.entry], isGap: true)
            ]
        }
        return gates.sorted { $0.sentence < $1.sentence }.map {
            Fact("gate \($0.gate.metric)", $0.gate.rule.words, [newest.story.entry])
        }
    }

    /// Test reports with their date and the people who answered for the change that put the version to use.
    private var tests: Table {
        Table(
            columns: ["version", "tested", "verdict", "approved by"],
            rows: stories.map { story in
                guard let evaluation = story.evaluation, let outcome = evaluation.outcome else {
                    return Row(
                        [story.record.id.text, "no evaluation is on record", "", ""], [story.entry], isGap: true)
                }
                let passed = story.record.gates.allSatisfy(\.passed)
                let people = responsible(for: story)
                let entries = [evaluation.finished, story.judgement?.sequence].compactMap(\.self) + people.entries
                return Row(
                    [
                        story.record.id.text, outcome.finishedAt.text, passed ? "gates passed" : "gates failed",
                        people.names,
                    ], entries, isGap: !passed || story.record.gates.isEmpty)
            })
    }

    private func responsible(for story: DocumentedVersion) -> (names: String, entries: [Int64]) {
        let brought = story.deployments.filter { index.rejection(behind: $0) == nil }
        let changes = brought.compactMap { index.change(behind: $0) }
        let people = Set(changes.flatMap(\.value.approvers)).sorted()
        let words = story.deployments.isEmpty ? "not put to use" : "nobody"
        return (people.isEmpty ? words : people.map(\.text).joined(separator: ", "), changes.map(\.sequence))
    }

    // MARK: - 3 to 6

    private var control: [Fact] {
        let checks = RegulationChecks(index, scope: model, GapsContext())
        return [RegulationCheck.Subject.overseersNamed, .oversightActs, .rollbacksRecorded].flatMap { subject in
            checks.answer(subject, nil).map { Fact(subject.words, $0.text, $0.entries, isGap: $0.isGap) }
        }
    }

    private var proofs: Table {
        let all = stories.map { VersionParts($0, index).attestations }
        return Table(columns: newest.attestations.columns, rows: all.flatMap(\.rows))
    }

    private var riskSystem: Fact { outside("risk management", "attach its description") }

    private func outside(_ name: String, _ todo: String) -> Fact {
        Fact(name, "a document of the provider's, not a record: \(todo)", isGap: true)
    }

    private var changes: Table {
        let checks = RegulationChecks(index, scope: model, GapsContext())
        return Table(
            columns: ["when", "commit", "written by", "approved by", "note"],
            rows: checks.changes.map { change in
                let judged = change.allowed?.value
                let authors = judged.map { $0.authors.map(\.text).joined(separator: ", ") } ?? ""
                let approvers = judged.map { $0.approvers.map(\.text).joined(separator: ", ") } ?? ""
                let glass = judged?.breakGlass.map { "emergency: \($0.reason)" }
                return Row(
                    [
                        change.accepted.time.text, change.accepted.value.revision.text, authors, approvers,
                        judged == nil ? "no policy was in force" : glass ?? "",
                    ], change.decided, isGap: judged == nil || approvers.isEmpty)
            })
    }
}

extension Model.Gate.Rule {
    /// `at most 8`.
    var words: String {
        switch self {
        case .minimum(let value): "at least \(value)"
        case .maximum(let value): "at most \(value)"
        case .noWorseThanChampion(let goal, let margin, _):
            "at most \(margin) \(goal == .minimize ? "above" : "below") the champion"
        }
    }
}
