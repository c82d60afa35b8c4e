// The parameters a sweep tries: every combination, or draws from a seed.
import Foundation
import WritVocabulary

struct SweepDraws {
    let search: Model.Sweep.Search
    let seed: Int64
    let limit: Int

    init(_ search: Model.Sweep.Search, seed: Int64, limit: Int) {
        self.search = search
        self.seed = seed
        self.limit = limit
    }

    /// The draws in their order. Refuses more than the limit.
    func draws() throws -> [[String: ParameterValue]] {
        switch search {
        case .grid(let values): try grid(values)
        case .random(let samples, let ranges): try random(samples, ranges)
        }
    }

    /// Names sorted; the last name's values change fastest.
    private func grid(_ values: [String: [ParameterValue]]) throws -> [[String: ParameterValue]] {
        var draws: [[String: ParameterValue]] = [[:]]
        for (name, options) in values.sorted(by: { $0.key < $1.key }) {
            let (count, overflow) = draws.count.multipliedReportingOverflow(by: options.count)
            try check(overflow ? Int.max : count)
            draws = draws.flatMap { draw in options.map { draw.merging([name: $0]) { _, new in new } } }
        }
        return draws
    }

    /// One generator for the whole sweep; each sample draws its names in sorted order.
    private func random(_ samples: Int, _ ranges: [String: Model.Sweep.Range]) throws -> [[String: ParameterValue]] {
        try check(samples)
        var generator = SplitMix64(seed: UInt64(bitPattern: seed))
        let sorted = ranges.sorted { $0.key < $1.key }
        return (0..<max(samples, 0)).map { _ in
            Dictionary(uniqueKeysWithValues: sorted.map { ($0.key, $0.value.value(at: generator.unit())) })
        }
    }

    private func check(_ count: Int) throws {
        guard count > limit else { return }
        throw Halt(.refused, .nothingSucceeded, "the sweep has more than \(limit) trials; list fewer values or samples")
    }
}

extension Model.Sweep.Range {
    /// The value at a place between 0 and 1, both scales.
    fileprivate func value(at unit: Double) -> ParameterValue {
        let (low, high) = (minimum.value, maximum.value)
        var value = low + unit * (high - low)
        if scale == .logarithmic, low > 0, high > 0 { value = exp(log(low) + unit * (log(high) - log(low))) }
        if integer {
            // Every whole number of the range is as likely as the others on the linear scale.
            if scale == .linear { value = low + (unit * (high - low + 1)).rounded(.down) }
            let clamped = min(max(value.rounded(), low.rounded(.up)), high.rounded(.down))
            return Int64(exactly: clamped).map(ParameterValue.integer) ?? .number(minimum)
        }
        // Twelve digits, so that another machine's logarithm gives the same recipe.
        let rounded = Double(String(format: "%.11e", min(max(value, low), high))) ?? low
        return .number(MetricValue(rounded) ?? minimum)
    }
}
