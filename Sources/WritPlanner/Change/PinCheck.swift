// Whether a pin can be followed as it stands.
import WritVocabulary

/// What stands in the way of a move, or should be known before it.
struct Obstacle {
    enum Effect {
        /// The move goes on; somebody should know.
        case none
        /// The move waits for something that is on its way: `version 8 is registered`.
        case wait(String)
        /// What serves goes on serving until a person changes something.
        case stop
    }

    var words: String
    var effect: Effect
}

struct PinCheck {
    let world: ChangeWorld
    let endpoint: ResourceName

    func obstacle(
        to spec: Endpoint?, pinChanges: Bool, training: ChangePlan.TrainingChange?
    ) -> Obstacle? {
        guard let spec, let pin = spec.pin, spec.replicas > 0 else { return nil }
        guard world.recorded != nil else { return missingContent(spec) }
        let standing: Finding.Standing? = training?.course.givesNewVersion == true ? .acting : nil
        let version: VersionRecord
        let target: Deployment
        do {
            version = try PinRules(situation: world.after, model: spec.model).version(pin, knowing: standing)
            target = try Deployment(spec, named: endpoint, version: version, world.after)
        } catch let halt as Halt {
            return halt.step.map { step in
                let isWait = step.standing == .waiting
                return Obstacle(
                    words: step.reason.message, effect: isWait ? .wait("version \(pin.version) is registered") : .stop)
            }
        } catch {
            return Obstacle(words: "the deployment cannot be encoded", effect: .stop)
        }
        if let words = rejection(of: target) { return Obstacle(words: words, effect: .stop) }
        if let words = suspension { return Obstacle(words: words, effect: .wait("the suspension ends")) }
        guard pinChanges, pin.digest == nil else { return nil }
        return Obstacle(words: "the pin names no digest; write `digest: \(version.artefacts)`", effect: .none)
    }

    private func missingContent(_ spec: Endpoint) -> Obstacle? {
        let missing = spec.runtime.paths.filter { world.scope.after.contents[$0] == nil }.sorted().first
        return missing.map {
            Obstacle(words: "the repository has no \(SpecTree.quoted($0.text)) at the head", effect: .stop)
        }
    }

    private func rejection(of target: Deployment) -> String? {
        // Where nothing else can serve it is tried again.
        guard let record = world.recorded?.endpoints[endpoint],
            let rejection = record.rejections[target.id]?.rejection,
            RollbackRules.refuge(from: target.id, record) != nil
        else { return nil }
        return "version \(target.version.number) was tried like this at \(rejection.revision.short) and taken back:"
            + " \(rejection.reason); change how it is served, or pin another version"
    }

    private var suspension: String? {
        world.after.suspension(of: ResourceID(.endpoint, endpoint)).map {
            "\($0.actor) suspended the endpoint until \($0.until): \($0.reason)"
        }
    }
}
