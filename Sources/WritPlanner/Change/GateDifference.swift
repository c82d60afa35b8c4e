// How gates differ, said so that a loosened one is seen.
import WritVocabulary

struct GateDifference {
    static let looser = ": looser"

    /// One sentence for each gate that is new or changed.
    private(set) var sentences: [String] = []
    /// Gates of the base that have no successor.
    private(set) var removed: [Model.Gate] = []

    /// Gates of one metric and one kind of rule are the same gate with another bound.
    init(from old: [Model.Gate], to new: [Model.Gate]) {
        var rest = new
        var changed: [Model.Gate] = []
        for gate in old {
            if let index = rest.firstIndex(of: gate) { rest.remove(at: index) } else { changed.append(gate) }
        }
        for gate in changed {
            if let index = rest.firstIndex(where: { $0.metric == gate.metric && $0.rule.isKin(of: gate.rule) }) {
                let words = gate.rule.change(to: rest.remove(at: index).rule)
                sentences.append("gate \(SpecTree.quoted(gate.metric)) \(words)")
            } else {
                removed.append(gate)
            }
        }
        sentences += rest.map { "gate \($0.words) is new" }
    }
}

extension Model.Gate {
    /// `mae maximum 12`.
    var words: String { "\(SpecTree.quoted(metric)) \(rule.words)" }
}

extension Model.Gate.Rule {
    /// `maximum 12`, `no worse than the champion by more than 0.5, less is better`.
    var words: String {
        switch self {
        case .minimum(let bound): return "minimum \(Figure.text(bound))"
        case .maximum(let bound): return "maximum \(Figure.text(bound))"
        case .noWorseThanChampion(let goal, let margin, let endpoint):
            let whose = endpoint.map { " of \($0)" } ?? ""
            let by = margin.value == 0 ? "" : " by more than \(Figure.text(margin))"
            return "no worse than the champion\(whose)\(by), \(goal.words)"
        }
    }

    fileprivate func isKin(of other: Model.Gate.Rule) -> Bool {
        switch (self, other) {
        case (.minimum, .minimum), (.maximum, .maximum), (.noWorseThanChampion, .noWorseThanChampion): true
        case (.minimum, _), (.maximum, _), (.noWorseThanChampion, _): false
        }
    }

    /// `maximum 12 → 15: looser`.
    fileprivate func change(to new: Model.Gate.Rule) -> String {
        switch (self, new) {
        case (.minimum(let old), .minimum(let new)):
            return "minimum \(bounds(old, new, isLooser: new < old))"
        case (.maximum(let old), .maximum(let new)):
            return "maximum \(bounds(old, new, isLooser: new > old))"
        case (.noWorseThanChampion(let goal, let margin, _), .noWorseThanChampion(let newGoal, let newMargin, _)):
            if goal == newGoal, margin != newMargin {
                return "margin to the champion \(bounds(margin, newMargin, isLooser: newMargin > margin))"
            }
            return "\(words) → \(new.words)"
        case (.minimum, _), (.maximum, _), (.noWorseThanChampion, _): return "\(words) → \(new.words)"
        }
    }

    private func bounds(_ old: MetricValue, _ new: MetricValue, isLooser: Bool) -> String {
        "\(Figure.text(old)) → \(Figure.text(new))" + (isLooser ? GateDifference.looser : ": stricter")
    }
}

extension Model.Goal {
    var words: String { self == .minimize ? "less is better" : "more is better" }
}
