// The changes of one period as tables.
import WritVocabulary

struct ChangePopulation {
    typealias Row = AuditReport.Table.Row

    let trail: AuditTrail
    let material: AuditMaterial
    /// Entries of the period.
    let range: Range<Int64>
    private let all: [ChangeRecord]
    private let acceptances: [RevisionID: [Located<AuditTrail.AcceptedRevision>]]

    init(trail: AuditTrail, material: AuditMaterial, range: Range<Int64>) {
        self.trail = trail
        self.material = material
        self.range = range
        all = trail.changes.filter { range.contains($0.accepted.sequence) }
        acceptances = Dictionary(grouping: trail.accepted, by: \.value.revision)
    }

    /// Those that changed an endpoint, a policy or a model, or may have.
    var production: [ChangeRecord] {
        all.filter { change in
            change.isListedInPart || change.resources.contains { [.endpoint, .policy, .model].contains($0.kind) }
        }
    }

    // MARK: Numbers

    func count(_ period: String) -> AuditReport.Section {
        let moved = production.filter { !$0.names(.endpoint).isEmpty || $0.isListedInPart }
        let judged = all.filter { $0.allowed != nil }.count
        let emergencies = all.filter { $0.breakGlass != nil }
        let facts: [AuditReport.Fact] = [
            .init("revisions followed", "\(all.count)", all.map(\.accepted.sequence)),
            .init("of these, changes to production", "\(production.count)", production.map(\.accepted.sequence)),
            .init("that changed an endpoint", "\(moved.count)", moved.map(\.accepted.sequence)),
            .init("judged by policies", "\(judged) of \(all.count)", isGap: judged < all.count),
            .init(
                "emergencies", "\(emergencies.count)", emergencies.map(\.accepted.sequence),
                isGap: !emergencies.isEmpty),
            .init("turned away or held", "\(turnedAwayRows.count)"),
        ]
        let words = AuditReport.Cited(
            "A change to production is a revision that was followed and that created, changed or deleted an endpoint, "
                + "a policy or a model. This is all of them, not a selection.")
        return AuditReport.Section("The population", [.paragraph(words), .facts(facts)])
    }

    // MARK: Changes

    var changes: AuditReport.Section {
        let columns = [
            "revision", "changed", "author", "approvers", "verdict", "accepted", "deployed", "outcome", "evidence",
        ]
        return AuditReport.Section("Changes", [.table(.init(columns: columns, rows: production.map(row)))])
    }

    private func row(_ change: ChangeRecord) -> Row {
        let allowed = change.allowed?.value
        let verdict = change.breakGlass != nil ? "emergency" : allowed?.verdict.rawValue ?? "not judged"
        let listed = change.resources.filter { $0.kind != .dataset }.map(\.text)
        let more = change.accepted.value.count - change.accepted.value.changed.count
        let isGap = allowed == nil || change.breakGlass != nil || change.tip != nil || allowed?.authors.isEmpty == true
        return Row(
            [
                change.revision.short, (listed + (more > 0 ? ["and \(more) more"] : [])).joined(separator: ", "),
                allowed?.authors.map(\.text).joined(separator: ", ") ?? "",
                allowed?.approvers.map(\.text).joined(separator: ", ") ?? "",
                verdict, change.accepted.time.text, change.routed.first?.time.text ?? "", outcome(change),
                allowed?.evidence?.short ?? "",
            ], change.entries, isGap: isGap)
    }

    private func outcome(_ change: ChangeRecord) -> String {
        if let back = change.rejections.first {
            let instead = back.value.instead.map { " to \($0)" } ?? ""
            return "taken back\(instead) at \(back.time): \(back.value.reason)"
        }
        guard let last = change.routed.last else {
            return change.names(.endpoint).isEmpty ? "" : "no route had to move"
        }
        let endpoints = Set(change.names(.endpoint))
        let served = last.value.routes.filter { endpoints.contains($0.endpoint) }.map { route in
            let targets = route.targets.filter { $0.weight > 0 }.map { "\($0.version) \($0.weight) %" }
            return "\(route.endpoint): \(targets.joined(separator: ", "))"
        }
        let gone = last.value.removed.filter(endpoints.contains).map { "\($0): no route any more" }
        return (served + gone).joined(separator: "; ")
    }

    // MARK: Sample

    func drawn(_ sample: ChangesQuestion.Sample) -> AuditReport.Section {
        let ordered = production.map { (sample.order($0.revision), $0) }
            .sorted { ($0.0, $0.1.accepted.sequence) < ($1.0, $1.1.accepted.sequence) }
        let rows = ordered.prefix(sample.count).map { order, change in
            Row([String(order.prefix(16)), change.revision.text, change.accepted.time.text], change.entries)
        }
        let words = AuditReport.Cited(
            "The population is ordered by the SHA-256 of seed, line feed and revision, in hexadecimal; the sample is its "
                + "beginning, \(rows.count) of \(production.count). To draw it again, give the population below to "
                + "this program:")
        let program = [
            "import hashlib, sys", "seed = \"\(sample.seed)\"", "revisions = sys.stdin.read().split()",
            "key = lambda revision: hashlib.sha256(f\"{seed}\\n{revision}\".encode()).hexdigest()",
            "print(*sorted(revisions, key=key)[:\(sample.count)], sep=\"\\n\")",
        ]
        return AuditReport.Section(
            "Sample of \(rows.count)",
            [
                .table(.init(columns: ["order", "revision", "accepted"], rows: Array(rows))), .paragraph(words),
                .table(.init(columns: ["Python"], rows: program.map { Row([$0]) })),
                .table(.init(columns: ["population"], rows: production.map { Row([$0.revision.text]) })),
            ])
    }

    // MARK: Turned away

    var turnedAway: AuditReport.Section {
        AuditReport.Section(
            "Turned away or held",
            [.table(.init(columns: ["when", "what", "revision", "why", "afterwards"], rows: turnedAwayRows))])
    }

    private var turnedAwayRows: [Row] {
        var rows: [(Int64, Row)] = []
        for held in trail.held where range.contains(held.sequence) {
            let what = held.value.verdict == .refused ? "refused by policy" : "held by policy"
            let why = held.value.missing.joined(separator: "; ")
            rows.append((held.sequence, row(held.sequence, held.time, what, held.value.head, why)))
        }
        for refused in trail.refusals where range.contains(refused.sequence) {
            let (revision, why) = (refused.value.revision, refused.value.errors.joined(separator: "; "))
            rows.append((refused.sequence, row(refused.sequence, refused.time, "does not parse", revision, why)))
        }
        for frozen in trail.frozen where range.contains(frozen.sequence) {
            let why = "it does not descend from the accepted revision"
            rows.append((frozen.sequence, row(frozen.sequence, frozen.time, "frozen", frozen.value, why)))
        }
        return rows.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func row(_ entry: Int64, _ time: Timestamp, _ what: String, _ revision: RevisionID, _ why: String) -> Row {
        let followed = acceptances[revision]?.first { $0.sequence > entry }
        return Row(
            [time.text, what, revision.short, why, followed.map { "followed at \($0.time)" } ?? "not followed"],
            [entry] + (followed.map { [$0.sequence] } ?? []))
    }
}
