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
        return .details(
            "training", title: "Training of \(model): \(overview)",
            differences.map { "- \(MarkdownText.code($0))" } + shown)
    }
}

extension ChangePlan.EvaluationChange {
    var markdown: MarkdownPart {
        let place = datasets.isEmpty ? "" : " on \(inputs)"
        let gone = Words.count(removedGates.count, "gate")
        let warning = removedGates.isEmpty ? "" : " (\(gone) removed)"
        return .details(
            "evaluation", title: "Evaluation of \(model)\(place)\(warning)",
            why.split(separator: "; ").map { "- \(MarkdownText.prose(String($0)))" }
                + gates.map { "- gate \(MarkdownText.code($0.words))" }
                + removedGates.map { "- ✗ gate \(MarkdownText.code($0.words)) is removed" })
    }
}

extension ChangePlan.EndpointMove {
    var overview: String { words + (problem.map { ": **\(MarkdownText.prose($0))**" } ?? "") }

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
