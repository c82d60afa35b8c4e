// How things stood at one moment: what was declared, what served, which rules and keys held.
import WritVocabulary

/// `writ audit as-of`. Asked of a trail that was read up to the moment and no further: ``AuditMoment/includes(_:)``.
public struct AsOfQuestion: Hashable, Sendable {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row

    public var moment: AuditMoment
    /// Whether the ledger goes on after the trail: else nobody knows what came between its last entry and the moment.
    public var goesOn: Bool

    public init(_ moment: AuditMoment, goesOn: Bool = true) {
        self.moment = moment
        self.goesOn = goesOn
    }

    /// Throws for a trail that goes beyond the moment, or is empty.
    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        guard trail.size > 0, let last = trail.state.lastTime else {
            throw AuditFailure("Nothing was on record at \(moment)", hint: "Ask for a later moment.")
        }
        if case .size(let size) = moment, size > trail.size {
            throw AuditFailure(
                "The ledger has \(trail.size) entries, not \(size)",
                hint: "Give a number up to \(trail.size), or a time.")
        }
        guard trail.size(at: moment) == trail.size else {
            throw AuditFailure(
                "The trail was read beyond \(moment)", hint: "Read only the entries the moment includes.")
        }
        let now = time(last)
        let view = StandingView(trail: trail, material: material, now: now)
        let word = if case .size(let size) = moment { "\(size)" } else { "\(moment)" }
        return AuditReport(
            title: "As of \(moment)", question: "writ audit as-of \(word)", basis: material.basis(trail),
            sections: edge(last) + [view.declared, view.served, view.versions, view.rules, view.keys, view.exceptions])
    }

    private func edge(_ last: Timestamp) -> [AuditReport.Section] {
        guard !goesOn, case .time(let time) = moment, last < time else { return [] }
        return [.end(last)]
    }

    private func time(_ last: Timestamp) -> Timestamp {
        if case .time(let time) = moment { time } else { last }
    }
}

/// The record at its end, as tables.
struct StandingView {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row

    let trail: AuditTrail
    let material: AuditMaterial
    let now: Timestamp

    private var state: RecordedState { trail.state }

    // MARK: Declared

    var declared: AuditReport.Section {
        var facts: [Fact] = []
        if let last = trail.accepted.last {
            facts.append(Fact("accepted revision", last.value.revision.text, [last.sequence]))
            facts.append(Fact("since", last.time.text, [last.sequence]))
        } else {
            facts.append(Fact("accepted revision", "none yet", isGap: true))
        }
        if let change = trail.changes.last {
            facts += Array(ChangeStory(trail: trail, material: material).facts(change).dropFirst())
        }
        if let held = state.source.held, let entry = trail.held.last {
            let lacks = held.missing.joined(separator: "; ")
            facts.append(
                Fact("held", "\(held.head): \(held.verdict.rawValue), \(lacks)", [entry.sequence], isGap: true))
        }
        if let refused = state.source.refused, let entry = trail.refused.last {
            let errors = state.source.errors.joined(separator: "; ")
            facts.append(Fact("tip that does not parse", "\(refused): \(errors)", [entry.sequence], isGap: true))
        }
        if let tip = state.source.frozenAt, let entry = trail.frozen.last {
            facts.append(Fact("frozen at", tip.text, [entry.sequence], isGap: true))
        }
        if let start = trail.starts.last {
            facts.append(Fact("controller", "version \(start.value), started \(start.time)", [start.sequence]))
        }
        return AuditReport.Section("What was declared", [.facts(facts)])
    }

    // MARK: Served

    var served: AuditReport.Section {
        let rows = state.endpoints.sorted { $0.key < $1.key }.flatMap { name, record -> [Row] in
            guard let route = record.route else {
                return [Row([name.text, "nothing", "", "", "", ""], [], isGap: false)]
            }
            let entries = trail.servingSpans(of: name).last.map { [$0.entry] } ?? []
            return route.targets.map { target in
                Row(
                    [
                        name.text, "\(target.version)", "\(target.weight) %", "\(target.deployment)",
                        "\(record.routeNumber)", record.routedAt?.text ?? "",
                    ], entries, isGap: record.uncertain)
            }
        }
        let columns = ["endpoint", "version", "weight", "deployment", "table", "since"]
        return AuditReport.Section("What served", [.table(.init(columns: columns, rows: rows))])
    }

    var versions: AuditReport.Section {
        let rows = trail.versions.sorted { $0.key < $1.key }.map { id, found in
            Row(
                [
                    "\(id)", found.value.artefacts.text, found.value.run?.text ?? "imported", found.time.text,
                    trail.attestations[.attestation(of: id)] == nil ? "none" : "on record",
                ], [found.sequence], isGap: trail.attestations[.attestation(of: id)] == nil)
        }
        let columns = ["version", "artefacts", "run", "registered", "attestations"]
        return AuditReport.Section("Versions on record", [.table(.init(columns: columns, rows: rows))])
    }

    // MARK: Rules

    var rules: AuditReport.Section {
        let changed = trail.accepted.filter { $0.value.changed.contains { $0.kind == .policy } }
        var facts: [Fact] = []
        if let last = changed.last {
            facts.append(Fact("policies in force", "those of revision \(last.value.revision)", [last.sequence]))
            let names = Set(changed.flatMap(\.value.changed).filter { $0.kind == .policy }).sorted().map(\.text)
            facts.append(Fact("policies ever declared", names.joined(separator: ", "), changed.map(\.sequence)))
        } else {
            facts.append(Fact("policies in force", "none is on record", isGap: true))
        }
        facts.append(waivers)
        let emergencies = trail.allowed.compactMap { found in found.value.breakGlass.map { (found, $0) } }
        for (found, glass) in emergencies {
            let isOpen = glass.until > now
            let state = isOpen ? "open until \(glass.until)" : "ended \(glass.until)"
            facts.append(
                Fact("emergency", "\(glass.person), \(state): \(glass.reason)", [found.sequence], isGap: isOpen))
        }
        return AuditReport.Section("Rules in force", [.facts(facts)])
    }

    /// Waivers stand in the policies' text, which the ledger names by revision; a review's blob quotes it.
    private var waivers: Fact {
        let quoted = trail.allowed.last { $0.value.evidence.flatMap { material.reviews[$0] } != nil }
        guard let quoted, let review = quoted.value.evidence.flatMap({ material.reviews[$0] }) else {
            return Fact("waivers", "not known here: they stand in the policies at the revision above")
        }
        let open = review.policies.sorted { $0.key < $1.key }.flatMap { name, policy in
            policy.waivers.filter { $0.until > now }.map { waiver in
                let formats = waiver.formats.map(\.rawValue).joined(separator: ", ")
                let which = waiver.version.map { "\(waiver.model):\($0)" } ?? waiver.model.text
                return "\(name): \(which) may be \(formats) until \(waiver.until) (\(waiver.reason))"
            }
        }
        let text = open.isEmpty ? "none" : open.joined(separator: "; ")
        return Fact(
            "waivers", "\(text), as quoted by the judgement of \(quoted.value.head.short)", [quoted.sequence],
            isGap: !open.isEmpty)
    }

    // MARK: Keys

    var keys: AuditReport.Section {
        var facts = [key(.ledger, "ledger key", material.ledgerKey), key(.attestation, "attestation key", nil)]
        let used = Set(trail.attestations.values.flatMap(\.value).map(\.key)).sorted()
        facts += used.map { digest in
            let entries = trail.attestations.values.filter { $0.value.contains { $0.key == digest } }.map(\.sequence)
            return Fact("key that signed attestations", digest.text, entries.sorted())
        }
        facts += trail.rotations.map {
            Fact(
                "rotation", "\($0.value.purpose.rawValue) key, at \($0.time) by \($0.value.actor): \($0.value.reason)",
                [$0.sequence])
        }
        return AuditReport.Section("Keys", [.facts(facts)])
    }

    private func key(_ purpose: KeyRotation.Purpose, _ name: String, _ first: String?) -> Fact {
        if let rotation = trail.rotations.last(where: { $0.value.purpose == purpose }) {
            return Fact(name, rotation.value.new, [rotation.sequence])
        }
        return Fact(name, first ?? "the first one: no rotation is on record")
    }

    // MARK: Exceptions

    var exceptions: AuditReport.Section {
        var rows: [(Int64, Row)] = []
        for (resource, suspension) in state.suspensions where suspension.until > now {
            guard let found = trail.suspensions[resource]?.last else { continue }
            rows.append(
                (
                    found.sequence,
                    row(
                        "suspended", "\(resource)", found.time, suspension.until.text, suspension.reason,
                        found.sequence)
                ))
        }
        for (name, hold) in state.holds {
            guard let found = trail.holds.last(where: { $0.value.name == name }) else { continue }
            let scope = hold.scope?.text ?? "everything"
            rows.append(
                (
                    found.sequence,
                    Row(["legal hold \(name)", scope, found.time.text, "", hold.reason], [found.sequence])
                ))
        }
        for (key, intent) in state.openIntents {
            let resource = intent.resource?.text ?? ""
            let words = "begun, and no outcome on record: \(key)"
            rows.append((intent.sequence, Row(["open act", resource, "", "", words], [intent.sequence])))
        }
        for found in trail.incidents where isOpen(found) {
            let words = found.value.observation.fault.map { "\($0.path): \($0.found)" } ?? ""
            rows.append(
                (found.sequence, row("wrong bytes", "\(found.value.replica)", found.time, "", words, found.sequence)))
        }
        let ordered = rows.sorted { $0.0 < $1.0 }.map(\.1)
        let columns = ["what", "on", "since", "until", "why"]
        return AuditReport.Section("Exceptions that stood", [.table(.init(columns: columns, rows: ordered))])
    }

    private func isOpen(_ incident: Located<IntegrityIncident>) -> Bool {
        state.endpoints.values.contains { record in
            record.route?.targets.contains { target in
                target.replicas.contains { $0.replica == incident.value.replica }
            } == true
        }
    }

    private func row(
        _ what: String, _ on: String, _ since: Timestamp, _ until: String, _ why: String, _ entry: Int64
    ) -> Row {
        Row([what, on, since.text, until, why], [entry], isGap: true)
    }
}
