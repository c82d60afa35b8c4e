// The laws of traffic.
import WritVocabulary

struct RouteChecks {
    let desired: DesiredState
    let recorded: RecordedState
    let live: LiveState

    func check(_ change: RoutingChange) -> [String] {
        var broken: [String] = []
        if change.number <= recorded.tableNumber {
            broken.append("table \(change.number) is not newer than \(recorded.tableNumber)")
        }
        var seen: Set<ResourceName> = []
        for endpoint in change.routes.map(\.endpoint) + change.removed where !seen.insert(endpoint).inserted {
            broken.append("\(endpoint) is in table \(change.number) twice")
        }
        return broken + change.routes.flatMap(check) + change.removed.flatMap(check(removed:))
    }

    /// A replica that gets requests is never stopped, unless it has ended by itself.
    func check(stop id: ReplicaID) -> [String] {
        guard let endpoint = recorded.endpoint(of: id), let record = recorded.endpoints[endpoint] else {
            return ["\(id) is stopped and was not started by Writ"]
        }
        guard let known = record.replicas[id] else { return ["\(id) is stopped and was not started by Writ"] }
        let routed = record.route?.targets.flatMap { $0.replicas.map(\.replica) } ?? []
        guard routed.contains(id), known.exit == nil else { return [] }
        if case .exited? = live.replicas[id]?.phase { return [] }
        return ["\(id) is stopped while \(endpoint) routes to it"]
    }

    private func check(_ route: RoutingTable.Route) -> [String] {
        var broken: [String] = []
        let name = route.endpoint
        let weights = route.targets.reduce(0) { $0 + $1.weight }
        if weights != 100 { broken.append("the weights of \(name) sum to \(weights), not 100") }
        if route.targets.contains(where: { !(0...100).contains($0.weight) }) {
            broken.append("\(name) has a weight outside 0 to 100")
        }
        if route.targets.count != 1 { broken.append("\(name) has \(route.targets.count) champions") }
        return broken + route.targets.flatMap { check($0, of: name) }
    }

    private func check(_ target: RoutingTable.Target, of name: ResourceName) -> [String] {
        var broken: [String] = []
        let words = "\(name) routes to \(target.version), which"
        if target.replicas.isEmpty, !lostAll(target, of: name) { broken.append("\(words) has no replica") }
        for address in target.replicas {
            if address.replica.deployment != target.deployment {
                broken.append("\(words) is not what \(address.replica) runs")
            }
            if recorded.endpoints[name]?.replicas[address.replica] == nil {
                broken.append("\(name) routes to \(address.replica), which Writ did not start")
            }
            if hasWrongBytes(address.replica, of: name) {
                broken.append("\(name) routes to \(address.replica), which has other bytes than were approved")
            }
        }
        guard let version = recorded.versions[target.version.model]?[target.version.number] else {
            return broken + ["\(words) is not registered"]
        }
        if let gate = version.gates.first(where: { !$0.passed }) {
            broken.append("\(words) did not pass: \(gate.sentence)")
        }
        guard let endpoint = desired.endpoint(name) else {
            return isNarrowed(target, of: name) ? broken : broken + ["\(words) is not declared"]
        }
        let isPinned = endpoint.model == target.version.model && endpoint.pin?.version == target.version.number
        let isRouted = recorded.endpoints[name]?.route?.targets.contains { $0.version == target.version } ?? false
        if !isPinned, !isRouted, !isRefuge(target, of: name, endpoint) { broken.append("\(words) Git does not pin") }
        if isPinned, !isRouted, let digest = endpoint.pin?.digest, digest != version.artefacts {
            broken.append("\(words) has not the pinned digest")
        }
        return broken
    }

    private func hasWrongBytes(_ replica: ReplicaID, of name: ResourceName) -> Bool {
        recorded.endpoints[name]?.replicas[replica]?.incident != nil || live.replicas[replica]?.integrity?.fault != nil
    }

    /// What is suspended while it is taken out of Git keeps its route, without wrong bytes.
    private func isNarrowed(_ target: RoutingTable.Target, of name: ResourceName) -> Bool {
        guard recorded.suspensions[ResourceID(.endpoint, name)] != nil,
            let routed = recorded.endpoints[name]?.route?.targets.first, routed.deployment == target.deployment
        else { return false }
        return Set(routed.replicas).isSuperset(of: target.replicas)
    }

    /// Only where every replica routed until now has wrong bytes is the route left without one.
    private func lostAll(_ target: RoutingTable.Target, of name: ResourceName) -> Bool {
        guard let routed = recorded.endpoints[name]?.route?.targets.first, routed.deployment == target.deployment else {
            return false
        }
        return routed.replicas.allSatisfy { hasWrongBytes($0.replica, of: name) }
    }

    /// Whether it served before and was not taken back, while what is pinned or routed was.
    private func isRefuge(_ target: RoutingTable.Target, of name: ResourceName, _ endpoint: Endpoint) -> Bool {
        guard let record = recorded.endpoints[name], record.rejections[target.deployment] == nil,
            [record.current, record.previous].contains(where: { $0?.id.deployment == target.deployment })
        else { return false }
        let routed = record.route?.targets.first?.deployment
        return record.rejections.values.map(\.rejection).contains {
            $0.deployment == routed || $0.version.model == endpoint.model && $0.version.number == endpoint.pin?.version
        }
    }

    /// Only an endpoint that is to serve nothing, or whose old replicas go before the new ones come, loses its route.
    private func check(removed name: ResourceName) -> [String] {
        guard let endpoint = desired.endpoint(name), endpoint.pin != nil, endpoint.replicas > 0,
            recorded.endpoints[name]?.route != nil
        else { return [] }
        return endpoint.rollout.strategy == .recreate ? [] : ["\(name) loses its route and is pinned"]
    }
}
