// Where a version comes from: run, recipe, data, code, environment, gates, attestations.
import WritVocabulary

struct VersionOrigin {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row

    let trail: AuditTrail
    let material: AuditMaterial

    func sections(_ id: VersionID) -> [AuditReport.Section] {
        guard let version = trail.versions[id] else {
            return [
                AuditReport.Section(
                    "Version \(id)", [.facts([Fact("version", "its registration is not on record", isGap: true)])])
            ]
        }
        return [made(version), judged(version)]
    }

    // MARK: Making

    private func made(_ version: Located<VersionRecord>) -> AuditReport.Section {
        let record = version.value
        var facts = [
            Fact("artefacts", record.artefacts.text, [version.sequence]),
            Fact("registered", version.time.text, [version.sequence]),
            formats(version),
        ]
        if let run = record.run {
            facts += execution("run", run)
        } else {
            facts.append(Fact("run", "none: the files were made elsewhere and imported", [version.sequence]))
        }
        if let card = record.card { facts += self.card(card, version.sequence) }
        facts += statements(version)
        return AuditReport.Section(
            "Version \(record.id)", [.facts(facts)] + data(record).map { .table($0) })
    }

    private func formats(_ version: Located<VersionRecord>) -> Fact {
        guard let found = version.value.formats else {
            return Fact("file formats", "not looked at", [version.sequence], isGap: true)
        }
        let counts = found.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let carrying = found.codeCarrying.map(\.rawValue).joined(separator: ", ")
        let note = carrying.isEmpty ? "; none can run code when loaded" : "; can run code when loaded: \(carrying)"
        return Fact("file formats", counts + note, [version.sequence], isGap: !carrying.isEmpty)
    }

    private func card(_ card: Model.Card, _ entry: Int64) -> [Fact] {
        [
            ("intended use", card.intendedUse), ("limits", card.limits), ("owner", card.owner),
            ("risk tier", card.riskTier),
        ].compactMap { name, value in value.map { Fact(name, $0, [entry]) } }
    }

    private func execution(_ name: String, _ id: ExecutionID) -> [Fact] {
        guard let record = trail.state.executions[id] else {
            return [Fact(name, "\(id), of which nothing is on record", isGap: true)]
        }
        let order = record.order
        let intent = trail.intents[Action.execute(order).key]?.last
        let finished = trail.executionsFinished[id]
        let cited = [intent?.sequence].compactMap(\.self)
        var facts = [Fact(name, "\(id), attempt \(order.attempt)", cited + [finished?.sequence].compactMap(\.self))]
        if let intent { facts.append(Fact("caused by", CauseText.of(intent.cause), cited)) }
        facts += [
            Fact("recipe", order.recipe.text, cited),
            Fact("code", "\(order.code) at revision \(order.revision), tree \(order.codeTree)", cited),
            Fact("command", order.argv.joined(separator: " "), cited),
            environment(order, cited),
            Fact("parameters", parameters(order), cited),
            Fact("network", order.network ? "reachable" : "not reachable", cited, isGap: order.network),
        ]
        if let finished {
            let outcome = finished.value
            facts += [
                Fact("took", "\(outcome.startedAt) to \(outcome.finishedAt), \(outcome.summary)", [finished.sequence]),
                Fact("sandbox", "\(outcome.sandbox.kind), \(outcome.sandbox.limits)", [finished.sequence]),
            ]
        }
        return facts
    }

    private func environment(_ order: ExecutionOrder, _ cited: [Int64]) -> Fact {
        guard let lock = order.environment else { return Fact("environment", "the machine's own", cited, isGap: true) }
        return Fact("environment", "Python \(lock.python), requirements \(lock.requirements)", cited)
    }

    private func parameters(_ order: ExecutionOrder) -> String {
        let given = order.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
        return (given + ["seed = \(order.seed)"]).joined(separator: ", ")
    }

    // MARK: Data

    private func data(_ record: VersionRecord) -> [AuditReport.Table] {
        var rows = record.datasets.sorted { $0.key < $1.key }.map { row("trained on", $0.key, $0.value) }
        if let evaluation = evaluationRun(record) {
            let inputs = evaluation.inputs.sorted { $0.key < $1.key }
            rows += inputs.map { row("evaluated on", $0.key, $0.value.digest) }
        }
        guard !rows.isEmpty else { return [] }
        return [AuditReport.Table(columns: ["use", "input", "dataset", "snapshot", "rows", "taken"], rows: rows)]
    }

    private func row(_ use: String, _ input: String, _ digest: Digest) -> Row {
        guard let found = trail.snapshots(of: digest).first else {
            return Row([use, input, "not on record", digest.text, "", ""], [], isGap: true)
        }
        return Row(
            [use, input, found.dataset.text, digest.text, "\(found.outcome.rows)", found.at.text],
            [found.entry].compactMap(\.self))
    }

    // MARK: Judging

    private func evaluationRun(_ record: VersionRecord) -> ExecutionOrder? {
        record.evaluation.flatMap { trail.state.executionsByRecipe[$0]?.last }
            .flatMap { trail.state.executions[$0]?.order }
    }

    private func judged(_ version: Located<VersionRecord>) -> AuditReport.Section {
        let record = version.value
        let heading = "How \(record.id) was judged"
        let judgement = trail.judgements.values.filter {
            $0.value.model == record.id.model && $0.value.artefacts == record.artefacts
                && $0.sequence < version.sequence
        }.max { $0.sequence < $1.sequence }
        let evaluation = evaluationRun(record).map { execution("evaluation", $0.id) }
        let evaluated = evaluation ?? [Fact("evaluation", "none is on record", isGap: true)]
        guard let judgement else {
            return AuditReport.Section(
                heading, [.facts(evaluated + [Fact("judgement", "none is on record", isGap: true)])])
        }
        let verdict = judgement.value.passed ? "all gates passed" : "not all gates passed"
        let facts =
            evaluated + [
                Fact(
                    "judgement", "\(verdict), at \(judgement.time)", [judgement.sequence],
                    isGap: !judgement.value.passed)
            ]
        return AuditReport.Section(heading, [.facts(facts), gates(judgement)] + chart(judgement))
    }

    private func gates(_ judgement: Located<Judgement>) -> AuditReport.Block {
        let rows = judgement.value.results.map { result in
            Row(
                [
                    result.gate.metric, GateText.demand(result.gate.rule), result.measured?.text ?? "not measured",
                    result.champion.map { "\($0) (\(result.championVersion?.text ?? "champion"))" } ?? "",
                    result.passed ? "passed" : "missed", result.sentence,
                ], [judgement.sequence], isGap: !result.passed)
        }
        let columns = ["metric", "gate", "measured", "champion", "result", "words"]
        return .table(.init(columns: columns, rows: rows))
    }

    private func chart(_ judgement: Located<Judgement>) -> [AuditReport.Block] {
        let bars = judgement.value.results.compactMap { result in
            result.measured.map {
                AuditReport.Chart.Bar(
                    "\(result.gate.metric), \(GateText.demand(result.gate.rule))", $0, limit: GateText.limit(result),
                    [judgement.sequence], isGap: !result.passed)
            }
        }
        return bars.isEmpty ? [] : [.chart(.init(title: "Measured, and the limit of each gate", bars: bars))]
    }

    private func statements(_ version: Located<VersionRecord>) -> [Fact] {
        guard let made = trail.attestations[.attestation(of: version.value.id)] else {
            return [Fact("attestations", "none of the version is on record", isGap: true)]
        }
        return made.value.map { Fact("attestation: \($0.kind.rawValue)", $0.blob.text, [made.sequence]) }
    }
}

/// Gates in few words.
enum GateText {
    static func demand(_ rule: Model.Gate.Rule) -> String {
        switch rule {
        case .minimum(let value): "at least \(value)"
        case .maximum(let value): "at most \(value)"
        case .noWorseThanChampion(_, let margin, _): "champion, margin \(margin)"
        }
    }

    static func limit(_ result: GateResult) -> MetricValue? {
        switch result.gate.rule {
        case .minimum(let value), .maximum(let value): value
        case .noWorseThanChampion(let goal, let margin, _):
            result.champion.flatMap {
                MetricValue(goal == .minimize ? $0.value + margin.value : $0.value - margin.value)
            }
        }
    }
}

/// What made Writ act, in words.
enum CauseText {
    static func of(_ cause: Cause) -> String {
        switch cause {
        case .commit(let revision): "commit \(revision)"
        case .measurement(let what): "measurement: \(what)"
        case .schedule(let what): "schedule: \(what)"
        case .operatorAct(let actor): "operator \(actor)"
        }
    }
}

extension AuditTrail {
    struct SnapshotFact: Hashable {
        var dataset: ResourceName
        var recipe: RecipeID
        var outcome: SnapshotOutcome
        var at: Timestamp
        var entry: Int64?
    }

    /// Where bytes of a digest were taken as a snapshot, in order of time.
    func snapshots(of digest: Digest) -> [SnapshotFact] {
        state.snapshots.filter { $0.value.outcome.digest == digest }.map { recipe, record in
            let key = ActionKey("snapshot/\(recipe.digest.hex)")
            let entry = key.flatMap { results[$0] }?.last { $0.time == record.at }?.sequence
            return SnapshotFact(
                dataset: record.dataset, recipe: recipe, outcome: record.outcome, at: record.at, entry: entry)
        }.sorted { ($0.at, $0.dataset, $0.recipe) < ($1.at, $1.dataset, $1.recipe) }
    }
}
