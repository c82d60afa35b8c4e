// A plan as people read it.
import WritVocabulary

/// Renders a plan: what is done and why, what waits and for what, what a person has to change.
///
/// Lines are aligned in columns and sorted as the plan is. `+` begins, `~` changes, `-` ends, `→` is asked of Git, `·`
/// waits, `!` is refused.
public struct PlanText: Sendable {
    /// Whether to colour the glyphs, for a terminal.
    public var colour: Bool

    public init(colour: Bool = false) { self.colour = colour }

    /// The text, each line ended; `Nothing to do.` when everything is settled.
    public func render(_ plan: Plan) -> String {
        let acts = plan.actions.flatMap(lines) + plan.judgements.map(line) + (plan.rejections ?? []).map(line)
        let open = plan.findings.filter(\.isTold)
        var text = acts.isEmpty && open.isEmpty ? "Nothing to do.\n" : ""
        text += Columns(acts).text(colour)
        if !acts.isEmpty, !open.isEmpty { text += "\n" }
        text += Columns(open.map(line)).text(colour)
        let next = plan.findings.filter { !$0.next.isEmpty }
        if !next.isEmpty {
            text += "\nThen:\n" + next.map { "  \($0.resource): \($0.next.joined(separator: ", "))\n" }.joined()
        }
        let settled = plan.findings.count { $0.standing == .settled }
        if settled > 0 { text += "\n\(settled == 1 ? "1 resource is" : "\(settled) resources are") settled.\n" }
        return text
    }

    private func lines(_ planned: PlannedAction) -> [Columns.Line] {
        let because = "because \(planned.reason.message)"
        guard case .publish(let change) = planned.action else {
            let cells = [planned.action.verb, planned.resource.name.text, planned.action.subject]
            return [Columns.Line(planned.action.glyph, cells, because + superseded(by: planned.action))]
        }
        // One table may move the traffic of many endpoints, each of which has its own line.
        let routes = change.routes.map { ($0.endpoint, $0.words) } + change.removed.map { ($0, "nothing") }
        return routes.sorted { $0.0 < $1.0 }.map { endpoint, words in
            let reason = planned.resource.name == endpoint ? because : "in the same table"
            return Columns.Line("~", ["route", endpoint.text, words], reason)
        }
    }

    private func superseded(by action: Action) -> String {
        guard case .propose(let order) = action, !order.supersedes.isEmpty else { return "" }
        return ", in place of \(order.supersedes.map(\.text).joined(separator: ", "))"
    }

    private func line(_ judgement: Judgement) -> Columns.Line {
        let candidate = judgement.run?.text ?? judgement.artefacts.short
        let words =
            judgement.passed ? ["pass", judgement.model.text, candidate] : ["fail", judgement.model.text, candidate]
        let sentences = judgement.results.map(\.sentence).joined(separator: "; ")
        return Columns.Line(judgement.passed ? "+" : "!", words, sentences.isEmpty ? "it has no gates" : sentences)
    }

    private func line(_ rejection: Rejection) -> Columns.Line {
        let instead = rejection.instead.map { "; \($0.succeeding(rejection.version, "is to serve again"))" }
        let words = ["take back", rejection.endpoint.text, "version \(rejection.version.number)"]
        return Columns.Line("!", words, "because \(rejection.reason)\(instead ?? "")")
    }

    private func line(_ finding: Finding) -> Columns.Line {
        var words = finding.reason.message
        if let cause = finding.blockedBy { words += " (see \(cause))" }
        if let until = finding.until { words += ", until \(until)" }
        let glyph = finding.standing == .refused ? "!" : "·"
        return Columns.Line(glyph, [finding.resource.text, finding.reason.code.rawValue], words)
    }
}

extension Finding {
    /// Whether a person should read of it: also where all is well but something beside it is not, such as a newer
    /// version that could not be offered.
    fileprivate var isTold: Bool {
        switch standing {
        case .waiting, .refused: true
        case .settled:
            switch reason.code {
            case .newerVersion, .versionRegistered, .trafficMoved: true
            // Of a policy it says that all is well; of an endpoint, that an exception from one has ended.
            case .inForce: resource.kind == .endpoint
            default: false
            }
        case .acting: false
        }
    }
}

extension RoutingTable.Route {
    /// `100% to version 3, 2 replicas`.
    fileprivate var words: String {
        targets.map { target in
            let count = target.replicas.count == 1 ? "1 replica" : "\(target.replicas.count) replicas"
            return "\(target.weight)% to version \(target.version.number), \(count)"
        }.joined(separator: "; ")
    }
}
