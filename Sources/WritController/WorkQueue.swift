// Which resources to plan, because of what, and when to look again without being asked.
import WritVocabulary

/// A set of resources due for planning, each with the weightiest cause that made it so, and the alarms of those that
/// wait.
struct WorkQueue {
    private(set) var due: [ResourceID: Cause] = [:]
    private(set) var alarms: [ResourceID: Timestamp] = [:]
    /// No alarm is earlier; nil when it has to be found again.
    private var earliest: Timestamp?

    var isEmpty: Bool { due.isEmpty }

    /// A moment no later than the first alarm, which may have been cleared since; nil without alarms.
    var nextAlarm: Timestamp? { alarms.isEmpty ? nil : earliest ?? alarms.values.min() }

    mutating func add(_ resources: some Sequence<ResourceID>, because cause: Cause) {
        for resource in resources {
            guard let known = due[resource], known.weight >= cause.weight else {
                due[resource] = cause
                continue
            }
        }
    }

    /// Sets, moves or clears the moment a resource becomes due by itself.
    mutating func setAlarm(_ resource: ResourceID, at time: Timestamp?) {
        alarms[resource] = time
        if let time, let known = earliest { earliest = min(known, time) }
        if let time, alarms.count == 1 { earliest = time }
    }

    /// Makes resources due whose time has come. Costs nothing before the first alarm.
    mutating func ring(at now: Timestamp) {
        guard let next = nextAlarm, next <= now else { return }
        for (resource, time) in alarms where time <= now {
            alarms[resource] = nil
            add([resource], because: .schedule("its waiting time is over"))
        }
        earliest = alarms.values.min()
    }

    /// Takes up to `limit` due resources, in order of name.
    mutating func take(_ limit: Int) -> [ResourceID: Cause] {
        guard due.count > limit else {
            defer { due = [:] }
            return due
        }
        var taken: [ResourceID: Cause] = [:]
        for resource in due.keys.sorted().prefix(limit) { taken[resource] = due.removeValue(forKey: resource) }
        return taken
    }
}

extension Cause {
    /// What somebody asked for says more than what happened to be noticed at the same time.
    fileprivate var weight: Int {
        switch self {
        case .operatorAct, .commit: 3
        case .measurement: 2
        case .schedule: 1
        }
    }
}
