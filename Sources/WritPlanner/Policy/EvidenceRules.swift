// Whether the records show what a rule demands of every version an endpoint is moved to.
import WritVocabulary

struct EvidenceRules {
    let match: RuleMatch
    let recorded: RecordedState
    let now: Timestamp
    /// What stands around replicas; nil where it is not known.
    let walls: String?

    private var demand: Policy.EvidenceDemand { match.rule.evidence }

    func assess(into assessment: inout RuleAssessment) {
        guard !demand.isEmpty else { return }
        for (version, digests) in match.versions {
            guard let record = recorded.versions[version.model]?[version.number] else {
                assessment.miss(.evidence, "\(version) is not on record yet; wait until it is registered")
                continue
            }
            if digests.contains(where: { $0 != record.artefacts }) {
                let message =
                    "the pin names another digest for \(version) than is on record, \(record.artefacts); pin that one"
                assessment.miss(.evidence, message, isFinal: true)
                continue
            }
            assess(record, into: &assessment)
        }
    }

    private func assess(_ record: VersionRecord, into assessment: inout RuleAssessment) {
        let findings =
            demand.gates.sorted().map { gate($0, record) } + demand.card.sorted().map { field($0, record) }
            + (demand.sandboxed ? [sandbox(record)] : []) + (demand.attested ? [attestation(record)] : [])
            + (demand.sampleSize.map { [sample($0, record)] } ?? [])
            + (demand.safeFormats ? FormatRules(match: match, now: now, walls: walls).findings(on: record) : [])
        var shown: [String] = []
        for finding in findings {
            switch finding {
            case .shown(let words): shown.append(words)
            case .lacking(let words): assessment.miss(.evidence, words)
            case .failed(let words): assessment.miss(.evidence, "\(words); move to another version", isFinal: true)
            case .barred(let words): assessment.miss(.evidence, words, isFinal: true)
            }
        }
        if !shown.isEmpty { assessment.meet("\(record.id): \(shown.joined(separator: "; "))") }
    }

    enum Finding {
        case shown(String)
        /// It may come.
        case lacking(String)
        /// It never will, for this version.
        case failed(String)
        /// It never will as things are; the words say what to do.
        case barred(String)
    }

    private func gate(_ name: String, _ record: VersionRecord) -> Finding {
        let results = record.gates.filter { $0.gate.metric == name }
        let metric = PolicyWords.clean(name)
        guard !results.isEmpty else { return .failed("\(record.id) was not gated on \(metric)") }
        if let missed = results.first(where: { !$0.passed }) {
            return .failed("\(record.id) did not pass its gate: \(PolicyWords.clean(missed.sentence, 200))")
        }
        return .shown(PolicyWords.clean(results.map(\.sentence).joined(separator: ", "), 200))
    }

    private func field(_ name: String, _ record: VersionRecord) -> Finding {
        let field = PolicyWords.clean(name)
        let value = EvidenceRules.value(of: name, record.card ?? Model.Card())
        guard value?.contains(where: { !$0.isWhitespace }) == true else {
            return .failed("the card of \(record.id) does not give \(field)")
        }
        return .shown("its card gives \(field)")
    }

    private static func value(of field: String, _ card: Model.Card) -> String? {
        switch field {
        case "intendedUse": card.intendedUse
        case "limits": card.limits
        case "owner": card.owner
        case "riskTier": card.riskTier
        default: nil
        }
    }

    private func sandbox(_ record: VersionRecord) -> Finding {
        guard let run = record.run else { return .failed("\(record.id) was imported: no run of it stood in a sandbox") }
        guard let outcome = recorded.executions[run]?.outcome else {
            return .lacking("how \(run), which made \(record.id), was walled in is not on record")
        }
        let kind = PolicyWords.clean(outcome.sandbox.kind)
        guard EvidenceRules.isWall(kind) else {
            return .failed("\(run), which made \(record.id), did not stand in a sandbox (“\(kind)”)")
        }
        return .shown("\(run) stood in \(kind)")
    }

    /// First words of ``SandboxRecord/kind`` that are walls. What is not listed is none.
    private static let wallKinds: Set<String> = ["bubblewrap", "simulated"]

    static func isWall(_ kind: String) -> Bool { wallKinds.contains(String(kind.prefix { $0 != " " })) }

    private func attestation(_ record: VersionRecord) -> Finding {
        let made = recorded.attestations[.attestation(of: record.id)]
        guard let provenance = made?.first(where: { $0.kind == .provenance }) else {
            return .lacking("no signed provenance of \(record.id) is on record; wait until Writ has attested it")
        }
        return .shown("its provenance is signed (\(provenance.blob.short))")
    }

    private func sample(_ least: Int64, _ record: VersionRecord) -> Finding {
        guard let evaluation = record.evaluation else { return .failed("\(record.id) was not evaluated on any rows") }
        guard let rows = rows(of: evaluation) else {
            return .lacking("on how many rows \(record.id) was evaluated is not on record")
        }
        guard rows >= least else {
            return .failed("\(record.id) was evaluated on \(rows) rows, fewer than \(least)")
        }
        return .shown("it was evaluated on \(rows) rows, at least \(least)")
    }

    /// The rows of all snapshots the evaluation read, each counted once under however many names it was given.
    private func rows(of evaluation: RecipeID) -> Int64? {
        let attempts = recorded.executionsByRecipe[evaluation] ?? []
        let finished = attempts.compactMap { recorded.executions[$0] }.last { $0.outcome?.succeeded == true }
        guard let inputs = finished?.order.inputs.values.map(\.digest), !inputs.isEmpty else { return nil }
        let wanted = Set(inputs)
        var rows: [Digest: Int64] = [:]
        for snapshot in recorded.snapshots.values where wanted.contains(snapshot.outcome.digest) {
            let known = rows[snapshot.outcome.digest] ?? Int64.max
            rows[snapshot.outcome.digest] = min(known, max(0, snapshot.outcome.rows))
        }
        guard rows.count == wanted.count else { return nil }
        return rows.values.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int64.max : $0 + $1 }
    }
}
