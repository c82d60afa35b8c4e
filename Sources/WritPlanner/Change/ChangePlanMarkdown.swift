// A plan of a change as it stands in a pull request.
import WritVocabulary

/// Renders a plan of a change as GitHub-flavoured Markdown: what happens in a table, the numbers side by side, the rest
/// folded away. Nothing others wrote becomes markup, a link or a mention.
public struct ChangePlanMarkdown: Sendable {
    /// The most bytes of UTF-8 it may have: 65,536 on GitHub, 1,000,000 on GitLab.
    public var limit: Int

    public init(limit: Int = 65_536) { self.limit = limit }

    /// The Markdown, each line ended. What does not fit is left out, and said to be.
    public func render(_ plan: ChangePlan) -> String {
        let sentence = ChangeSummary(plan).sentence
        let digest = (try? plan.digest).map { "Plan `\($0.short)` from" } ?? "From"
        let base = plan.base.map { "`\($0.short)`" } ?? "nothing"
        let head = [
            "### \(MarkdownText.prose(sentence.prefix(1).uppercased() + sentence.dropFirst()))", "",
            "\(digest) \(base) to `\(plan.head.short)`, \(plan.basis.words).",
        ]
        let command = "writ plan --from \(plan.base?.text ?? "nothing") --to \(plan.head)"
        return MarkdownDocument(
            head: head, parts: ChangePlanMarkdown.parts(plan), shortening: ChangePlanMarkdown.shortening,
            whole: "`\(command)` shows all of it."
        ).text(limit: limit)
    }

    /// What is left out first stands first; whose approval is missing is left out last.
    static let shortening = [
        "differences", "lineage", "training", "evaluation", "comparison", "gates", "steps", "deletions", "resources",
        "policy",
    ]

    static func parts(_ plan: ChangePlan) -> [MarkdownPart] {
        var parts = overview(plan) + plan.moves.flatMap(\.markdown)
        parts += plan.evaluations.filter(\.isWeaker).map(\.markdown)
        if let decision = plan.decision {
            parts.append(
                MarkdownPart(
                    name: "policy", opening: ["#### Policy", ""], items: [PolicyText().markdown(decision).trimmed]))
        }
        parts += plan.deletions.isEmpty ? [] : [deletions(plan.deletions)]
        parts += plan.trainings.map(\.markdown) + plan.evaluations.filter { !$0.isWeaker }.map(\.markdown)
        let differing = plan.resources.filter { !$0.differences.isEmpty }
        guard !differing.isEmpty else { return parts }
        return parts + [
            .details(
                "differences", title: "What differs in \(Words.count(differing.count, "resource"))",
                differing.flatMap(\.markdown))
        ]
    }

    // MARK: Overview

    private static func overview(_ plan: ChangePlan) -> [MarkdownPart] {
        guard !plan.resources.isEmpty else { return [] }
        let moves = Dictionary(plan.moves.map { ($0.endpoint, $0) }) { first, _ in first }
        let trainings = Dictionary(plan.trainings.map { ($0.model, $0) }) { first, _ in first }
        let evaluations = Dictionary(plan.evaluations.map { ($0.model, $0) }) { first, _ in first }
        let rows = plan.resources.map { change in
            let what: String
            let glyph: String
            switch change.resource.kind {
            case .endpoint where moves[change.resource.name] != nil:
                glyph = moves[change.resource.name]?.glyph ?? ""
                what = moves[change.resource.name]?.overview ?? ""
            case .model where trainings[change.resource.name] != nil:
                glyph = trainings[change.resource.name]?.glyph ?? ""
                what = trainings[change.resource.name]?.overview ?? ""
            case .model where evaluations[change.resource.name] != nil:
                glyph = change.glyph
                what = evaluations[change.resource.name]?.overview ?? ""
            case .dataset, .model, .endpoint, .policy:
                glyph = change.glyph
                what = change.overview
            }
            return "| \(glyph) | \(MarkdownText.code(change.resource.text)) | \(what) |"
        }
        return [
            MarkdownPart(
                name: "resources", opening: ["| | resource | what happens |", "|:-:|---|---|"], items: rows,
                rest: { "| | and \($0) more | |" })
        ]
    }

    private static func deletions(_ deletions: [ChangePlan.Deletion]) -> MarkdownPart {
        let items = deletions.map { deletion in
            let dependents = deletion.dependents.map { MarkdownText.code($0.text) }
            let lines =
                (dependents.isEmpty ? [] : ["  - depend on it: \(dependents.joined(separator: ", "))"])
                + deletion.losses.map { "  - \(MarkdownText.prose($0))" }
            return (["- \(MarkdownText.code(deletion.resource.text))"] + lines).joined(separator: "\n")
        }
        return MarkdownPart(name: "deletions", opening: ["#### Deleted", ""], items: items)
    }
}

extension String {
    /// Without the line ends behind it.
    fileprivate var trimmed: String {
        var text = self
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
