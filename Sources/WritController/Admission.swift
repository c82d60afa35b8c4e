// How many actions may begin now: planned work beyond the limits waits without holding a worker.
import WritVocabulary

/// Counts what is under way and admits what still fits.
struct Admission {
    private let limits: ControllerLimits
    private var actions: Int
    private var snapshots: Int
    private var executions: Int

    init(limits: ControllerLimits, inFlight: [ActionKey: PlannedAction], runningExecutions: Int) {
        self.limits = limits
        actions = inFlight.count
        snapshots = inFlight.values.count {
            if case .snapshot = $0.action { true } else { false }
        }
        executions = runningExecutions
    }

    /// Whether the action fits; when it does, it is counted.
    mutating func admit(_ action: Action) -> Bool {
        guard actions < limits.actions else { return false }
        switch action {
        case .snapshot, .importArtefacts:
            guard snapshots < limits.snapshots else { return false }
            snapshots += 1
        case .execute:
            guard executions < limits.executions else { return false }
            executions += 1
        case .cancel, .register, .startReplica, .stopReplica, .publish:
            break
        }
        actions += 1
        return true
    }
}
