// Whether an action may be taken now, given what became of it before.
import WritVocabulary

enum Admission {
    case admitted
    /// It is being taken.
    case running
    case pausing(FailureRecord, until: Timestamp)
    /// It failed for good, and nothing it is made from has changed.
    case refused(FailureRecord)

    init(of action: Action, _ situation: Situation) {
        let key = action.key
        if situation.isOpen(key) {
            self = .running
        } else if let failures = situation.recorded.failures[key] {
            self.init(after: failures, isSame: failures.action.map { $0.decided == action.decided } ?? true, situation)
        } else {
            self = .admitted
        }
    }

    init(after failures: RecordedState.FailureCount, isSame: Bool, _ situation: Situation) {
        let limits = situation.limits
        switch failures.failure.retry {
        case .terminal:
            self = isSame ? .refused(failures.failure) : .admitted
        case .transient:
            self.init(failures, limits.transientBackoff, situation.now)
        case .stalled:
            self.init(failures, limits.stalledBackoff, situation.now)
        }
    }

    private init(_ failures: RecordedState.FailureCount, _ backoff: Backoff, _ now: Timestamp) {
        let until = failures.at + backoff.pause(afterFailures: failures.count)
        self = now < until ? .pausing(failures.failure, until: until) : .admitted
    }

    func step(for action: Action, because reason: Reason) -> Step {
        switch self {
        case .admitted: Step(.acting, reason)
        case .running: Step(.waiting, .actionRunning, "\(action.verb) \(action.subject) is under way")
        case .pausing(let failure, let until):
            Step(.waiting, .backingOff, "\(action.verb) \(action.subject) failed: \(failure.message)", until: until)
        case .refused(let failure):
            Step(.refused, .actionFailed, "\(action.verb) \(action.subject) failed: \(failure.message)")
        }
    }
}

extension Action {
    /// What the planner decided of it, without what the controller adds before the act: a proposal that failed for good
    /// is the same one as long as the same is asked for.
    fileprivate var decided: Action {
        guard case .propose(var order) = self else { return self }
        order.manifest = nil
        order.body = nil
        return .propose(order)
    }
}
