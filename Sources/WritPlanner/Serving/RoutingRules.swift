// The wishes of all endpoints of a plan, in one new routing table.
import WritVocabulary

struct RoutingRules {
    let situation: Situation

    /// Proposes at most one change, and notes on every endpoint with a wish what becomes of it.
    func publish(into draft: inout Draft) throws {
        let open = draft.wishes.compactMap { wish in reason(for: wish, into: &draft).map { (wish, $0) } }
        guard !open.isEmpty else { return }
        if isPublishing {
            for (wish, _) in open {
                draft.note(Step(.waiting, .actionRunning, "a routing table is being published"), for: wish.resource)
            }
            return
        }
        var chosen: [(RouteWish, Reason)] = []
        for (wish, reason) in open where admits(wish, into: &draft) {
            if chosen.count < situation.limits.routesPerChange {
                chosen.append((wish, reason))
            } else {
                draft.note(Step(.waiting, .actionRunning, "other routes are published first"), for: wish.resource)
            }
        }
        guard let first = chosen.first else { return }
        let change = RoutingChange(
            number: max(situation.recorded.tableNumber, situation.live.gateway?.number ?? 0) + 1,
            routes: chosen.compactMap(\.0.route), removed: chosen.filter { $0.0.route == nil }.map(\.0.endpoint),
            restores: isLost(to: chosen.map(\.0)) ? true : nil)
        draft.insert(PlannedAction(resource: first.0.resource, action: .publish(change), reason: first.1))
        for (wish, reason) in chosen { draft.note(Step(.acting, reason), for: wish.resource) }
    }

    /// Whether the gateway shows a table that cannot hold what was published. The change that comes next hides that, so
    /// it has to say that all other routes are in doubt.
    private func isLost(to chosen: [RouteWish]) -> Bool {
        guard let gateway = situation.live.gateway else { return false }
        if gateway.number > situation.recorded.tableNumber { return true }
        return chosen.contains { wish in
            guard let record = situation.recorded.endpoints[wish.endpoint] else { return false }
            return !record.uncertain && gateway.number < record.routeNumber && !situation.isRecent(record.routedAt)
        }
    }

    /// Why the table has to change for this endpoint; nil when it has what it wants.
    private func reason(for wish: RouteWish, into draft: inout Draft) -> Reason? {
        guard let record = situation.recorded.endpoints[wish.endpoint] else { return nil }
        if wish.route != record.route { return wish.reason }
        if record.uncertain { return Reason(.gatewayBehind, "the last table that named it may or may not be in force") }
        guard let gateway = situation.live.gateway, wish.route != nil || !record.replicas.isEmpty else { return nil }
        if gateway.number > situation.recorded.tableNumber {
            return Reason(.gatewayBehind, "the gateway runs a table that is not on record")
        }
        guard gateway.number < record.routeNumber else { return nil }
        let words = "the gateway does not run table \(record.routeNumber)"
        if let routedAt = record.routedAt, situation.isRecent(routedAt) {
            let until = routedAt + situation.limits.observationGrace
            draft.note(Step(.waiting, .gatewayBehind, words, until: until), for: wish.resource)
            return nil
        }
        return Reason(.gatewayBehind, words)
    }

    /// Numbers follow each other, so one table is published at a time.
    private var isPublishing: Bool {
        situation.inFlight.contains { $0.text.hasPrefix("publish/") }
    }

    /// A publish that failed is tried again after a pause; one that was refused for good, when the wish differs.
    private func admits(_ wish: RouteWish, into draft: inout Draft) -> Bool {
        guard let failures = situation.recorded.endpoints[wish.endpoint]?.routeFailure else { return true }
        let admission = Admission(after: failures, isSame: tried(wish, failures.action), situation)
        if case .admitted = admission { return true }
        let change = RoutingChange(number: situation.recorded.tableNumber, routes: [])
        draft.note(admission.step(for: failures.action ?? .publish(change), because: wish.reason), for: wish.resource)
        return false
    }

    private func tried(_ wish: RouteWish, _ action: Action?) -> Bool {
        guard case .publish(let change)? = action else { return true }
        return change.routes.first { $0.endpoint == wish.endpoint } == wish.route
    }
}
