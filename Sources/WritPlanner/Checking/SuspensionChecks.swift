// The laws of suspension: nothing is done, and wrong bytes get no traffic all the same.
import WritVocabulary

struct SuspensionChecks {
    let recorded: RecordedState
    let live: LiveState
    /// nil where the moment is not known: then no suspension is known to be in force.
    let now: Timestamp?

    func check(_ planned: PlannedAction) -> [String] {
        if case .publish(let change) = planned.action {
            return change.routes.filter { isSuspended($0.endpoint) }.flatMap(check)
                + change.removed.filter { isSuspended($0) && recorded.endpoints[$0]?.route != nil }.map {
                    "\($0) is suspended and loses its route"
                }
        }
        guard isSuspended(planned.resource) else { return [] }
        return ["\(planned.resource) is suspended and \(planned.key) is planned for it"]
    }

    /// The route on record, without what has wrong bytes, and nothing else.
    private func check(_ route: RoutingTable.Route) -> [String] {
        let name = route.endpoint
        guard var known = recorded.endpoints[name]?.route else { return ["\(name) is suspended and gets a route"] }
        for index in known.targets.indices {
            known.targets[index].replicas.removeAll { hasWrongBytes($0.replica, of: name) }
        }
        return route == known ? [] : ["\(name) is suspended and its route changes by more than wrong bytes"]
    }

    /// Traffic on wrong bytes is taken away, or the finding says what keeps it from that.
    func check(left finding: Finding, in plan: Plan) -> [String] {
        let name = finding.resource.name
        guard finding.resource.kind == .endpoint, let route = recorded.endpoints[name]?.route,
            finding.standing == .settled || finding.reason.code == .suspended,
            let wrong = route.targets.flatMap(\.replicas).map(\.replica).first(where: { hasWrongBytes($0, of: name) })
        else { return [] }
        let leaves = plan.actions.contains { planned in
            guard case .publish(let change) = planned.action else { return false }
            return change.endpoints.contains(name)
        }
        return leaves ? [] : ["\(name) is left with traffic on \(wrong), which has other bytes than were approved"]
    }

    private func isSuspended(_ endpoint: ResourceName) -> Bool { isSuspended(ResourceID(.endpoint, endpoint)) }

    private func isSuspended(_ resource: ResourceID) -> Bool {
        guard let now, let suspension = recorded.suspensions[resource] else { return false }
        return now < suspension.until
    }

    private func hasWrongBytes(_ replica: ReplicaID, of name: ResourceName) -> Bool {
        recorded.endpoints[name]?.replicas[replica]?.incident != nil || live.replicas[replica]?.integrity?.fault != nil
    }
}
