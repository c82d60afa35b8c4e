// Exceptions from safe formats: which waiver lets which format of which version through, and until when.
import WritVocabulary

/// The waivers of one policy, or of all, at one moment.
struct WaiverRules {
    /// With the policy each stands in.
    let waivers: [(policy: ResourceName, waiver: Policy.Waiver)]
    let now: Timestamp

    init(_ policies: [(name: ResourceName, policy: Policy)], at now: Timestamp) {
        waivers = policies.flatMap { policy in policy.policy.waivers.map { (policy.name, $0) } }
        self.now = now
    }

    /// Of those that let the format of the version through, the one that ends last, whether it has ended or not; one
    /// too far ahead only where there is no other.
    func last(for format: ArtefactFormat, of version: VersionID) -> (policy: ResourceName, waiver: Policy.Waiver)? {
        let covering = waivers.filter { $0.waiver.covers(format, of: version) }
        let horizon = now + TimeSpan(milliseconds: PolicyJudge.Limits.waiverDays * 86_400_000)
        let near = covering.filter { $0.waiver.until <= horizon }
        return (near.isEmpty ? covering : near).max {
            ($0.waiver.until, $1.policy, $1.waiver.reason) < ($1.waiver.until, $0.policy, $0.waiver.reason)
        }
    }

    func isOver(_ waiver: Policy.Waiver) -> Bool { waiver.until <= now }

    /// What serves although its waiver has ended goes on serving: taking it away is no safer than what was accepted.
    /// It is told until somebody acts.
    func remind(of version: VersionRecord, on resource: ResourceID, into draft: inout Draft) {
        for format in version.formats?.codeCarrying ?? [] {
            guard let (_, waiver) = last(for: format, of: version.id) else { continue }
            guard isOver(waiver) else {
                draft.wake(resource, at: waiver.until)
                continue
            }
            let ended = "the waiver for \(format.rawValue) of \(version.id) ended on \(PolicyWords.time(waiver.until))"
            draft.remark(Reason(.inForce, "\(ended); renew it or move to another version"), on: resource)
        }
    }
}

extension Policy.Waiver {
    func covers(_ format: ArtefactFormat, of version: VersionID) -> Bool {
        model == version.model && (self.version ?? version.number) == version.number && formats.contains(format)
    }

    /// `pickle of churn:3`, `joblib and pickle of every version of churn`.
    var subject: String {
        let what = PolicyWords.list(formats.map(\.rawValue), "and")
        return version.map { "\(what) of \(model):\($0)" } ?? "\(what) of every version of \(model)"
    }
}
