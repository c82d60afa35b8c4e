// A plan in the making.
import WritVocabulary

struct Draft {
    private(set) var actions: [PlannedAction] = []
    private(set) var judgements: [Judgement] = []
    private(set) var rejections: [Rejection] = []
    /// What endpoints want of the routing table, merged into one change at the end.
    private var wishByEndpoint: [ResourceName: RouteWish] = [:]
    private var keys: Set<ActionKey> = []
    private var steps: [ResourceID: [Step]] = [:]
    private var next: [ResourceID: [String]] = [:]
    /// When an offer is to be made again.
    private var alarms: [ResourceID: Timestamp] = [:]
    /// What is said of a resource beside its finding.
    private var remarks: [ResourceID: [Reason]] = [:]

    mutating func note(_ step: Step, for resource: ResourceID) { steps[resource, default: []].append(step) }

    /// Says what will follow, for people; later words go after earlier ones.
    mutating func follow(_ resource: ResourceID, with words: [String]) { next[resource, default: []] += words }

    /// Adds to what the finding says, whatever that will be.
    mutating func remark(_ reason: Reason, on resource: ResourceID) { remarks[resource, default: []].append(reason) }

    /// The last wish of an endpoint counts.
    mutating func wish(_ wish: RouteWish) { wishByEndpoint[wish.endpoint] = wish }

    var wishes: [RouteWish] { wishByEndpoint.values.sorted { $0.endpoint < $1.endpoint } }

    mutating func judge(_ judgement: Judgement, for resource: ResourceID) {
        if !judgements.contains(where: { $0.id == judgement.id }) { judgements.append(judgement) }
    }

    mutating func reject(_ rejection: Rejection) { rejections.append(rejection) }

    /// Plans an action if it may be taken now, and notes on the resource what became of it.
    mutating func propose(_ action: Action, for resource: ResourceID, because reason: Reason, in situation: Situation) {
        let key = action.key
        if keys.contains(key) {
            note(
                Step(.waiting, .actionRunning, "\(action.verb) \(action.subject) is planned for another resource"),
                for: resource)
            return
        }
        let admission = Admission(of: action, situation)
        if case .admitted = admission { insert(PlannedAction(resource: resource, action: action, reason: reason)) }
        note(admission.step(for: action, because: reason), for: resource)
    }

    /// Plans an action that the resource does not wait for: it is settled whether the offer is taken up or not. What
    /// keeps the offer from being made is noted all the same.
    mutating func offer(_ action: Action, for resource: ResourceID, because reason: Reason, in situation: Situation) {
        guard !keys.contains(action.key) else { return }
        switch Admission(of: action, situation) {
        case .admitted: insert(PlannedAction(resource: resource, action: action, reason: reason))
        case .running: break
        case .pausing(let failure, let until):
            wake(resource, at: until)
            remark(Reason(reason.code, "\(action.undone): \(failure.message)"), on: resource)
        case .refused(let failure):
            remark(Reason(reason.code, "\(action.undone): \(failure.message)"), on: resource)
        }
    }

    /// Has the resource planned again by then, whatever its finding says.
    mutating func wake(_ resource: ResourceID, at time: Timestamp) {
        alarms[resource] = min(alarms[resource] ?? time, time)
    }

    mutating func insert(_ planned: PlannedAction) {
        keys.insert(planned.key)
        actions.append(planned)
    }

    func standing(of resource: ResourceID) -> Finding.Standing? {
        steps[resource].map { _ in finding(resource).standing }
    }

    /// The weightiest step speaks; of equal ones the first. Time is the earliest of all.
    func finding(_ resource: ResourceID) -> Finding {
        let noted = steps[resource] ?? []
        let speaking = noted.reduce(nil as Step?) { best, step in
            guard let best, best.standing.weight >= step.standing.weight else { return step }
            return best
        }
        let step = speaking ?? Step(.settled, .converged, "it is as declared")
        return Finding(
            resource, step.standing, spoken(step, of: resource), blockedBy: step.blockedBy,
            until: (noted.compactMap(\.until) + [alarms[resource]].compactMap(\.self)).min(),
            next: step.standing == .acting || step.standing == .waiting ? next[resource] ?? [] : [])
    }

    /// The reason with the remarks. Where nothing else is to be told, a remark is what the finding is about.
    private func spoken(_ step: Step, of resource: ResourceID) -> Reason {
        let remarks = remarks[resource] ?? []
        let code = step.standing == .settled ? remarks.first?.code : nil
        return Reason(
            code ?? step.reason.code, ([step.reason] + remarks).map(\.message).joined(separator: "; "))
    }
}
