// Each part of a plan of a change as Markdown.
import WritVocabulary

extension ChangePlan.ResourceChange {
    /// A cell of the overview.
    var overview: String {
        switch kind {
        case .created: return "is new"
        case .deleted: return "is deleted"
        case .changed:
            guard let first = differences.first else { return "changes" }
            let more = differences.count > 1 ? " and \(differences.count - 1) more" : ""
            return MarkdownText.code(first) + more
        case .affected: return "is affected by \(because.map { MarkdownText.code($0.text) }.joined(separator: ", "))"
        }
    }

    var markdown: [String] {
        let place = MarkdownText.code("\(location.path):\(location.line)")
        return ["- \(MarkdownText.code(resource.text)) in \(place)"]
            + differences.map { "  - \(MarkdownText.code($0))" }
    }
}

extension ChangePlan.TrainingChange {
    var overview: String { MarkdownText.prose([words, why].filter { !$0.isEmpty }.joined(separator: ", ")) }

    var markdown: MarkdownPart {
        let shown = metrics.map { SliceName($0.key) }.sorted().compactMap { name in
            metrics[name.text].map { "- \(MarkdownText.code(name.text)) \(Figure.text($0))" }
        }
        let title = [words, why].filter { !$0.isEmpty }.joined(separator: ", ")
        return .details(
            "training", title: MarkdownText.html("Training of \(model): \(title)"),
            differences.map { "- \(MarkdownText.code($0))" } + shown)
    }
}

extension ChangePlan.EvaluationChange {
    var overview: String {
        guard isWeaker else { return "its evaluation changes" }
        if gates.isEmpty { return "**nothing judges it any more**" }
        let counts = [(loosened.count, "loosened"), (removedGates.count, "removed")].filter { $0.0 > 0 }
        return "its evaluation changes: "
            + counts.map { "**\(Words.count($0.0, "gate")) \($0.1)**" }.joined(separator: ", ")
    }

    /// Folded away, unless less judges the model than before.
    var markdown: MarkdownPart {
        let items =
            reasons.map { "- \(loosened.contains($0) ? "**!** " : "")\(MarkdownText.prose($0))" }
            + gates.map { "- gate \(MarkdownText.code($0.words))" }
            + removedGates.map { "- **!** gate \(MarkdownText.code($0.words)) is removed" }
        let title = "Evaluation of \(model)\(datasets.isEmpty ? "" : " on \(inputs)")"
        guard isWeaker else { return .details("evaluation", title: MarkdownText.html(title), items) }
        return MarkdownPart(name: "evaluation", opening: ["#### \(MarkdownText.prose(title))", ""], items: items)
    }
}

extension ChangePlan.EndpointMove {
    var overview: String { words + (isBlocked ? ", **which cannot be followed**" : waits ? ", after a wait" : "") }

    var markdown: [MarkdownPart] {
        var opening = ["#### \(MarkdownText.code(endpoint.text)) \(words)", ""]
        if let problem { opening += ["> **!** \(MarkdownText.prose(problem))", ""] }
        let steps = MarkdownPart(
            name: "steps", opening: opening,
            items: steps.enumerated().map { "\($0.offset + 1). \(MarkdownText.prose($0.element))" })
        return [steps] + (comparison?.markdown ?? [])
    }
}

extension Comparison {
    var markdown: [MarkdownPart] {
        var parts: [MarkdownPart] = []
        if !metrics.isEmpty {
            let titles =
                champion.map { ["metric", "version \($0.number)", "version \(challenger.number)", "difference", ""] }
                ?? ["metric", "version \(challenger.number)"]
            let rule = titles.indices.map { $0 == 0 || $0 == 4 ? "---" : "--:" }
            parts.append(
                MarkdownPart(
                    name: "comparison", opening: [row(titles), row(rule)],
                    items: metrics.map { row($0.cells(hasChampion: champion != nil)) },
                    rest: { "| and \($0) more |" }))
        }
        if !gates.isEmpty {
            parts.append(
                MarkdownPart(
                    name: "gates",
                    opening: ["Version \(challenger.number), as it was judged when it was registered:", ""],
                    items: gates.map { "- \($0.passed ? "✓" : "✗") \(MarkdownText.prose($0.sentence))" }))
        }
        guard !lineage.isEmpty else { return parts }
        let title = "Where version \(challenger.number) comes from"
        return parts + [.details("lineage", title: title, lineage.map { "- \(MarkdownText.prose($0))" })]
    }

    private func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
}

extension Comparison.Line {
    fileprivate func cells(hasChampion: Bool) -> [String] {
        let own = challenger.map(Figure.text) ?? "none"
        guard hasChampion else { return [MarkdownText.code(metric), own] }
        let mark = isBetter.map { $0 ? "✓ better" : "✗ worse" } ?? ""
        return [MarkdownText.code(metric), champion.map(Figure.text) ?? "none", own, signed, mark]
    }
}
