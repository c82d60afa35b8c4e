// `writ get source`: which revision is in force, and why a newer one is not.
import WritVocabulary

/// The condition of the repository as Writ sees it.
public struct SourceAnswer: Codable, Hashable, Sendable {
    public enum Condition: String, Codable, Hashable, Sendable {
        /// Nothing was read yet.
        case empty = "Empty"
        case accepted = "Accepted"
        /// A newer tip has errors; the accepted revision stays in force.
        case refused = "Refused"
        /// The policies do not allow a newer tip; the accepted revision stays in force.
        case held = "Held"
        /// The branch moved to a commit that does not descend from the accepted one.
        case frozen = "Frozen"

        var tone: TextStyle.Tone {
            switch self {
            case .empty: .faint
            case .accepted: .good
            case .held: .attention
            case .refused, .frozen: .bad
            }
        }
    }

    public var condition: Condition
    /// The revision in force.
    public var accepted: RevisionID?
    public var acceptedAt: Timestamp?
    public var refused: RevisionID?
    /// The first diagnostics of the refused tip, as `path:line:column: message`.
    public var errors: [String]
    public var errorCount: Int
    public var frozenAt: RevisionID?
    /// The newer change the policies do not allow, or not yet, and what it lacks.
    public var held: JudgedChange?
    /// What the policies said of the accepted revision.
    public var allowed: JudgedChange?
    /// Emergencies that were declared, newest first; those that have not expired are marked.
    public var emergencies: [BreakGlass]
    /// What a person can do; empty when nothing is needed.
    public var next: [String]

    init(_ recorded: RecordedState) {
        let source = recorded.source
        held = source.held
        allowed = source.allowed
        emergencies = recorded.breakGlass.values.sorted { ($0.until, $0.revision) > ($1.until, $1.revision) }
        accepted = source.accepted
        acceptedAt = source.acceptedAt
        refused = source.refused
        errors = source.errors
        errorCount = source.errorCount
        frozenAt = source.frozenAt
        if let tip = source.frozenAt {
            condition = .frozen
            next = [
                "compare the branch with the accepted revision, and restore the branch if the rewrite was not meant",
                "writ accept \(tip) --reason \"…\"",
            ]
        } else if let held = source.held {
            condition = .held
            next = SourceAnswer.steps(for: held)
        } else if source.refused != nil {
            condition = .refused
            next = ["correct the manifests and commit; `writ validate` shows the same errors before a commit"]
        } else if source.accepted != nil {
            condition = .accepted
            next = []
        } else {
            condition = .empty
            next = ["start the controller with `writ serve`, or look at its log when it runs"]
        }
    }
}

extension SourceAnswer {
    private static func steps(for held: JudgedChange) -> [String] {
        guard held.verdict == .waiting else {
            return [
                "correct the commits and push again: what was not accepted may be rewritten",
                "`writ plan --from \(held.base.short) --to \(held.head.short)` shows every rule",
            ]
        }
        if let until = held.until { return ["nothing: it will apply at \(until.toSecond)"] }
        return [
            "`writ plan --from \(held.base.short) --to \(held.head.short)` shows whose approval is missing",
            "`writ approve --from \(held.base.short) --to \(held.head.short)`",
        ]
    }

    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        page.field("Condition", condition.rawValue, condition.tone)
        page.field("In force", accepted.map { "\($0.text), for \(style.age(acceptedAt))" })
        page.field("Refused", refused?.text)
        page.field("Frozen at", frozenAt?.text)
        if let allowed, !allowed.approvers.isEmpty {
            page.field("Approved by", allowed.approvers.map(\.text).joined(separator: ", "))
        }
        if let held {
            page.field(held.verdict == .refused ? "Refused" : "Held", held.head.text, .attention)
            page.field("Will apply", held.until.map { "at \($0.toSecond)" })
            page.section("Missing")
            held.missing.forEach { page.line($0) }
            if held.missingCount > held.missing.count {
                page.line("… and \(held.missingCount - held.missing.count) more", .faint)
            }
        }
        if !emergencies.isEmpty {
            page.section("Break-glass")
            for one in emergencies.prefix(10) {
                page.line("\(one.revision.short) by \(one.person) until \(one.until.toSecond): \(one.reason)")
            }
        }
        if !errors.isEmpty {
            page.section("Errors")
            for error in errors.flatMap({ $0.split(separator: "\n") }) { page.line(String(error)) }
            let listed = Int(errors.count)
            if errorCount > listed { page.line("… and \(errorCount - listed) more", .faint) }
        }
        if !next.isEmpty {
            page.section("Next")
            next.forEach { page.line($0) }
        }
        return page.finish()
    }
}
