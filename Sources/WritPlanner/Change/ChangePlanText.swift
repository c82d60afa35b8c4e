// A plan of a change as people read it in a terminal.
import WritVocabulary

/// Renders a plan of a change: one line that says it all, then each part.
///
/// `+` begins, `~` changes, `-` ends, `±` restarts, `→` moves, `·` is affected or follows, `✓` is well, `✗` is worse or
/// missing, `!` needs a person's eye.
public struct ChangePlanText: Sendable {
    /// Whether to colour the glyphs, for a terminal.
    public var colour: Bool

    public init(colour: Bool = false) { self.colour = colour }

    /// The text, each line ended.
    public func render(_ plan: ChangePlan) -> String {
        let sentence = ChangeSummary(plan).sentence
        var text = sentence.prefix(1).uppercased() + sentence.dropFirst() + ".\n" + basis(plan) + "\n"
        let parts: [(String, [ChangeLine])] = [
            ("Changes", plan.resources.flatMap(\.lines)), ("Training", plan.trainings.flatMap(\.lines)),
            ("Evaluation", plan.evaluations.flatMap(\.lines)), ("Endpoints", plan.moves.flatMap(\.lines)),
            ("Deletions", plan.deletions.flatMap(\.lines)),
        ]
        for (title, lines) in parts where !lines.isEmpty {
            text += "\n\(title)\n" + ChangeLines(lines).text(colour)
        }
        if let decision = plan.decision {
            text += "\nPolicy\n" + indented(PolicyText(colour: colour).render(decision))
        }
        if let digest = try? plan.digest { text += "\nPlan \(digest)\n" }
        return text
    }

    private func basis(_ plan: ChangePlan) -> String {
        "From \(plan.base.map(\.short) ?? "nothing") to \(plan.head.short), \(plan.basis.words)."
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "  \($0)\n" }.joined()
    }
}

extension ChangePlan.Basis {
    /// `as observed up to ledger entry 67`.
    var words: String {
        switch self {
        case .assumed: "as if the base had converged: nothing was observed, so digests and metrics are not known"
        case .observed(let digest, let entries):
            entries == 0
                ? "as observed, with an empty ledger (\(digest.short))"
                : "as observed with \(Words.count(Int(entries), "ledger entry")) (\(digest.short))"
        }
    }
}
