// Which versions may be loaded only behind the sandbox's walls.
import WritVocabulary

/// A version whose files can run code was let through by a waiver, which counts only behind walls, or serves under a
/// rule that lets no such version through without one. The driver that starts it refuses where it builds none, whatever
/// was in force when the change was judged.
struct WallRules {
    let situation: Situation

    func demand(_ version: VersionID, on endpoint: ResourceID) -> Bool {
        guard let record = situation.recorded.versions[version.model]?[version.number],
            let formats = record.formats?.codeCarrying, !formats.isEmpty
        else { return false }
        let policies = situation.desired.policies
        let waivers = WaiverRules(policies, at: situation.now)
        if formats.contains(where: { waivers.last(for: $0, of: version) != nil }) { return true }
        let tier = situation.desired.model(version.model)?.card?.riskTier
        let subject = PolicySubjects.Subject(resource: endpoint, tier: tier)
        let path = situation.desired.resources[endpoint]?.location.path
        return policies.flatMap(\.policy.rules).contains { rule in
            rule.evidence.safeFormats && rule.covers(subject) && path.map(rule.covers) ?? true
        }
    }
}
