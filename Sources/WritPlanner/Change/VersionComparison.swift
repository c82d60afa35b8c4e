// Champion beside challenger, from what is on record of both.
import WritVocabulary

struct VersionComparison {
    let world: ChangeWorld
    let model: ResourceName

    /// nil when the challenger is not on record.
    func compare(_ champion: VersionID?, _ challenger: VersionID) -> Comparison? {
        guard let recorded = world.recorded, let new = record(challenger, recorded) else { return nil }
        let old = champion.flatMap { $0 == challenger ? nil : record($0, recorded) }
        let measured = old.map { ChampionMetrics(of: $0, beside: new, recorded) }
        let directions = Directions(of: new, world.scope.after.model(model))
        let names = Set(new.metrics.keys).union(measured?.metrics.keys.map(\.self) ?? [])
        let lines = names.map { SliceName($0) }.sorted().map { name in
            directions.line(name, champion: measured?.metrics[name.text], challenger: new.metrics[name.text])
        }
        return Comparison(
            champion: old?.id, challenger: challenger, metrics: lines, gates: new.gates,
            lineage: Lineage(recorded: recorded).sentences(new, old, measured))
    }

    private func record(_ id: VersionID, _ recorded: RecordedState) -> VersionRecord? {
        recorded.versions[id.model]?[id.number]
    }
}

/// A metric's name, ordered so that its slices follow it: `mae`, `mae[carrier=AA]`, `mae2`.
struct SliceName: Comparable {
    let text: String
    let metric: Substring

    init(_ text: String) {
        self.text = text
        metric = text.prefix { $0 != "[" }
    }

    var isSlice: Bool { metric.endIndex != text.endIndex }

    static func < (a: SliceName, b: SliceName) -> Bool {
        a.metric != b.metric ? a.metric < b.metric : a.text < b.text
    }
}

/// Which way a metric is better, by the gates and the sweep's objective.
private struct Directions {
    private var goals: [String: Set<Model.Goal>] = [:]

    init(of version: VersionRecord, _ model: Model?) {
        for gate in version.gates.map(\.gate) + (model?.evaluation?.gates ?? []) {
            goals[gate.metric, default: []].insert(gate.rule.goal)
        }
        if let objective = model?.training?.sweep?.objective, goals[objective.metric] == nil {
            goals[objective.metric] = [objective.goal]
        }
    }

    func line(_ name: SliceName, champion: MetricValue?, challenger: MetricValue?) -> Comparison.Line {
        var difference: MetricValue?
        if let champion, let challenger { difference = Figure.difference(challenger, champion) }
        return Comparison.Line(
            metric: name.text, champion: champion, challenger: challenger, difference: difference,
            isBetter: difference.flatMap { isBetter($0, name) })
    }

    /// A slice is better the way its metric is. nil for equal numbers, and where gates ask for both.
    private func isBetter(_ difference: MetricValue, _ name: SliceName) -> Bool? {
        let goals = goals[name.text] ?? goals[String(name.metric)] ?? []
        guard difference.value != 0, goals.count == 1, let goal = goals.first else { return nil }
        return goal == .minimize ? difference.value < 0 : difference.value > 0
    }
}

extension Model.Gate.Rule {
    fileprivate var goal: Model.Goal {
        switch self {
        case .minimum: .maximize
        case .maximum: .minimize
        case .noWorseThanChampion(let goal, _, _): goal
        }
    }
}
