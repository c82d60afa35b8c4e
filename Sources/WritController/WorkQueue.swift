// Which resources to plan, because of what, and when to look again without being asked.
import WritVocabulary

/// A set of resources due for planning, each with the first cause that made it so, and the alarms of those that wait.
struct WorkQueue {
    private(set) var due: [ResourceID: Cause] = [:]
    private(set) var alarms: [ResourceID: Timestamp] = [:]

    var isEmpty: Bool { due.isEmpty }
    var nextAlarm: Timestamp? { alarms.values.min() }

    mutating func add(_ resources: some Sequence<ResourceID>, because cause: Cause) {
        for resource in resources where due[resource] == nil { due[resource] = cause }
    }

    /// Sets, moves or clears the moment a resource becomes due by itself.
    mutating func setAlarm(_ resource: ResourceID, at time: Timestamp?) { alarms[resource] = time }

    /// Makes resources due whose time has come.
    mutating func ring(at now: Timestamp) {
        for (resource, time) in alarms where time <= now {
            alarms[resource] = nil
            if due[resource] == nil { due[resource] = .schedule("its waiting time is over") }
        }
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
