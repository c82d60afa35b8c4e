// What a proposal of Writ's says in its pull request.
import WritVocabulary

/// The texts of a promotion or a way back, from what was on record when it was proposed.
public enum ProposalText {
    /// One line: `Promote flights to version 8`.
    public static func title(_ order: ProposalOrder) -> String {
        VisibleText.line(order.title, limit: 200)
    }

    /// Markdown of at most `limit` bytes: both versions side by side, the gates, where the new one comes from, and what
    /// merging does. What does not fit is left out, and said to be. Throws only when something cannot be encoded.
    public static func body(
        order: ProposalOrder, desired: DesiredState, recorded: RecordedState, limit: Int
    ) throws -> String {
        let plan = try plan(of: order, desired, recorded)
        return MarkdownDocument(
            head: head(order, desired, recorded),
            parts: ChangePlanMarkdown.parts(plan).filter { $0.name != "resources" },
            shortening: ChangePlanMarkdown.shortening,
            whole: "Check the branch out and ask `writ plan` to see all of it."
        ).text(limit: limit)
    }

    /// The plan of the one change the proposal makes. The commit does not exist yet: the head is named by the base.
    private static func plan(
        of order: ProposalOrder, _ desired: DesiredState, _ recorded: RecordedState
    ) throws -> ChangePlan {
        let id = ResourceID(.endpoint, order.id.endpoint)
        var change = DesiredState.Change(revision: order.base)
        if var resource = desired.resources[id], case .endpoint(var endpoint) = resource.spec {
            endpoint.pin = order.to
            resource.spec = .endpoint(endpoint)
            change.resources.updateValue(resource, forKey: id)
        }
        return try ChangePlanner().plan(
            base: desired, change: change, observation: ObservationRecord(recorded: recorded), basis: .assumed,
            decision: nil)
    }

    // MARK: What it is about

    private static func head(
        _ order: ProposalOrder, _ desired: DesiredState, _ recorded: RecordedState
    ) -> [String] {
        let endpoint = MarkdownText.code(order.id.endpoint.text)
        let place = MarkdownText.code(order.path.text)
        let model = desired.endpoint(order.id.endpoint)?.model.text ?? "version"
        let digest = order.to.digest.map { " with the digest `\($0)`" } ?? ""
        var lines = [
            opening(order, endpoint, recorded), "",
            "Merging this pins `\(model):\(order.to.version)`\(digest) in \(place) and changes nothing else."
                + " It was planned from `\(order.base.short)`.",
        ]
        if !order.supersedes.isEmpty {
            let ids = order.supersedes.map { MarkdownText.code($0.text) }.joined(separator: ", ")
            lines += ["", "It takes the place of \(ids)."]
        }
        return lines
    }

    private static func opening(_ order: ProposalOrder, _ endpoint: String, _ recorded: RecordedState) -> String {
        let before = order.from.map { "version \($0.version)" } ?? "nothing"
        switch order.id.purpose {
        case .promotion:
            return "Version \(order.to.version) passed its gates. Writ proposes that \(endpoint) serves it,"
                + " where it serves \(before) now."
        case .rollback:
            let records = recorded.endpoints[order.id.endpoint]?.rejections.values.filter {
                $0.rejection.version.number == order.from?.version
            }
            let last = records?.max { ($0.at, $0.rejection.deployment) < ($1.at, $1.rejection.deployment) }
            let reason = last.map { ": \(MarkdownText.prose($0.rejection.reason))" } ?? ""
            return
                "Writ took \(before) back on \(endpoint)\(reason). Version \(order.to.version) serves again, and this"
                + " makes Git agree."
        }
    }
}
