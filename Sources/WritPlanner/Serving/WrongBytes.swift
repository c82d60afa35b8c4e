// The replicas of an endpoint whose files are not those that were approved, and whether requests can reach them.
import WritVocabulary

struct WrongBytes {
    let record: RecordedState.EndpointRecord
    private let replicas: ReplicaSet
    private let gateway: GatewayObservation?
    /// Sorted, never empty; also those that have ended.
    let all: [ReplicaID]

    /// nil where every replica has the bytes it should have.
    init?(of endpoint: ResourceName, _ situation: Situation) {
        guard let record = situation.recorded.endpoints[endpoint] else { return nil }
        let replicas = ReplicaSet(record: record, situation: situation)
        all = replicas.all.filter { replicas.fault(of: $0) != nil }
        guard !all.isEmpty else { return nil }
        self.record = record
        self.replicas = replicas
        gateway = situation.live.gateway
    }

    /// Those that are in the route on record.
    var routed: [ReplicaID] { all.filter(replicas.routed.contains) }

    /// The route without them.
    var narrowed: RoutingTable.Route? {
        guard var route = record.route else { return nil }
        for index in route.targets.indices {
            route.targets[index].replicas.removeAll { replicas.fault(of: $0.replica) != nil }
        }
        return route
    }

    /// What is wrong with the first of them, and how many more there are.
    var sentence: String {
        let first = routed.first ?? all[0]
        guard let observation = replicas.fault(of: first), let version = record.replicas[first]?.version else {
            return "\(first) has other bytes than its version"
        }
        let more = all.count > 1 ? ", and \(all.count - 1) more" : ""
        return IntegrityWords.sentence(first, version, observation) + more
    }

    /// Why requests may still reach them whatever the route on record says, and what to do; nil where the gateway is
    /// known to have left them.
    var reach: Reason? {
        guard record.routeNumber > 0 || record.uncertain, all.contains(where: mayAnswer) else { return nil }
        let words = "\(sentence); traffic cannot be seen to leave it"
        guard let gateway else {
            let duty = "start the gateway, or stop it or that process by hand"
            return Reason(.gatewayAway, "\(words): the gateway does not answer; \(duty)")
        }
        guard !record.uncertain else {
            return Reason(.gatewayBehind, "\(words): whether the gateway took the last table is not known")
        }
        guard routed.isEmpty, gateway.number < record.routeNumber else { return nil }
        return Reason(.gatewayBehind, "\(words): the gateway does not run table \(record.routeNumber) yet")
    }

    private func mayAnswer(_ replica: ReplicaID) -> Bool {
        if case .exited = replicas.condition(of: replica) { false } else { true }
    }
}
