// Where the controller stands with its source: which tip it knows, which it reads, and when it looks again.
import WritBackends
import WritVocabulary

/// The source's side of the loop. One step is under way at a time.
public struct SourceProgress: Sendable {
    enum Step: Sendable {
        case idle
        case fetching
        case reading(RevisionID)
        case resolving(RevisionID)
    }

    var step = Step.idle
    /// The revision to read next, when one is known that is not the desired one.
    var pending: RevisionID?
    var nextPoll: Timestamp? = Timestamp(milliseconds: 0)
    /// The revision the desired state was made from in this process.
    public internal(set) var loaded: RevisionID?
    /// The newest tip the remote showed.
    public internal(set) var tip: RevisionID?
    /// Why the last attempt to reach or read the source failed; nil after one that did not.
    public internal(set) var trouble: FailureRecord?
    /// A tip an operator accepted although it does not descend from the accepted revision.
    var acceptedTip: RevisionID?
    /// A tip that was refused or froze the source: not read again until the branch moves.
    var settled: RevisionID?

    /// Whether a tip is known and has been dealt with.
    public var isSettled: Bool {
        guard case .idle = step, pending == nil, let tip else { return false }
        return tip == loaded || tip == settled
    }

    mutating func start(accepted: RevisionID?) { pending = accepted }

    mutating func wake() { nextPoll = Timestamp(milliseconds: 0) }

    mutating func accept(_ tip: RevisionID) {
        acceptedTip = tip
        settled = nil
        pending = tip
    }

    /// The next thing to ask of the source, if it is time.
    mutating func step(at now: Timestamp, limits: ControllerLimits, accepted: RevisionID?) -> ControllerEffect? {
        guard case .idle = step else { return nil }
        if let revision = pending {
            pending = nil
            step = .reading(revision)
            let mustDescend = revision == accepted || revision == acceptedTip ? nil : accepted
            return .readChanges(from: loaded, to: revision, descendingFrom: mustDescend)
        }
        guard let poll = nextPoll, poll <= now else { return nil }
        step = .fetching
        nextPoll = now + limits.pollInterval
        return .fetch
    }

    /// The remote showed a tip.
    mutating func found(_ revision: RevisionID) {
        step = .idle
        trouble = nil
        tip = revision
        if revision != loaded, revision != settled { pending = revision }
    }

    /// The desired state is now this revision's.
    mutating func loaded(_ revision: RevisionID) {
        step = .idle
        trouble = nil
        loaded = revision
        tip = tip ?? revision
    }

    mutating func failed(_ failure: FailureRecord) {
        step = .idle
        trouble = failure
    }
}
