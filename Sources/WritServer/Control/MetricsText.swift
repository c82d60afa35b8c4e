// The controller's own figures in Prometheus text format 0.0.4.
import WritVocabulary

enum MetricsText {
    static func text(_ recorded: RecordedState) -> String {
        var lines = ["# HELP writ_resources Declared resources by kind and condition.", "# TYPE writ_resources gauge"]
        for kind in Kind.allCases {
            for word in ["Ready", "Reconciling", "Stalled"] {
                let count = recorded.conditions.filter { $0.key.kind == kind && $0.value.word == word }.count
                lines.append("writ_resources{kind=\"\(kind.rawValue)\",condition=\"\(word)\"} \(count)")
            }
        }
        let running = recorded.executions.values.filter { $0.outcome == nil }.count
        let versions = recorded.versions.values.reduce(0) { $0 + $1.count }
        lines += gauge("writ_executions_open", "Executions without an outcome.", running)
        lines += gauge("writ_versions", "Registered versions.", versions)
        lines += gauge("writ_suspensions", "Suspensions in force.", recorded.suspensions.count)
        lines += gauge("writ_source_frozen", "1 while the source is frozen.", recorded.source.frozenAt == nil ? 0 : 1)
        lines += gauge("writ_source_errors", "Errors of the refused tip.", recorded.source.errorCount)
        lines += gauge("writ_routing_table_number", "The last routing table published.", Int(recorded.tableNumber))
        lines += gauge("writ_ledger_entries", "Entries of the ledger.", Int(recorded.next))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func gauge(_ name: String, _ help: String, _ value: Int) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
    }
}
