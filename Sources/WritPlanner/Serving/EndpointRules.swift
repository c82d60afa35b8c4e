// An endpoint is settled when the pinned version, and nothing else, answers behind the gateway.
import WritVocabulary

struct EndpointRules {
    let situation: Situation
    let name: ResourceName
    private let replicas: ReplicaSet

    init(situation: Situation, name: ResourceName) {
        self.situation = situation
        self.name = name
        replicas = ReplicaSet(record: situation.recorded.endpoints[name] ?? .init(), situation: situation)
    }

    private var id: ResourceID { ResourceID(.endpoint, name) }
    private var keeping: ReplicaRules { ReplicaRules(situation: situation, endpoint: id, replicas: replicas) }
    private var rollback: RollbackRules { RollbackRules(situation: situation, endpoint: id, replicas: replicas) }
    private var promotion: PromotionRules { PromotionRules(situation: situation, endpoint: id) }

    func plan(into draft: inout Draft) throws {
        remindOfWaiver(into: &draft)
        // Whatever else is to be said of it.
        if situation.live.gateway == nil, let reach = WrongBytes(of: name, situation)?.reach {
            draft.remark(reach, on: id)
        }
        guard let endpoint = situation.desired.endpoint(name) else {
            return windDown(
                Reason(.notDeclared, "it is no longer declared"), drain: Endpoint.Rollout().drain, into: &draft)
        }
        guard let pin = endpoint.pin else {
            promotion.promote(endpoint, into: &draft)
            return windDown(Reason(.notPinned, "it pins no version"), drain: endpoint.rollout.drain, into: &draft)
        }
        guard endpoint.replicas > 0 else {
            let reason = Reason(.notPinned, "it asks for no replicas")
            return windDown(reason, drain: endpoint.rollout.drain, into: &draft)
        }
        let target: Deployment
        do {
            let standing = draft.standing(of: ResourceID(.model, endpoint.model))
            let version = try PinRules(situation: situation, model: endpoint.model).version(pin, knowing: standing)
            target = try Deployment(endpoint, named: name, version: version, situation)
        } catch let halt as Halt {
            stay(endpoint, into: &draft)
            retirement(endpoint.rollout.drain).retireCorrupt(into: &draft)
            promotion.promote(endpoint, into: &draft)
            throw halt
        }
        if let taken = rollback.takenBack(target.id) { return goBack(taken, endpoint, into: &draft) }
        // The way back begins with the next plan, which knows of the verdict.
        if rollback.judge(target, places: 0..<endpoint.replicas, into: &draft) { return }
        serve(target, endpoint, into: &draft)
        promotion.promote(endpoint, into: &draft)
    }

    private func remindOfWaiver(into draft: inout Draft) {
        guard let serving = replicas.record.route?.targets.first?.version,
            let version = situation.recorded.versions[serving.model]?[serving.number], version.formats != nil
        else { return }
        WaiverRules(situation.desired.policies, at: situation.now).remind(of: version, on: id, into: &draft)
    }

    /// The pinned deployment was tried and taken back: what served before serves, and Git is asked to agree.
    private func goBack(_ taken: RollbackRules.TakenBack, _ endpoint: Endpoint, into draft: inout Draft) {
        serve(taken.refuge, endpoint, isBack: true, into: &draft)
        let isAsked = rollback.proposeReturn(from: taken, endpoint, into: &draft)
        if !isAsked { promotion.promote(endpoint, into: &draft) }
        // On the way there is more to wait for; only when it is done is the rest up to people.
        guard draft.standing(of: id) == .settled else {
            return draft.remark(Reason(.takenBack, taken.words("is to serve again")), on: id)
        }
        let duty = isAsked ? rollback.duty(after: taken, endpoint) : "change how it is served, or pin another version"
        draft.note(Step(.refused, .rolledBack, "\(taken.words("serves again")); \(duty)"), for: id)
    }

    /// The pin cannot be followed: what serves goes on, or what was to take its place.
    private func stay(_ endpoint: Endpoint, into draft: inout Draft) {
        guard let taken = rollback.takenBack(replicas.routedDeployment) else {
            return keepRouted(endpoint, into: &draft)
        }
        serve(taken.refuge, endpoint, isBack: true, into: &draft)
        draft.remark(Reason(.takenBack, taken.words("is to serve again")), on: id)
    }

    /// Nothing is to serve: first the route goes, then the replicas.
    private func windDown(_ reason: Reason, drain: TimeSpan, into draft: inout Draft) {
        draft.wish(RouteWish(endpoint: name, route: nil, reason: reason))
        retirement(drain).retire(allBut: [], because: reason, into: &draft)
        if replicas.record.route != nil { draft.follow(id, with: ["stop \(count(replicas.all.count))"]) }
        if replicas.all.isEmpty, replicas.record.route == nil { draft.note(Step(.settled, reason), for: id) }
    }

    /// What serves goes on serving, and is kept alive where it can be started again and was not given up.
    private func keepRouted(_ endpoint: Endpoint, into draft: inout Draft) {
        guard let routed = replicas.routedDeployment, let target = replicas.record.route?.targets.first else { return }
        let version = situation.recorded.versions[target.version.model]?[target.version.number]
        // Only a spec that still makes the same deployment says how its replicas are started.
        if let version, let same = try? Deployment(endpoint, named: name, version: version, situation),
            same.id == routed, rollback.takenBack(routed) == nil
        {
            keeping.maintain(same, replicas.ordinals(of: routed), drain: endpoint.rollout.drain, into: &draft)
        }
        let ready = replicas.ordinals(of: routed).compactMap { replicas.newest(routed, $0) }.compactMap(
            replicas.address)
        wish(
            target.version, routed, ready.isEmpty ? intact(target.replicas) : ready,
            reason(forLeaving: target.replicas, or: Reason(.replicaNotReady, "its ready replicas changed")),
            into: &draft)
    }

    /// Without those that had other bytes than were approved: wrong answers are worse than none, so the last replica
    /// leaves the route as well, and requests are refused until another one can answer.
    private func intact(_ addresses: [RoutingTable.Address]) -> [RoutingTable.Address] {
        addresses.filter { replicas.fault(of: $0.replica) == nil }
    }

    private func reason(forLeaving addresses: [RoutingTable.Address], or usual: Reason) -> Reason {
        for replica in addresses.map(\.replica) {
            guard let observation = replicas.fault(of: replica), let known = replicas.record.replicas[replica] else {
                continue
            }
            return Reason(.bytesDiffer, IntegrityWords.sentence(replica, known.version, observation))
        }
        return usual
    }

    private func serve(
        _ target: Deployment, _ endpoint: Endpoint, isBack: Bool = false, into draft: inout Draft
    ) {
        let isRouted = replicas.routedDeployment == target.id
        let others = replicas.all.filter { $0.deployment != target.id }
        let words = isBack ? "serves again" : "replaces it"
        let replaced = Reason(isBack ? .takenBack : .replaced, "version \(target.version.number) \(words)")
        if endpoint.rollout.strategy == .recreate, !isRouted, !others.isEmpty {
            draft.wish(RouteWish(endpoint: name, route: nil, reason: replaced))
            retirement(endpoint.rollout.drain).retire(allBut: [], because: replaced, into: &draft)
            return draft.follow(
                id, with: ["start \(count(endpoint.replicas))", "route to version \(target.version.number)"])
        }
        let places = 0..<endpoint.replicas
        var keeping = keeping
        if isBack { keeping.wish = Reason(.takenBack, "version \(target.version.number) is to serve again") }
        keeping.maintain(target, places, drain: endpoint.rollout.drain, into: &draft)
        var kept = Set(places.compactMap { replicas.newest(target.id, $0) })
        if isRouted {
            routeReady(target, places, into: &draft)
        } else {
            if let routed = replicas.routedDeployment {
                keepRouted(endpoint, into: &draft)
                kept.formUnion(replicas.ordinals(of: routed).compactMap { replicas.newest(routed, $0) })
            }
            let moves = routeWhenAllReady(target, endpoint.replicas, into: &draft)
            draft.follow(id, with: nextSteps(target, moves: moves))
        }
        let surplus = Reason(.replaced, "version \(target.version.number) is to serve with \(count(endpoint.replicas))")
        retirement(endpoint.rollout.drain).retire(allBut: kept, because: surplus, into: &draft)
        if isRouted { draft.note(served(target, endpoint.replicas), for: id) }
    }

    /// Traffic moves at once, and only when every new replica is ready.
    private func routeWhenAllReady(_ target: Deployment, _ wanted: Int, into draft: inout Draft) -> Bool {
        let ready = (0..<wanted).compactMap { replicas.newest(target.id, $0) }.compactMap(replicas.address)
        guard ready.count == wanted, wanted > 0 else { return false }
        wish(
            target.version, target.id, ready,
            Reason(.replicasReady, "\(count(wanted)) of version \(target.version.number) can answer"), into: &draft)
        return true
    }

    /// While it serves, those replicas get requests that can answer; when none can, the route stays as it is, but for
    /// those with wrong bytes.
    private func routeReady(_ target: Deployment, _ places: Range<Int>, into draft: inout Draft) {
        let ready = places.compactMap { replicas.newest(target.id, $0) }.compactMap(replicas.address)
        let current = replicas.record.route?.targets.first?.replicas ?? []
        wish(
            target.version, target.id, ready.isEmpty ? intact(current) : ready,
            reason(forLeaving: current, or: Reason(.replicasReady, "its ready replicas changed")), into: &draft)
    }

    private func wish(
        _ version: VersionID, _ deployment: DeploymentID, _ addresses: [RoutingTable.Address], _ reason: Reason,
        into draft: inout Draft
    ) {
        let target = RoutingTable.Target(version: version, weight: 100, deployment: deployment, replicas: addresses)
        draft.wish(
            RouteWish(endpoint: name, route: RoutingTable.Route(endpoint: name, targets: [target]), reason: reason))
    }

    private func served(_ target: Deployment, _ wanted: Int) -> Step {
        guard situation.live.gateway != nil else {
            return Step(.waiting, .gatewayAway, "the gateway does not answer; it goes on with its last table")
        }
        return Step(.settled, .converged, "version \(target.version.number) serves with \(count(wanted))")
    }

    private func nextSteps(_ target: Deployment, moves: Bool) -> [String] {
        let old = replicas.routedDeployment.map { replicas.ordinals(of: $0).count } ?? 0
        return (moves ? [] : ["route to version \(target.version.number)"])
            + (old == 0 ? [] : ["stop \(count(old)) it replaces"])
    }

    private func retirement(_ drain: TimeSpan) -> RetirementRules {
        RetirementRules(situation: situation, endpoint: id, replicas: replicas, drain: drain)
    }

    private func count(_ replicas: Int) -> String { replicas == 1 ? "1 replica" : "\(replicas) replicas" }
}
