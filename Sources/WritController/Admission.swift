// How many actions may begin now: planned work beyond the limits waits without holding a worker.
import WritVocabulary

/// Counts what is under way and admits what still fits.
struct Admission {
    private var free: [Room: Int]

    init(limits: ControllerLimits, inFlight: [ActionKey: PlannedAction], runningExecutions: Int) {
        let snapshots = inFlight.values.count { Admission.room(for: $0.action) == .snapshot }
        free = [
            .action: limits.actions - inFlight.count, .snapshot: limits.snapshots - snapshots,
            .execution: limits.executions - runningExecutions,
        ]
    }

    /// How many more fit; never less than none.
    func free(_ room: Room) -> Int { max(0, free[room] ?? 0) }

    /// Counts the action if it fits; otherwise says what there is no room for.
    mutating func admit(_ action: Action) -> Room? {
        guard free(.action) > 0 else { return .action }
        let special = Admission.room(for: action)
        guard free(special) > 0 else { return special }
        free[.action, default: 0] -= 1
        if special != .action { free[special, default: 0] -= 1 }
        return nil
    }

    private static func room(for action: Action) -> Room {
        switch action {
        case .snapshot, .importArtefacts: .snapshot
        case .execute: .execution
        case .cancel, .register, .startReplica, .stopReplica, .publish, .propose, .attest: .action
        }
    }
}
