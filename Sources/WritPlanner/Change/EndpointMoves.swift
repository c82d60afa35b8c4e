// Which endpoints move, from which version to which, and what stands in the way.
import WritVocabulary

struct EndpointMoves {
    let world: ChangeWorld

    func plan(into draft: inout ChangeDraft) throws {
        for name in world.reached(.endpoint) {
            let (old, new) = (world.scope.before.endpoint(name), world.scope.after.endpoint(name))
            if let move = try move(name, old, new, draft) { draft.moves.append(move) }
        }
    }

    private func move(
        _ name: ResourceName, _ old: Endpoint?, _ new: Endpoint?, _ draft: ChangeDraft
    ) throws -> ChangePlan.EndpointMove? {
        let (from, to) = (Serving(old, in: world.before), Serving(new, in: world.after))
        guard from != to, let model = (new ?? old)?.model else { return nil }
        let pinChanges = old?.model != new?.model || old?.pin != new?.pin
        let obstacle = PinCheck(world: world, endpoint: name).obstacle(
            to: new, pinChanges: pinChanges, training: draft.training(of: model))
        let isSame = from?.isSame(as: to) ?? false
        // A digest written beside the version it had all along moves nothing.
        if isSame, from?.replicas == to?.replicas, obstacle == nil { return nil }
        let plan = MoveSteps(world: world, endpoint: name, from: from, to: to, old: old, new: new)
        var move = ChangePlan.EndpointMove(
            endpoint: name, model: model, from: from?.version, to: to?.version, steps: plan.steps(obstacle),
            problem: obstacle?.words, isRestart: from?.version == to?.version && !isSame)
        if pinChanges, let to {
            move.comparison = VersionComparison(world: world, model: model).compare(from?.version, to.version)
        }
        return move
    }
}

/// What an endpoint serves, as far as a change of it starts or stops processes.
struct Serving: Equatable {
    let version: VersionID
    let digest: Digest?
    let replicas: Int
    let process: Process

    /// Everything that makes two replicas of one version equal.
    struct Process: Equatable {
        let server: Endpoint.Runtime.Server
        let code: ContentID?
        let python: String?
        let requirements: ContentID?
        let resources: Resources
        let health: Endpoint.Health
    }

    /// Whether its replicas could be those of the other.
    func isSame(as other: Serving?) -> Bool { version == other?.version && process == other?.process }

    /// nil when nothing is to serve.
    init?(_ endpoint: Endpoint?, in situation: Situation) {
        guard let endpoint, let pin = endpoint.pin, endpoint.replicas > 0 else { return nil }
        version = VersionID(endpoint.model, pin.version)
        digest = pin.digest
        replicas = endpoint.replicas
        let runtime = endpoint.runtime
        var code: ContentID?
        if case .command(_, let folder?) = runtime.server { code = situation.desired.contents[folder.path] }
        process = Process(
            server: runtime.server, code: code, python: runtime.environment?.python,
            requirements: runtime.environment.flatMap { situation.desired.contents[$0.requirements] },
            resources: endpoint.resources, health: runtime.health)
    }
}
