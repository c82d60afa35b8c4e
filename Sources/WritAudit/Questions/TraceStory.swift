// The parts of a trace: the routes that may have answered, and for each version where it comes from.
import WritVocabulary

struct TraceStory {
    typealias Fact = AuditReport.Fact
    typealias Row = AuditReport.Table.Row

    let trail: AuditTrail
    let material: AuditMaterial
    let time: Timestamp

    // MARK: What answered

    /// A moment after the last entry: the record cannot know what came in between.
    var edge: [AuditReport.Section] {
        guard let last = trail.state.lastTime, last < time else { return [] }
        return [.end(last)]
    }

    func answer(_ routes: [ServingSpan]) -> AuditReport.Section {
        let rows = routes.flatMap { span in
            span.targets.filter { $0.weight > 0 }.map { target in
                Row(
                    [
                        "\(target.version)", "\(target.weight) %", span.endpoint.text, "\(span.number)",
                        span.since.text, span.until?.text ?? "still in force", "\(target.replicas.count)",
                    ], [span.intent, span.entry, span.endedBy].compactMap(\.self).uniqued)
            }
        }
        let columns = ["version", "weight", "endpoint", "table", "since", "until", "replicas"]
        return AuditReport.Section(
            "What answered", [.paragraph(sentence(routes)), .table(.init(columns: columns, rows: rows))])
    }

    private func sentence(_ routes: [ServingSpan]) -> AuditReport.Cited {
        let entries = routes.flatMap { [$0.intent, $0.entry] }.uniqued
        let versions = Set(routes.flatMap { $0.targets.filter { $0.weight > 0 }.map(\.version) }).sorted()
        guard let first = versions.first else { return .init("Nothing: no route was in force.", entries) }
        guard versions.count > 1 else { return .init("\(first) answered: no other version had traffic.", entries) }
        let list = versions.map(\.text).joined(separator: ", ")
        let why =
            routes.count > 1
            ? "the gateway was changing from one table to the next" : "the route shares its traffic among them"
        return .init("One of \(list) answered: \(why). Only the request's id tells which.", entries)
    }

    // MARK: Where it comes from

    /// - Parameter only: the version the request names.
    func origins(_ routes: [ServingSpan], only: VersionID?) -> [AuditReport.Section] {
        var sections: [AuditReport.Section] = []
        var seen: Set<VersionID> = []
        for span in routes {
            for target in span.targets where target.weight > 0 && (only == nil || target.version == only) {
                if seen.insert(target.version).inserted {
                    sections += VersionOrigin(trail: trail, material: material).sections(target.version)
                }
                sections.append(bringing(target, span))
            }
        }
        return sections + [meanwhile(routes)]
    }

    /// The change that brought a version to an endpoint, and the way back where that is what brought it.
    private func bringing(_ target: RoutingTable.Target, _ span: ServingSpan) -> AuditReport.Section {
        let heading = "How \(target.version) came to \(span.endpoint)"
        let spans = trail.servingSpans(of: span.endpoint)
        let begin = spans.last { $0.entry <= span.entry && !precedes(target, $0, in: spans) } ?? span
        var facts: [Fact] = []
        var asked = begin
        if let rejection = wayBack(to: target.version, in: begin, after: spans) {
            facts.append(
                Fact(
                    "way back",
                    "\(rejection.value.version) was taken back at \(rejection.time): \(rejection.value.reason)",
                    [rejection.sequence, begin.entry], isGap: false))
            asked = spans.last { $0.entry < begin.entry && $0.weight(of: target.version) > 0 } ?? begin
            asked = spans.last { $0.entry <= asked.entry && !precedes(target, $0, in: spans) } ?? asked
        }
        facts.append(Fact("first routed", "table \(asked.number) at \(asked.since)", [asked.intent, asked.entry]))
        guard let change = trail.change(of: span.endpoint, before: asked.intent, in: trail.changes) else {
            facts.append(Fact("change", "no accepted revision changed \(span.endpoint) before that", isGap: true))
            return AuditReport.Section(heading, [.facts(facts)])
        }
        facts += ChangeStory(trail: trail, material: material).facts(change)
        facts += statements(on: target, span)
        return AuditReport.Section(heading, [.facts(facts)])
    }

    /// Whether the version already had traffic in the span before this one.
    private func precedes(_ target: RoutingTable.Target, _ span: ServingSpan, in spans: [ServingSpan]) -> Bool {
        guard let before = spans.last(where: { $0.entry < span.entry }) else { return false }
        return span.weight(of: target.version) > 0 && before.weight(of: target.version) > 0
            || span.weight(of: target.version) == 0
    }

    private func wayBack(to version: VersionID, in span: ServingSpan, after spans: [ServingSpan]) -> Located<Rejection>?
    {
        let before = spans.last { $0.entry < span.entry }?.entry ?? -1
        return trail.rejections.last {
            $0.value.endpoint == span.endpoint && $0.value.instead == version && $0.sequence > before
                && $0.sequence < span.entry
        }
    }

    /// Those of the move that brought its traffic, not of one before or after it.
    private func statements(on target: RoutingTable.Target, _ span: ServingSpan) -> [Fact] {
        guard let made = trail.attested(target.deployment, at: span.entry)?.made else {
            return [Fact("attestations", "none of the deployment is on record", isGap: true)]
        }
        return made.value.map { Fact("attestation: \($0.kind.rawValue)", $0.blob.text, [made.sequence]) }
    }

    // MARK: Meanwhile

    /// What went wrong or was set aside while these routes were in force.
    private func meanwhile(_ routes: [ServingSpan]) -> AuditReport.Section {
        let heading = "What happened while it served"
        var rows: [(Int64, Row)] = []
        for span in routes {
            rows += incidents(span) + suspensions(span) + rejections(span)
        }
        let ordered = Dictionary(rows, uniquingKeysWith: { first, _ in first }).sorted { $0.key < $1.key }.map(\.value)
        let columns = ["what", "on", "from", "until", "at that moment", "words"]
        return AuditReport.Section(heading, [.table(.init(columns: columns, rows: ordered))])
    }

    private func overlaps(_ from: Timestamp, _ until: Timestamp?) -> String {
        from <= time && until.map { time < $0 } ?? true ? "yes" : "no"
    }

    private func incidents(_ span: ServingSpan) -> [(Int64, Row)] {
        trail.incidents.compactMap { found in
            let incident = found.value
            guard span.deployments().contains(incident.replica.deployment) else { return nil }
            let left = trail.servingSpans(of: span.endpoint).first { later in
                later.entry > found.sequence
                    && !later.targets.contains { $0.replicas.contains { $0.replica == incident.replica } }
            }
            let from = incident.observation.intactAt
            if let left, left.since < span.began { return nil }
            if let until = span.until, from > until { return nil }
            let fault = incident.observation.fault.map { "\($0.path): \($0.found)" } ?? "its bytes differ"
            let row = Row(
                [
                    "wrong bytes", "\(incident.replica)", from.text, left?.since.text ?? "still routed",
                    overlaps(from, left?.since), fault,
                ], [found.sequence] + (left.map { [$0.entry] } ?? []), isGap: true)
            return (found.sequence, row)
        }
    }

    private func suspensions(_ span: ServingSpan) -> [(Int64, Row)] {
        let id = ResourceID(.endpoint, span.endpoint)
        return (trail.suspensions[id] ?? []).compactMap { found in
            let resumed = trail.resumptions[id]?.first { $0.sequence > found.sequence }
            let until = min(found.value.until, resumed?.time ?? found.value.until)
            guard until >= span.began, span.until.map({ found.time <= $0 }) ?? true else { return nil }
            let row = Row(
                [
                    "suspended", "\(id)", found.time.text, until.text, overlaps(found.time, until),
                    "\(found.value.actor): \(found.value.reason)",
                ], [found.sequence] + (resumed.map { [$0.sequence] } ?? []))
            return (found.sequence, row)
        }
    }

    private func rejections(_ span: ServingSpan) -> [(Int64, Row)] {
        trail.rejections.compactMap { found in
            guard found.value.endpoint == span.endpoint, found.time >= span.began,
                span.until.map({ found.time <= $0 }) ?? true
            else { return nil }
            let instead = found.value.instead.map { ", \($0) in its place" } ?? ""
            let row = Row(
                ["taken back", "\(found.value.version)", found.time.text, "", "", found.value.reason + instead],
                [found.sequence], isGap: true)
            return (found.sequence, row)
        }
    }
}

extension [Int64] {
    /// Sorted, each once.
    var uniqued: [Int64] { Set(self).sorted() }
}

extension AuditReport.Section {
    /// That the record ends before the moment somebody asked about.
    static func end(_ last: Timestamp) -> AuditReport.Section {
        let words =
            "The record ends at \(last), before that moment: below is what held then. A later change, if there was "
            + "one, is not in it."
        return AuditReport.Section("The record", [.paragraph(.init(words))])
    }
}
