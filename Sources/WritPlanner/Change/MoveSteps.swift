// What happens to the processes and the traffic of an endpoint, step by step, as its rules will have it.
import WritVocabulary

struct MoveSteps {
    let world: ChangeWorld
    let endpoint: ResourceName
    let from: Serving?
    let to: Serving?
    let old: Endpoint?
    let new: Endpoint?

    /// How the only step of a move ends that cannot be followed, and how the first of one begins that waits.
    static let blocked = " until that is put right"
    static let waiting = "wait until "

    func steps(_ obstacle: Obstacle?) -> [String] {
        let current = current
        switch obstacle?.effect {
        case .stop:
            let now = current.map { "\(name($0.version)) goes on serving" } ?? "nothing serves"
            return [now + MoveSteps.blocked]
        case .wait(let words): return [MoveSteps.waiting + words] + steps(from: current)
        case .some(.none), nil: return steps(from: current)
        }
    }

    // MARK: Now

    /// What serves now: by the records, or as the base has it.
    private struct Current {
        let version: VersionID
        let replicas: Int
        /// Whether it is run as the head asks.
        let isTarget: Bool
    }

    private var current: Current? {
        guard let recorded = world.recorded else {
            return from.map { Current(version: $0.version, replicas: $0.replicas, isTarget: $0.isSame(as: to)) }
        }
        guard let record = recorded.endpoints[endpoint], let target = record.route?.targets.first else { return nil }
        let replicas = record.replicas.filter { $0.key.deployment == target.deployment && $0.value.exit == nil }
        return Current(
            version: target.version, replicas: max(replicas.count, target.replicas.count),
            isTarget: target.deployment == deployment)
    }

    /// The deployment the head asks for, when its version is on record.
    private var deployment: DeploymentID? {
        guard let new, let to, let recorded = world.recorded,
            let version = recorded.versions[to.version.model]?[to.version.number]
        else { return nil }
        return try? Deployment(new, named: endpoint, version: version, world.after).id
    }

    // MARK: Steps

    private func steps(from current: Current?) -> [String] {
        guard let to else { return stopping(current) }
        guard let current else { return [starting(to), routing(to)] }
        if current.isTarget { return scaling(current, to) }
        let last = stop(current.replicas, of: older(current, to))
        if new?.rollout.strategy == .recreate {
            return [
                "take the route away: requests fail from here until \(newer(current, to)) is ready", last,
                starting(to, current), routing(to, current),
            ]
        }
        return ["\(starting(to, current)) beside \(older(current, to))", routing(to, current), last]
    }

    private func stopping(_ current: Current?) -> [String] {
        guard let current else { return ["nothing serves there now"] }
        return ["take the route away: requests fail from here on", stop(current.replicas, of: name(current.version))]
    }

    private func scaling(_ current: Current, _ to: Serving) -> [String] {
        let difference = to.replicas - current.replicas
        if difference > 0 {
            return [
                "start \(difference) more \(difference == 1 ? "replica" : "replicas") of \(name(current.version))",
                "route to each as soon as it is ready",
            ]
        }
        if difference < 0 {
            return [
                "route 100% to \(count(to.replicas)) of \(name(current.version))",
                stop(-difference, of: name(current.version)),
            ]
        }
        return ["\(name(current.version)) serves with \(count(to.replicas)) already"]
    }

    private func starting(_ to: Serving, _ current: Current? = nil) -> String {
        "start \(count(to.replicas)) of \(newer(current, to))"
    }

    private func routing(_ to: Serving, _ current: Current? = nil) -> String {
        let ready =
            to.replicas == 1 ? "it is ready" : to.replicas == 2 ? "both are ready" : "all \(to.replicas) are ready"
        return "route 100% to \(newer(current, to)) when \(ready)"
    }

    private func stop(_ replicas: Int, of words: String) -> String {
        let drain = (new ?? old)?.rollout.drain ?? Endpoint.Rollout().drain
        let stopping = "stop \(count(replicas)) of \(words)"
        return drain.milliseconds == 0 ? stopping : "\(stopping), with up to \(drain) for the last requests"
    }

    private func newer(_ current: Current?, _ to: Serving) -> String {
        name(to.version) + (current?.version == to.version ? " as newly declared" : "")
    }

    private func older(_ current: Current, _ to: Serving) -> String {
        name(current.version) + (current.version == to.version ? " as it was" : "")
    }

    /// `version 8`; with its model where the endpoint changes from one to another.
    private func name(_ version: VersionID) -> String {
        old == nil || new == nil || old?.model == new?.model ? "version \(version.number)" : "\(version)"
    }

    private func count(_ replicas: Int) -> String { replicas == 1 ? "1 replica" : "\(replicas) replicas" }
}
