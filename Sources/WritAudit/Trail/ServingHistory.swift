// Who answered for an endpoint, and when: the routes on record, one after the other.
import WritVocabulary

/// A time during which an endpoint had one route.
public struct ServingSpan: Hashable, Sendable {
    public var endpoint: ResourceName
    /// The number of the table that brought the route.
    public var number: Int64
    /// Empty where the route was taken away.
    public var targets: [RoutingTable.Target]
    /// When the gateway was told, and when it was known to obey: in between, both this route and the one before answer.
    public var began: Timestamp
    public var since: Timestamp
    /// When it was known to be replaced; nil at the end of the record.
    public var until: Timestamp?
    public var intent: Int64
    public var entry: Int64
    public var endedBy: Int64?

    public func weight(of version: VersionID) -> Int {
        targets.filter { $0.version == version }.reduce(0) { $0 + $1.weight }
    }

    public func deployments() -> Set<DeploymentID> { Set(targets.map(\.deployment)) }
}

extension AuditTrail {
    /// Every endpoint that ever had a route, sorted.
    public var routedEndpoints: [ResourceName] {
        publishedPlaces.keys.sorted()
    }

    /// The routes of an endpoint that took effect, in order.
    public func servingSpans(of endpoint: ResourceName) -> [ServingSpan] {
        var spans: [ServingSpan] = []
        for done in (publishedPlaces[endpoint] ?? []).map({ published[$0] }) {
            let intent = (routingPlaces[done.value.number] ?? []).map { routings[$0] }
                .last { $0.sequence < done.sequence }
            let targets = done.value.routes.first { $0.endpoint == endpoint }?.targets ?? []
            if let last = spans.indices.last {
                spans[last].until = done.time
                spans[last].endedBy = done.sequence
            }
            spans.append(
                ServingSpan(
                    endpoint: endpoint, number: done.value.number, targets: targets,
                    began: intent?.time ?? done.time, since: done.time, until: nil,
                    intent: intent?.sequence ?? done.sequence, entry: done.sequence, endedBy: nil))
        }
        return spans
    }

    /// Every route that may have answered at a time: the one known to be in force, and those the gateway had been told
    /// of by then without an answer on record yet. Oldest first.
    public func routesPossible(of endpoint: ResourceName, at time: Timestamp) -> [ServingSpan] {
        let spans = servingSpans(of: endpoint)
        let known = spans.last { $0.since < time }
        let after = routings.filter {
            $0.value.endpoints.contains(endpoint) && $0.time <= time && $0.sequence > (known?.entry ?? -1)
        }
        let begun = after.map { intent in
            spans.first { $0.intent == intent.sequence }
                ?? ServingSpan(
                    endpoint: endpoint, number: intent.value.number,
                    targets: intent.value.routes.first { $0.endpoint == endpoint }?.targets ?? [],
                    began: intent.time, since: intent.time, until: nil, intent: intent.sequence,
                    entry: intent.sequence, endedBy: nil)
        }
        return (known.map { [$0] } ?? []) + begun
    }

    /// The table of a number with all its routes, and the time it may have been in force: from the intent until the
    /// next table is known to be. nil where no such table was ever brought to the gateway.
    public func table(_ number: Int64) -> (table: RoutingTable, from: Timestamp, until: Timestamp?, entries: [Int64])? {
        guard let intent = routings.last(where: { $0.value.number == number }) else { return nil }
        var routes: [ResourceName: RoutingTable.Route] = [:]
        for change in published.filter({ $0.value.number < number }).map(\.value) + [intent.value] {
            for endpoint in change.removed { routes[endpoint] = nil }
            for route in change.routes { routes[route.endpoint] = route }
        }
        let table = RoutingTable(number: number, routes: Array(routes.values))
        let done = published.first { $0.value.number == number }
        let next = published.first { $0.value.number > number }
        return (table, intent.time, next?.time, [intent.sequence] + (done.map { [$0.sequence] } ?? []))
    }
}
