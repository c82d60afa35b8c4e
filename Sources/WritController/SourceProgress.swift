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
    /// The accepted revision, until it is loaded or known to be lost: it is read before any newer one.
    private(set) var resume: RevisionID?
    var nextPoll = Timestamp(milliseconds: 0)
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
    /// The tip the policies do not allow, and when time alone may change that.
    private(set) var held: (tip: RevisionID, until: Timestamp?)?
    /// What the operator trusts to begin with, until something is loaded: nothing else is read before it.
    private(set) var trusted: RevisionID?
    /// Whether the loaded revision's objects are gone, so that the next one is read from nothing.
    private(set) var isBaseLost = false

    /// Whether a tip is known and has been dealt with.
    public var isSettled: Bool {
        guard case .idle = step, pending == nil, let tip else { return false }
        return tip == loaded || tip == settled || isBeginningRefused
    }

    /// What the operator trusts to begin with was refused: nothing else may take its place.
    private var isBeginningRefused: Bool { loaded == nil && trusted != nil && trusted == settled }

    /// Whether revisions wait or are being read: what is accepted on the way to them is not the end of it.
    var isOnTheWay: Bool {
        switch step {
        case .idle, .fetching: pending != nil
        case .reading, .resolving: true
        }
    }

    /// When something is to be asked of the source without an event; nil while an answer is awaited.
    var wakeAt: Timestamp? {
        guard case .idle = step else { return nil }
        guard pending == nil else { return Timestamp(milliseconds: 0) }
        return min(nextPoll, held?.until ?? nextPoll)
    }

    mutating func start(accepted: RevisionID?, acceptedTip: RevisionID?, trusted: RevisionID?) {
        resume = accepted
        self.trusted = accepted == nil ? trusted : nil
        pending = accepted
        self.acceptedTip = acceptedTip
    }

    mutating func wake() { nextPoll = Timestamp(milliseconds: 0) }

    mutating func accept(_ tip: RevisionID) {
        acceptedTip = tip
        settled = nil
        held = nil
        pending = tip
    }

    /// The next thing to ask of the source, if it is time.
    mutating func step(at now: Timestamp, limits: ControllerLimits, accepted: RevisionID?) -> ControllerEffect? {
        guard case .idle = step else { return nil }
        if let revision = pending {
            pending = nil
            step = .reading(revision)
            let mustDescend = revision == accepted || revision == acceptedTip ? nil : accepted
            return .readChanges(from: isBaseLost ? nil : loaded, to: revision, descendingFrom: mustDescend)
        }
        if let due = held?.until, due <= now {
            // Once: a remote that does not answer is asked again when it is due, not at once.
            held?.until = nil
            nextPoll = now
        }
        guard nextPoll <= now else { return nil }
        step = .fetching
        nextPoll = now + limits.pollInterval
        return .fetch
    }

    /// The remote showed a tip.
    mutating func found(_ revision: RevisionID) {
        step = .idle
        trouble = nil
        if isBeginningRefused, revision != tip { settled = nil }
        tip = revision
        // What is held is looked at anew: somebody may have approved it since.
        if held?.tip == revision { settled = nil }
        held = nil
        choose()
    }

    /// The policies do not allow the tip, or not yet.
    mutating func hold(_ tip: RevisionID, until: Timestamp?) {
        settle(tip)
        held = (tip, until)
    }

    /// The way to the tip has to be read again.
    mutating func retrace(_ tip: RevisionID) {
        step = .idle
        pending = tip
    }

    /// The desired state is now this revision's.
    mutating func loaded(_ revision: RevisionID) {
        step = .idle
        trouble = nil
        loaded = revision
        resume = nil
        trusted = nil
        held = nil
        isBaseLost = false
        if revision == acceptedTip { acceptedTip = nil }
        choose()
    }

    /// The remote did not answer. What was accepted needs no remote.
    mutating func fetchFailed(_ failure: FailureRecord) {
        step = .idle
        trouble = failure
        if loaded == nil, let resume { pending = resume }
    }

    /// A revision could not be read: it is tried again after the next look at the remote, which may bring what is
    /// missing.
    mutating func readFailed(_ revision: RevisionID, _ failure: FailureRecord) {
        step = .idle
        trouble = failure
        guard failure.code == SourceProgress.objectMissing else { return }
        if revision == resume, tip != nil {
            // Even the remote does not have it any more: the tip has to do, if it is allowed to.
            resume = nil
            choose()
        } else if loaded != nil, !isBaseLost {
            isBaseLost = true
            pending = revision
        }
    }

    /// The revision was refused or does not descend from the accepted one.
    mutating func settle(_ revision: RevisionID) {
        step = .idle
        settled = revision
        choose()
    }

    private mutating func choose() {
        if pending != nil { return }
        if loaded == nil, let resume, resume != settled {
            pending = resume
        } else if loaded == nil, let trusted {
            pending = trusted == settled ? nil : trusted
        } else if let tip, tip != loaded, tip != settled {
            pending = tip
        }
    }

    /// The code of a failure to find a commit or what it consists of in the mirror.
    static let objectMissing = "object-missing"
}
