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
        /// The branch moved to a commit that does not descend from the accepted one.
        case frozen = "Frozen"

        var tone: TextStyle.Tone {
            switch self {
            case .empty: .faint
            case .accepted: .good
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
    /// What a person can do; empty when nothing is needed.
    public var next: [String]

    init(_ source: RecordedState.SourceRecord) {
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
    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        page.field("Condition", condition.rawValue, condition.tone)
        page.field("In force", accepted.map { "\($0.text), for \(style.age(acceptedAt))" })
        page.field("Refused", refused?.text)
        page.field("Frozen at", frozenAt?.text)
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
