// Whether what is equals what should be, as far as the controller knows.
import WritLedger
import WritVocabulary

/// The answer `writ reconcile` waits for.
public enum Convergence: Sendable, Hashable {
    case working
    case converged(RevisionID)
    /// Nothing more will happen by itself; these resources need a person. Empty when it is the source.
    case stalled([ResourceID])
}

extension ControllerMachine {
    public var convergence: Convergence {
        guard source.isSettled, live != nil, queue.isEmpty, arrived.isEmpty, inFlight.isEmpty,
            let revision = desired.revision
        else {
            return source.settledWithoutRevision ? .stalled([]) : .working
        }
        let conditions = log.state.conditions
        let working = conditions.contains { $0.value.reconciling && !isBlocked($0.key, conditions) }
        if working { return .working }
        let stalled = conditions.filter { !$0.value.ready }.keys.sorted()
        if !stalled.isEmpty { return .stalled(stalled) }
        return source.loaded == source.tip ? .converged(revision) : .stalled([])
    }

    /// Whether a person has to act first: the resource, or one it waits for through others, is stalled or suspended.
    private func isBlocked(_ id: ResourceID, _ conditions: [ResourceID: Conditions]) -> Bool {
        var next: ResourceID? = id
        // References have no cycles, so a chain is no longer than there are conditions.
        for _ in 0...conditions.count {
            guard let blocker = next, let known = conditions[blocker] else { return false }
            if known.stalled || known.reason.code == .suspended { return true }
            next = known.blockedBy
        }
        return false
    }
}

extension SourceProgress {
    /// The only tip there is was refused: there is nothing to converge to.
    fileprivate var settledWithoutRevision: Bool { loaded == nil && isSettled }
}
