// Which version answered, and where all of it comes from: from one request to run, data, code, author and approvers.
import WritVocabulary

/// `writ audit trace`.
public struct TraceQuestion: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case moment(ResourceName, Timestamp)
        case request(RequestName)
    }

    public var subject: Subject

    public init(endpoint: ResourceName, at time: Timestamp) { subject = .moment(endpoint, time) }

    /// Throws when the text is no id of a gateway of Writ's.
    public init(request text: String) throws(AuditFailure) {
        guard let name = RequestName(text) else {
            throw AuditFailure(
                "“\(HarmlessText.line(String(text.prefix(100))))” is no request id",
                hint: "Give the value of `x-writ-request-id` of the answer, or an endpoint and a time.")
        }
        subject = .request(name)
    }

    var command: String {
        switch subject {
        case .moment(let endpoint, let time): "writ audit trace \(endpoint) --at \(time)"
        case .request(let name): "writ audit trace \(name)"
        }
    }

    public func answer(_ trail: AuditTrail, _ material: AuditMaterial) throws(AuditFailure) -> AuditReport {
        switch subject {
        case .moment(let endpoint, let time): try momentAnswer(endpoint, time, trail, material)
        case .request(let name): requestAnswer(name, trail, material)
        }
    }

    private func report(_ title: String, _ trail: AuditTrail, _ material: AuditMaterial, _ parts: [AuditReport.Section])
        -> AuditReport
    {
        AuditReport(title: title, question: command, basis: material.basis(trail), sections: parts)
    }

    // MARK: By time

    private func momentAnswer(
        _ endpoint: ResourceName, _ time: Timestamp, _ trail: AuditTrail, _ material: AuditMaterial
    ) throws(AuditFailure) -> AuditReport {
        guard
            trail.routedEndpoints.contains(endpoint)
                || trail.routings.contains(where: { $0.value.endpoints.contains(endpoint) })
        else {
            let known = trail.routedEndpoints.map(\.text).joined(separator: ", ")
            throw AuditFailure(
                "No route of an endpoint `\(endpoint)` is on record",
                hint: known.isEmpty ? "Nothing was ever served." : "Endpoints on record: \(known).")
        }
        let routes = trail.routesPossible(of: endpoint, at: time)
        let title = "What answered for \(endpoint) at \(time)"
        let story = TraceStory(trail: trail, material: material, time: time)
        return report(
            title, trail, material, story.edge + [story.answer(routes)] + story.origins(routes, only: nil))
    }

    // MARK: By request

    private func requestAnswer(_ name: RequestName, _ trail: AuditTrail, _ material: AuditMaterial) -> AuditReport {
        let title = "Where the answer to request \(name) came from"
        let claim = [
            AuditReport.Fact("time", name.time.text), AuditReport.Fact("routing table", "\(name.table)"),
            AuditReport.Fact("version", "\(name.version)"),
        ]
        func finding(_ facts: [AuditReport.Fact]) -> AuditReport.Section {
            AuditReport.Section(
                "The request",
                [
                    .paragraph(
                        .init("The id is a claim of whoever gives it; below is what the ledger says to each part.")),
                    .facts(claim + facts),
                ])
        }
        let fit = RequestFit(name, trail)
        if let misfit = fit.misfit {
            let fact = AuditReport.Fact(
                "verdict", "The id does not fit the record: \(misfit)", fit.entries, isGap: true)
            return report(title, trail, material, [finding([fact])])
        }
        let fact = AuditReport.Fact(
            "verdict", "The id fits the record: table \(name.table) was in force and has this version", fit.entries)
        let story = TraceStory(trail: trail, material: material, time: name.time)
        let routes = fit.spans
        return report(
            title, trail, material, [finding([fact]), story.answer(routes)] + story.origins(routes, only: name.version))
    }
}

/// A request's id held against the record.
struct RequestFit {
    /// One clause; nil where it fits.
    var misfit: String?
    var entries: [Int64] = []
    /// The routes of that table that have the version: usually one.
    var spans: [ServingSpan] = []

    init(_ name: RequestName, _ trail: AuditTrail) {
        guard let found = trail.table(name.table) else {
            misfit = "no routing table \(name.table) was ever brought to the gateway"
            return
        }
        entries = found.entries
        let tolerance = TimeSpan(milliseconds: QuestionLimits.clockToleranceMilliseconds)
        guard name.time + tolerance >= found.from else {
            misfit = "table \(name.table) was not yet in force then, it was brought to the gateway at \(found.from)"
            return
        }
        if let until = found.until, name.time > until + tolerance {
            misfit = "table \(name.table) was no longer in force then, another was from \(until) on"
            return
        }
        let routes = found.table.routes.filter { route in
            route.targets.contains { $0.version == name.version && $0.weight > 0 }
        }
        guard !routes.isEmpty else {
            misfit = "table \(name.table) sends nothing to \(name.version)"
            return
        }
        spans = routes.compactMap { route in
            trail.servingSpans(of: route.endpoint).last { $0.number <= name.table }
                ?? trail.routesPossible(of: route.endpoint, at: name.time).last
        }
    }
}
