// The figures as JSON: counts that only grow, so that a reader gets any window by subtraction.
import WritVocabulary

struct StatsReport: Codable, Sendable {
    /// Sorted by endpoint and version.
    var series: [Series]
    /// Answers the gateway gave itself, by reason.
    var refused: [String: UInt64]
    var clientConnections: Int
    var replicaConnections: Int
    var connectsFailed: UInt64
    var retries: UInt64

    struct Series: Codable, Sendable {
        var endpoint: ResourceName
        var version: VersionID
        /// `1xx` to `5xx`, answers of the gateway on the version's behalf included.
        var answered: [String: UInt64]
        var clientLeft: UInt64
        var cutShort: UInt64
        var attemptsFailed: UInt64
        var latency: Latency
    }

    /// Microseconds. Quantiles are upper bounds of buckets, at most 1/16 too high.
    struct Latency: Codable, Sendable {
        var count: UInt64
        var sum: UInt64
        var p50: UInt64
        var p90: UInt64
        var p99: UInt64
        /// Pairs of upper bound and count, empty buckets left out.
        var buckets: [[UInt64]]

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            sum = histogram.sumMicroseconds
            p50 = histogram.quantile(0.5)
            p90 = histogram.quantile(0.9)
            p99 = histogram.quantile(0.99)
            buckets = histogram.buckets.enumerated().filter { $0.element > 0 }.map {
                [LatencyHistogram.upperBound(of: $0.offset), $0.element]
            }
        }
    }

    init(_ figures: GatewayFigures) {
        series = figures.series.sorted { $0.key < $1.key }.map { key, figures in
            let classes = figures.answeredByClass.enumerated().filter { $0.element > 0 }
            return Series(
                endpoint: key.endpoint, version: key.version,
                answered: Dictionary(uniqueKeysWithValues: classes.map { ("\($0.offset + 1)xx", $0.element) }),
                clientLeft: figures.clientLeft, cutShort: figures.cutShort, attemptsFailed: figures.attemptsFailed,
                latency: Latency(figures.latency))
        }
        refused = figures.refused
        clientConnections = figures.clientConnections
        replicaConnections = figures.replicaConnections
        connectsFailed = figures.connectsFailed
        retries = figures.retries
    }
}
