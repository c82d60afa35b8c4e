// The metrics a process wrote: JSON Lines, the last value of each name counts. Pure.
import Foundation
import WritVocabulary

/// `{"metric": "mae", "value": 12.3, "step": 1}`, a line each. Anything else is a defect that names its line.
struct MetricsFile: Hashable {
    private(set) var values: [String: MetricValue] = [:]
    /// Why the file does not count; nil when it does.
    private(set) var defect: String?

    init(_ bytes: some Collection<UInt8>, limits: TrainingLimits) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
            if let defect = take(Array(line), limits) {
                self.defect = "the metrics file is wrong in line \(index + 1): \(defect)"
                return
            }
        }
    }

    private mutating func take(_ line: [UInt8], _ limits: TrainingLimits) -> String? {
        let entry: Entry
        do {
            entry = try JSONDecoder().decode(Entry.self, from: Data(line))
        } catch {
            let shown = String(decoding: line.prefix(64), as: UTF8.self)
            return "“\(shown)” is not {\"metric\": NAME, \"value\": NUMBER} with a finite number"
        }
        guard (1...limits.metricNameBytes).contains(entry.metric.utf8.count), !entry.metric.contains(where: \.isNewline)
        else {
            return "a metric's name has 1 to \(limits.metricNameBytes) bytes"
        }
        guard let value = MetricValue(entry.value) else { return "the value of \(entry.metric) is not finite" }
        values[entry.metric] = value
        return values.count > limits.metricNames ? "there are more than \(limits.metricNames) metrics" : nil
    }

    private struct Entry: Decodable {
        var metric: String
        var value: Double
    }
}
