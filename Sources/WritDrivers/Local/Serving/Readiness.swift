// Whether a replica may receive traffic, from the answers to its probes. Pure.
import WritVocabulary

/// One lost probe does not make a replica unready, nor one lucky one ready again: conditions do not flap.
struct Readiness: Hashable {
    private enum Phase: Hashable {
        case starting
        case ready(failures: Int)
        case unready(successes: Int)
    }

    private let failuresUntilUnready: Int
    private let successesUntilReady: Int
    private var phase = Phase.starting

    init(limits: ServingLimits) {
        failuresUntilUnready = limits.failuresUntilUnready
        successesUntilReady = limits.successesUntilReady
    }

    mutating func probed(_ answered: Bool) {
        switch (phase, answered) {
        case (.starting, false): break
        case (.starting, true): phase = .ready(failures: 0)
        case (.ready, true): phase = .ready(failures: 0)
        case (.ready(let failures), false):
            phase = failures + 1 < failuresUntilUnready ? .ready(failures: failures + 1) : .unready(successes: 0)
        case (.unready, false): phase = .unready(successes: 0)
        case (.unready(let successes), true):
            phase = successes + 1 < successesUntilReady ? .unready(successes: successes + 1) : .ready(failures: 0)
        }
    }

    var observed: ReplicaObservation.Phase {
        switch phase {
        case .starting: .starting
        case .ready: .ready
        case .unready: .unready
        }
    }
}
