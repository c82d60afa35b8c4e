// What is counted for one version behind one endpoint.
import WritVocabulary

/// How a request that reached a version ended.
enum Outcome: Sendable {
    /// The whole response went out, or the gateway answered for the version with this code.
    case answered(code: Int)
    /// The client closed the connection first.
    case clientLeft
    /// The response broke off after it had begun.
    case cutShort
}

struct SeriesKey: Hashable, Sendable, Comparable {
    var endpoint: ResourceName
    var version: VersionID

    static func < (a: SeriesKey, b: SeriesKey) -> Bool { (a.endpoint, a.version) < (b.endpoint, b.version) }
}

/// The figures themselves; added up over the loops when somebody reads them.
struct SeriesFigures: Sendable, Equatable {
    /// By the code's first digit; index 0 is 1xx.
    var answeredByClass = [UInt64](repeating: 0, count: 5)
    var clientLeft: UInt64 = 0
    var cutShort: UInt64 = 0
    /// Attempts that came to nothing, whether or not another one answered.
    var attemptsFailed: UInt64 = 0
    /// From the complete head of the request to the last byte of the response handed to the kernel.
    var latency = LatencyHistogram()

    mutating func record(_ outcome: Outcome, microseconds: UInt64) {
        switch outcome {
        case .answered(let code):
            answeredByClass[min(max(code / 100 - 1, 0), 4)] += 1
            latency.record(microseconds: microseconds)
        case .clientLeft: clientLeft += 1
        case .cutShort: cutShort += 1
        }
    }

    mutating func merge(_ other: SeriesFigures) {
        for index in answeredByClass.indices { answeredByClass[index] += other.answeredByClass[index] }
        clientLeft += other.clientLeft
        cutShort += other.cutShort
        attemptsFailed += other.attemptsFailed
        latency.merge(other.latency)
    }

    var requests: UInt64 { answeredByClass.reduce(clientLeft + cutShort, +) }
}

/// One loop's figures of one version, shared by the tables that name it. Confined to its loop.
final class VersionSeries {
    let key: SeriesKey
    var figures = SeriesFigures()

    init(_ key: SeriesKey) { self.key = key }
}
