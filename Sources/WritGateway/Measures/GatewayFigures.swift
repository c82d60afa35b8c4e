// A reading of everything one gateway counts.
import WritVocabulary

/// Added up over all event loops.
struct GatewayFigures: Sendable, Equatable {
    var series: [SeriesKey: SeriesFigures] = [:]
    /// Requests the gateway answered itself, by the refusal's code.
    var refused: [String: UInt64] = [:]
    var active: [ReplicaID: Int] = [:]
    var clientConnections = 0
    var replicaConnections = 0
    var connectsFailed: UInt64 = 0
    /// Requests sent once more after a connection failed or closed without a byte of answer.
    var retries: UInt64 = 0

    mutating func merge(_ other: GatewayFigures) {
        for (key, figures) in other.series { series[key, default: SeriesFigures()].merge(figures) }
        refused.merge(other.refused, uniquingKeysWith: +)
        active.merge(other.active, uniquingKeysWith: +)
        clientConnections += other.clientConnections
        replicaConnections += other.replicaConnections
        connectsFailed += other.connectsFailed
        retries += other.retries
    }
}
