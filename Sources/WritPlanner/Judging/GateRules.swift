// A gate applied to measured numbers: passed or not, by how much, in one sentence.
import WritVocabulary

/// What the evaluations gave: the candidate's metrics and each champion's, on the same snapshots.
struct Measured {
    var candidate: [String: MetricValue]
    var champions: [VersionID: [String: MetricValue]]
}

struct GateRules {
    /// The champion of each gate that compares and has one.
    let champions: [Model.Gate: VersionID]
    let measured: Measured

    func result(of gate: Model.Gate) -> GateResult {
        guard let value = measured.candidate[gate.metric] else {
            return GateResult(
                gate: gate, measured: nil, championVersion: champions[gate], passed: false,
                sentence: "the evaluation gave no \(gate.metric)")
        }
        switch gate.rule {
        case .minimum(let bound):
            return bounded(
                gate, value, missedBy: Figure.difference(bound, value), words: "below the minimum \(Figure.text(bound))"
            )
        case .maximum(let bound):
            return bounded(
                gate, value, missedBy: Figure.difference(value, bound), words: "above the maximum \(Figure.text(bound))"
            )
        case .noWorseThanChampion(let goal, let margin, _):
            return compared(gate, value, goal, margin)
        }
    }

    private func bounded(_ gate: Model.Gate, _ value: MetricValue, missedBy: MetricValue, words: String) -> GateResult {
        let passed = missedBy.value <= 0
        let shown = "\(gate.metric) \(Figure.text(value)) is "
        return GateResult(
            gate: gate, measured: value, passed: passed, missedBy: passed ? nil : missedBy,
            sentence: passed ? "\(shown)not \(words)" : "\(shown)\(words) by \(Figure.text(missedBy))")
    }

    private func compared(_ gate: Model.Gate, _ value: MetricValue, _ goal: Model.Goal, _ margin: MetricValue)
        -> GateResult
    {
        let shown = "\(gate.metric) \(Figure.text(value))"
        guard let version = champions[gate] else {
            return GateResult(
                gate: gate, measured: value, passed: true, sentence: "\(shown) has no champion to be compared with")
        }
        guard let champion = measured.champions[version]?[gate.metric] else {
            return GateResult(
                gate: gate, measured: value, championVersion: version, passed: false,
                sentence: "the evaluation of version \(version.number) gave no \(gate.metric) to compare with")
        }
        let worse = goal == .minimize ? Figure.difference(value, champion) : Figure.difference(champion, value)
        let missed = Figure.difference(worse, margin)
        let passed = missed.value <= 0
        let against = "version \(version.number)'s \(Figure.text(champion))"
        return GateResult(
            gate: gate, measured: value, champion: champion, championVersion: version, passed: passed,
            missedBy: passed ? nil : missed,
            sentence: sentence("\(shown) is", against, worse: worse, margin: margin, passed: passed))
    }

    private func sentence(_ shown: String, _ against: String, worse: MetricValue, margin: MetricValue, passed: Bool)
        -> String
    {
        let distance = Figure.text(MetricValue(abs(worse.value)) ?? worse)
        if worse.value == 0 { return "\(shown) equal to \(against)" }
        if worse.value < 0 { return "\(shown) better than \(against) by \(distance)" }
        let verdict = passed ? "within" : "more than"
        return "\(shown) worse than \(against) by \(distance), \(verdict) the margin \(Figure.text(margin))"
    }
}
