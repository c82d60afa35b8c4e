// The parts that documents about a version are put together from.
import WritVocabulary

struct VersionParts {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row
    typealias Table = AuditReport.Table

    let story: DocumentedVersion
    let index: RecordIndex

    init(_ story: DocumentedVersion, _ index: RecordIndex) {
        self.story = story
        self.index = index
    }

    var record: VersionRecord { story.record }

    // MARK: - What it is

    var details: [Fact] {
        var facts = [
            Fact("version", record.id.text, [story.entry]),
            Fact("registered", story.at.text, [story.entry]),
            Fact("files", record.artefacts.text, [story.entry]),
            Fact("commit", record.revision.text, [story.entry]),
        ]
        if let recipe = record.recipe { facts.append(Fact("recipe", recipe.text, [story.entry])) }
        if let run = record.run { facts.append(Fact("run", run.text, story.training?.entries ?? [story.entry])) }
        return facts
    }

    func field(_ field: RegulationCheck.CardField) -> Fact {
        guard let value = field.value(of: record.card), !value.isEmpty else {
            return Fact(
                field.words, "nobody wrote it down: fill spec.card.\(field.rawValue) in the manifest",
                [story.entry], isGap: true)
        }
        return Fact(field.words, value, [story.entry])
    }

    // MARK: - How it was made

    var training: [Fact] {
        guard let training = story.training else {
            return [
                Fact(
                    "training", "made elsewhere and imported: its training is not on record", [story.entry], isGap: true
                )
            ]
        }
        return execution(training)
    }

    func execution(_ execution: DocumentedVersion.Execution) -> [Fact] {
        let order = execution.order
        let started = [execution.started]
        var facts = [
            Fact("execution", order.id.text, execution.entries),
            Fact("code", "\(order.code) (tree \(order.codeTree)) at \(order.revision)", started),
            Fact("command", order.argv.joined(separator: " "), started),
            Fact(
                "resources", "\(order.resources.cpuMillis) thousandths of a core, \(order.resources.memory) memory",
                started),
            Fact("seed", String(order.seed), started),
        ]
        if let environment = order.environment {
            let text = "Python \(environment.python), locked requirements \(environment.requirements)"
            facts.append(Fact("environment", text, started))
        }
        for (name, value) in order.parameters.sorted(by: { $0.key < $1.key }) {
            facts.append(Fact("parameter \(name)", value.description, started))
        }
        guard let outcome = execution.outcome, let finished = execution.finished else { return facts }
        let network = outcome.sandbox.network ? "with network" : "without network"
        return facts + [
            Fact("ended", "\(outcome.summary) after \(outcome.finishedAt - outcome.startedAt)", [finished]),
            Fact("sandbox", "\(outcome.sandbox.kind), \(network), limits by \(outcome.sandbox.limits)", [finished]),
        ]
    }

    var data: Table {
        Table(
            columns: ["used for", "input", "dataset", "rows", "snapshot"],
            rows: story.data.map { input in
                guard let snapshot = input.snapshot else {
                    return Row(
                        [
                            input.use.rawValue, input.name, "no snapshot of these bytes is on record", "",
                            input.digest.text,
                        ],
                        [story.entry], isGap: true)
                }
                return Row(
                    [
                        input.use.rawValue, input.name, snapshot.dataset.text, String(snapshot.outcome.rows),
                        input.digest.text,
                    ], [snapshot.entry])
            })
    }

    // MARK: - What judged it

    var evaluation: [Fact] {
        guard let evaluation = story.evaluation else {
            return [Fact("evaluation", "none is on record: declare spec.evaluation", [story.entry], isGap: true)]
        }
        return execution(evaluation)
    }

    var metrics: Table {
        Table(
            columns: ["metric", "value"],
            rows: record.metrics.sorted { $0.key < $1.key }.map { Row([$0.key, $0.value.text], story.measured) })
    }

    private var orderedGates: [GateResult] {
        record.gates.sorted { ($0.gate.metric, $0.sentence) < ($1.gate.metric, $1.sentence) }
    }

    private var gateEntries: [Int64] { [story.judgement?.sequence, story.entry].compactMap(\.self) }

    var gates: Table {
        Table(
            columns: ["metric", "verdict", "why"],
            rows: orderedGates.map {
                Row([$0.gate.metric, $0.passed ? "passed" : "failed", $0.sentence], gateEntries, isGap: !$0.passed)
            })
    }

    /// One picture for each gate that measured something: this version, its champion, and the limit.
    var charts: [AuditReport.Chart] {
        orderedGates.compactMap { gate in
            guard let measured = gate.measured else { return nil }
            let limit: MetricValue? =
                switch gate.gate.rule {
                case .minimum(let value), .maximum(let value): value
                case .noWorseThanChampion: nil
                }
            var bars = [
                AuditReport.Chart.Bar(
                    "\(record.id)", measured, limit: limit, gateEntries, isGap: !gate.passed)
            ]
            if let champion = gate.champion {
                let name = gate.championVersion.map { "champion \($0)" } ?? "champion"
                bars.append(AuditReport.Chart.Bar(name, champion, gateEntries))
            }
            return AuditReport.Chart(title: "\(gate.gate.metric), to be \(gate.gate.rule.words)", bars: bars)
        }
    }

    // MARK: - What became of it

    var approvals: Table {
        Table(
            columns: ["endpoint", "change", "written by", "approved by", "emergency"],
            rows: story.deployments.map { deployment in
                if let rejection = index.rejection(behind: deployment) {
                    let words = "Writ went back to it from \(rejection.value.version): \(rejection.value.reason)"
                    return Row(
                        [deployment.endpoint.text, words, "", "", ""], [rejection.sequence, deployment.start])
                }
                guard let change = index.change(behind: deployment) else {
                    return Row(
                        [deployment.endpoint.text, "no policy was in force", "", "", ""], [deployment.start],
                        isGap: true)
                }
                let glass = change.value.breakGlass.map { "\($0.person): \($0.reason), until \($0.until)" } ?? ""
                return Row(
                    [
                        deployment.endpoint.text, change.value.head.text, names(change.value.authors),
                        approvers(change), glass,
                    ], [change.sequence, deployment.start],
                    isGap: change.value.approvers.isEmpty || change.value.breakGlass != nil)
            })
    }

    /// With what each signature meant and when it was made, where the judgement is to be had.
    private func approvers(_ change: Located<JudgedChange>) -> String {
        let signed = index.review(of: change)?.unit.approvals ?? []
        guard !change.value.approvers.isEmpty else { return names([]) }
        return change.value.approvers.map { person in
            let statement = signed.first { $0.authenticity.person == person }?.statement
            return statement.map { "\(person) (“\($0.meaning)”, \($0.signedAt))" } ?? person.text
        }.joined(separator: ", ")
    }

    private func names(_ people: [Person]) -> String {
        people.isEmpty ? "nobody" : people.map(\.text).joined(separator: ", ")
    }

    var deployments: Table {
        Table(
            columns: ["endpoint", "deployment", "from", "until"],
            rows: story.deployments.map {
                Row([$0.endpoint.text, $0.id.text, $0.from.text, $0.until?.text ?? "serves"], $0.entries)
            })
    }

    var incidents: Table {
        let bytes = story.incidents.map { incident -> (Int64, Row) in
            let fault = incident.value.observation.fault
            let what = fault.map { "\($0.path): \($0.found)" } ?? "other bytes than were approved"
            let since = "wrong bytes since \(incident.value.observation.intactAt) at the earliest"
            return (
                incident.sequence,
                Row(
                    [incident.time.text, incident.value.replica.text, "\(what); \(since)"], [incident.sequence],
                    isGap: true)
            )
        }
        let back = story.rejections.map { rejection -> (Int64, Row) in
            let instead = rejection.value.instead.map { "\($0) serves instead" } ?? "nothing serves instead"
            return (
                rejection.sequence,
                Row(
                    [rejection.time.text, rejection.value.deployment.text, "\(rejection.value.reason); \(instead)"],
                    [rejection.sequence], isGap: true)
            )
        }
        return Table(
            columns: ["when", "where", "what"], rows: (bytes + back).sorted { $0.0 < $1.0 }.map(\.1))
    }

    var formats: [Fact] {
        guard let formats = record.formats else {
            return [
                Fact("formats", "the files were not looked at when it was registered", [story.entry], isGap: true)
            ]
        }
        let counts = formats.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var facts = [Fact("formats", counts.joined(separator: ", "), [story.entry])]
        let carrying = formats.files.filter(\.format.carriesCode)
        if formats.codeCarrying.isEmpty {
            facts.append(Fact("code", "no file can run code when it is loaded", [story.entry]))
        }
        for file in carrying.prefix(DocumentLimits.listed) {
            let detail = file.detail.map { ": \($0)" } ?? ""
            facts.append(Fact(file.path, "\(file.format.rawValue)\(detail)", [story.entry], isGap: true))
        }
        return formats.codeCarrying.isEmpty ? facts : facts + waivers
    }

    /// What let a version serve although its files carry code, for each time it went to use.
    private var waivers: [Fact] {
        story.deployments.filter { index.rejection(behind: $0) == nil }.map { deployment in
            let name = "let through at \(deployment.endpoint)"
            guard let change = index.change(behind: deployment), let review = index.review(of: change) else {
                return Fact(name, "the rules of that time are not at hand: see writ audit as-of", [deployment.start])
            }
            let given = review.policies.sorted { $0.key < $1.key }.flatMap { policy, rules in
                rules.waivers.filter {
                    $0.model == record.id.model && ($0.version ?? record.id.number) == record.id.number
                }.map { "waiver of \(policy) until \($0.until): \($0.reason)" }
            }
            let words = given.isEmpty ? "no waiver: no policy demanded safe formats" : given.joined(separator: "; ")
            return Fact(name, words, [change.sequence, deployment.start])
        }
    }

    var attestations: Table {
        let made =
            [story.attested].compactMap(\.self).map { ("\(record.id)", $0) }
            + story.deployments.compactMap { deployment in
                index.attestations(of: deployment).map { ("\(deployment.id)", $0) }
            }
        return Table(
            columns: ["about", "kind", "predicate", "blob", "key"],
            rows: made.flatMap { subject, located in
                located.value.sorted { $0.kind.rawValue < $1.kind.rawValue }.map {
                    Row(
                        [subject, $0.kind.rawValue, $0.kind.predicateType, $0.blob.text, $0.key.text],
                        [located.sequence])
                }
            })
    }

    var howToCheck: [AuditReport.Cited] {
        [
            AuditReport.Cited(
                "Each #n is an entry of the ledger: writ audit prove n writes its bytes with a proof that "
                    + "writ audit check and other tools verify without this controller.", [story.entry]),
            AuditReport.Cited("writ audit verify checks every entry, tile, checkpoint, blob and signature."),
        ]
    }
}
