// Which registered version a pin means, if it means one.
import WritVocabulary

struct PinRules {
    let situation: Situation
    let model: ResourceName

    /// The pinned version. Halts when it does not exist, or has other bytes than the pin says.
    func version(_ pin: Endpoint.Pin, knowing standing: Finding.Standing?) throws -> VersionRecord {
        let versions = situation.recorded.versions[model] ?? [:]
        guard let version = versions[pin.version] else {
            throw Halt(missing(pin, highest: versions.keys.max() ?? 0, standing))
        }
        guard let digest = pin.digest, digest != version.artefacts else { return version }
        throw Halt(
            .refused, .digestDiffers,
            "version \(pin.version) of \(model) has the digest \(version.artefacts),"
                + " the pin says \(digest); correct the pin"
        )
    }

    /// Only the next version can be waited for, and only while its model is being worked on.
    private func missing(_ pin: Endpoint.Pin, highest: Int, _ standing: Finding.Standing?) -> Step {
        let id = ResourceID(.model, model)
        if pin.version == highest + 1, isReconciling(id, standing) {
            return Step(
                .waiting, .versionUnknown, "version \(pin.version) of \(model) is not registered yet", blockedBy: id)
        }
        if pin.version <= highest {
            return Step(
                .refused, .versionUnknown, "\(model) never had a version \(pin.version); pin one it has", blockedBy: id)
        }
        let known = highest == 0 ? "it has none" : "the newest is \(highest)"
        return Step(.refused, .versionUnknown, "\(model) has no version \(pin.version), \(known)", blockedBy: id)
    }

    private func isReconciling(_ id: ResourceID, _ standing: Finding.Standing?) -> Bool {
        switch standing {
        case .acting, .waiting: true
        case .settled, .refused: false
        // Not in this plan: what was said of it last. Of a model nothing was said about yet, everything is to come.
        case nil: situation.recorded.conditions[id]?.reconciling ?? (situation.desired.resources[id] != nil)
        }
    }
}
