// Each part of a plan of a change as lines for a terminal.
import WritVocabulary

extension ChangePlan.ResourceChange {
    var glyph: String {
        switch kind {
        case .created: "+"
        case .changed: "~"
        case .deleted: "-"
        case .affected: "·"
        }
    }

    var lines: [ChangeLine] {
        let place = "\(location.path):\(location.line)"
        let cause = because.isEmpty ? "" : "because of \(because.map(\.text).joined(separator: ", "))"
        return [.head(glyph, [resource.text], kind == .affected ? cause : place)]
            + differences.map { .detail($0) }
    }
}

extension ChangePlan.TrainingChange {
    /// `its data and parameters differ`, or why else it trains.
    var why: String {
        guard !parts.isEmpty, course != .train(trials: 0) else { return "" }
        let names = parts.map(\.rawValue)
        let list =
            names.count == 1
            ? names[0] : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
        let isPlural = names.count > 1 || parts == [.data] || parts == [.parameters]
        return "because its \(list) \(isPlural ? "differ" : "differs")"
    }

    var words: String {
        let next = nextVersion.map { ", likely to become version \($0)" } ?? ""
        switch course {
        case .train(0): return "no run can start"
        case .train(1): return "1 run" + next
        case .train(let trials): return "\(trials) runs of a sweep" + next
        case .known(let run, let version?, _): return "\(run) trained this before: it is version \(version.number)"
        case .known(let run, nil, _): return "\(run) trained this before" + next
        case .importFiles: return "files are imported" + next
        }
    }

    var metrics: [String: MetricValue] {
        if case .known(_, _, let metrics) = course { metrics } else { [:] }
    }

    var glyph: String {
        switch course {
        case .train(0): "!"
        case .train, .importFiles: "+"
        case .known: "✓"
        }
    }

    var lines: [ChangeLine] {
        let shown = metrics.map { SliceName($0.key) }.sorted().compactMap { name in
            metrics[name.text].map { "\(name.text) \(Figure.text($0))" }
        }
        return [.head(glyph, [model.text], [words, why].filter { !$0.isEmpty }.joined(separator: ", "))]
            + differences.map { .detail($0) } + (shown.isEmpty ? [] : [.detail(shown.joined(separator: ", "))])
    }
}

extension ChangePlan.EvaluationChange {
    var inputs: String {
        Set(datasets.values).sorted().map(\.text).joined(separator: ", ")
    }

    var lines: [ChangeLine] {
        let place = datasets.isEmpty ? "" : "on \(inputs)"
        return [.head(gates.isEmpty ? "!" : "+", [model.text], place)]
            + reasons.map { .detail($0, glyph: loosened.contains($0) ? "!" : "") }
            + gates.map { .detail("gate \($0.words)", glyph: "·") }
            + removedGates.map { .detail("gate \($0.words), removed", glyph: "-") }
    }
}

extension ChangePlan.EndpointMove {
    var glyph: String {
        switch course {
        case .moves, .goesBack: "→"
        case .starts: "+"
        case .restarts: "±"
        case .scales: "~"
        case .stops: "-"
        }
    }

    var words: String {
        switch course {
        case .moves: "moves \(numbers)"
        case .goesBack: "goes back \(numbers)"
        case .starts: "starts with version \(to?.number ?? 0)"
        case .restarts: "restarts version \(to?.number ?? 0)"
        case .scales: "serves version \(to?.number ?? 0) as before"
        case .stops: "stops serving version \(from?.number ?? 0)"
        }
    }

    var lines: [ChangeLine] {
        var lines: [ChangeLine] = [.head(glyph, [endpoint.text, model.text], words)]
        if let problem { lines.append(.detail(problem, glyph: "!")) }
        lines += steps.enumerated().map { .detail("\($0.offset + 1). \($0.element)") }
        return lines + (comparison?.lines ?? [])
    }
}

extension Comparison {
    var lines: [ChangeLine] {
        var lines: [ChangeLine] = []
        if !metrics.isEmpty {
            let titles = champion.map { ["", "version \($0.number)", "version \(challenger.number)", "difference"] }
            lines.append(.row(titles ?? ["", "version \(challenger.number)"]))
            lines += metrics.map { $0.line(hasChampion: champion != nil) }
        }
        if !gates.isEmpty { lines.append(.detail("version \(challenger.number), judged when it was registered:")) }
        lines += gates.map { .detail($0.sentence, glyph: $0.passed ? "✓" : "✗") }
        return lines + lineage.map { .detail($0, glyph: "·") }
    }
}

extension Comparison.Line {
    /// `+0.3`, `-0.2`, `0`.
    var signed: String {
        guard let difference else { return "" }
        return (difference.value > 0 ? "+" : "") + Figure.text(difference)
    }

    /// `better`, `worse`; nothing where no gate tells.
    var verdict: String { isBetter.map { $0 ? "better" : "worse" } ?? "" }

    fileprivate func line(hasChampion: Bool) -> ChangeLine {
        let name = SliceName(metric)
        let shown = name.isSlice ? "  " + metric.dropFirst(name.metric.count) : metric
        let own = challenger.map(Figure.text) ?? "none"
        guard hasChampion else { return .row([shown, own]) }
        let glyph = isBetter.map { $0 ? "✓" : "✗" } ?? " "
        return .row([shown, champion.map(Figure.text) ?? "none", own, signed], verdict, glyph: glyph)
    }
}

extension ChangePlan.Deletion {
    var lines: [ChangeLine] {
        [.head("-", [resource.text])]
            + (dependents.isEmpty
                ? [] : [.detail("depend on it: \(dependents.map(\.text).joined(separator: ", "))", glyph: "!")])
            + losses.map { .detail($0, glyph: "!") }
    }
}
