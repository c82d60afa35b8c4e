// The figures in Prometheus' text format, version 0.0.4.
import WritVocabulary

enum PrometheusText {
    /// Bucket edges as powers of two of a microsecond: 256 µs to 134 s.
    private static let edges = 8...27

    static func render(_ figures: GatewayFigures, tableNumber: Int64) -> String {
        let series = figures.series.sorted { $0.key < $1.key }
        var text = Metric("writ_gateway_table_number", "gauge", "The routing table in force.").sample("", tableNumber)
        text += requests(series) + attempts(series) + latencies(series) + inFlight(figures)
        var refused = Metric(
            "writ_gateway_refused_total", "counter", "Requests the gateway answered itself, by reason.")
        for (code, count) in figures.refused.sorted(by: { $0.key < $1.key }) {
            refused.add("{reason=\"\(code)\"}", count)
        }
        text += refused.text
        text += Metric("writ_gateway_client_connections", "gauge", "Open connections of clients.")
            .sample("", figures.clientConnections)
        text += Metric("writ_gateway_replica_connections", "gauge", "Open connections to replicas.")
            .sample("", figures.replicaConnections)
        text += Metric(
            "writ_gateway_connects_failed_total", "counter", "Connections to replicas that did not come about."
        )
        .sample("", figures.connectsFailed)
        text += Metric("writ_gateway_retries_total", "counter", "Requests sent once more.").sample("", figures.retries)
        return text
    }

    private static func labels(_ key: SeriesKey) -> String { "endpoint=\"\(key.endpoint)\",version=\"\(key.version)\"" }

    private static func requests(_ series: [(key: SeriesKey, value: SeriesFigures)]) -> String {
        var metric = Metric("writ_gateway_requests_total", "counter", "Requests by how they ended.")
        for (key, figures) in series {
            let classes = figures.answeredByClass.enumerated().map { ("\($0.offset + 1)xx", $0.element) }
            for (outcome, count) in classes + [("client-left", figures.clientLeft), ("cut-short", figures.cutShort)] {
                metric.add("{\(labels(key)),outcome=\"\(outcome)\"}", count)
            }
        }
        return metric.text
    }

    private static func attempts(_ series: [(key: SeriesKey, value: SeriesFigures)]) -> String {
        var metric = Metric(
            "writ_gateway_attempts_failed_total", "counter", "Attempts on a version that came to nothing.")
        for (key, figures) in series { metric.add("{\(labels(key))}", figures.attemptsFailed) }
        return metric.text
    }

    private static func latencies(_ series: [(key: SeriesKey, value: SeriesFigures)]) -> String {
        var metric = Metric(
            "writ_gateway_latency_seconds", "histogram", "From the request's head to the response's end.")
        for (key, figures) in series {
            let latency = figures.latency
            for edge in edges {
                let seconds = Double(1 << edge) / 1_000_000
                metric.add("_bucket{\(labels(key)),le=\"\(seconds)\"}", latency.count(below: edge))
            }
            metric.add("_bucket{\(labels(key)),le=\"+Inf\"}", latency.count)
            metric.add("_sum{\(labels(key))}", Double(latency.sumMicroseconds) / 1_000_000)
            metric.add("_count{\(labels(key))}", latency.count)
        }
        return metric.text
    }

    private static func inFlight(_ figures: GatewayFigures) -> String {
        var metric = Metric("writ_gateway_in_flight", "gauge", "Requests a replica has now.")
        for (replica, count) in figures.active.sorted(by: { $0.key < $1.key }) {
            metric.add("{replica=\"\(replica)\"}", count)
        }
        return metric.text
    }
}

/// One metric family being written. Label values are ids of our own, which need no escaping.
private struct Metric {
    private let name: String
    private(set) var text: String

    init(_ name: String, _ type: String, _ meaning: String) {
        self.name = name
        text = "# HELP \(name) \(meaning)\n# TYPE \(name) \(type)\n"
    }

    mutating func add(_ suffixAndLabels: String, _ value: some Numeric & CustomStringConvertible) {
        text += "\(name)\(suffixAndLabels) \(value)\n"
    }

    func sample(_ labels: String, _ value: some Numeric & CustomStringConvertible) -> String {
        "\(text)\(name)\(labels) \(value)\n"
    }
}
