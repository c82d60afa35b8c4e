// Gathers what proves one deployment. Pure but for the closures it asks.
import WritLedger
import WritVocabulary

/// Builds the capsule of a version on an endpoint.
public struct CapsuleBuilder {
    let trail: AuditTrail
    let sources: CapsuleSources
    let checkpoint: Checkpoint
    let note: String

    /// The trail must be of the log the checkpoint is of. Throws where the checkpoint cannot be read.
    public init(trail: AuditTrail, sources: CapsuleSources) throws {
        self.trail = trail
        self.sources = sources
        let signed = try SignedNote(sources.checkpoint)
        checkpoint = try Checkpoint(text: signed.text)
        note = String(decoding: sources.checkpoint, as: UTF8.self)
    }

    /// The newest time this endpoint began to serve the version. Throws where it never did, or where the entries that
    /// say so are not signed yet; all else that is not to be had is named in the capsule.
    public func capsule(of version: VersionID, on endpoint: ResourceName) throws -> AuditCapsule {
        let told = try deployment(of: version, on: endpoint)
        var parts = CapsuleParts(self)
        try parts.gather(told)
        return try parts.finish(told)
    }

    private func deployment(of version: VersionID, on endpoint: ResourceName) throws -> AuditCapsule.Deployment {
        guard let record = trail.versions[version]?.value else {
            throw AuditFailure("\(version) is not on record", hint: "see `writ get` for the versions there are")
        }
        guard let start = start(of: version, on: endpoint) else {
            throw AuditFailure(
                "\(endpoint) never served \(version)", hint: "`writ audit changes` lists what served where")
        }
        guard start.entry < checkpoint.size else {
            throw AuditFailure(
                "traffic moved to \(version) in entry \(start.entry), which is not signed yet",
                hint: "ask again after the next checkpoint")
        }
        guard let revision = revision(of: version, on: endpoint, before: start.entry) else {
            throw AuditFailure("no accepted revision is on record before \(endpoint) served \(version)")
        }
        return AuditCapsule.Deployment(
            endpoint: endpoint, version: version, deployment: start.deployment, artefacts: record.artefacts,
            revision: revision, entry: start.entry)
    }

    /// Where the last unbroken time on one deployment of this version began.
    private func start(
        of version: VersionID, on endpoint: ResourceName
    ) -> (entry: Int64, deployment: DeploymentID)? {
        var found: (entry: Int64, deployment: DeploymentID)?
        var serving: DeploymentID?
        for change in trail.published {
            if change.value.removed.contains(endpoint) { serving = nil }
            guard let route = change.value.routes.first(where: { $0.endpoint == endpoint }) else { continue }
            let target = route.targets.first { $0.version == version && $0.weight > 0 }
            if let target, target.deployment != serving { found = (change.sequence, target.deployment) }
            serving = target?.deployment
        }
        return found
    }

    /// The accepted change that moved the pin, looked for backwards from when traffic moved. One that nothing judged,
    /// or whose review is gone, is never passed over for an older one with approvals, unless the version served
    /// already: it may be what moved the pin.
    private func revision(of version: VersionID, on endpoint: ResourceName, before entry: Int64) -> RevisionID? {
        let id = ResourceID(.endpoint, endpoint)
        let earlier = trail.changes.filter { $0.accepted.sequence < entry }
        let touching = earlier.filter { $0.isListedInPart || $0.resources.contains(id) }
        for change in touching.reversed().prefix(CapsuleLimits.reviewsSearched) {
            if let allowed = change.allowed, let review = try? review(of: allowed.value) {
                let moves = review.unit.moves.contains {
                    $0.endpoint == endpoint && $0.model == version.model && $0.to?.version == version.number
                }
                if moves { return change.revision }
            } else if !serves(version, on: endpoint, before: change.accepted.sequence) {
                return change.revision
            }
        }
        return (touching.last ?? earlier.last)?.revision
    }

    /// Whether the route in force just before an entry gives the version traffic.
    private func serves(_ version: VersionID, on endpoint: ResourceName, before entry: Int64) -> Bool {
        let last = trail.published.last { $0.sequence < entry && $0.value.endpoints.contains(endpoint) }
        let route = last?.value.routes.first { $0.endpoint == endpoint }
        return route?.targets.contains { $0.version == version && $0.weight > 0 } ?? false
    }

    /// nil where the blob is not to be had or cannot be read.
    func review(of change: JudgedChange) throws -> PolicyReview? {
        guard let evidence = change.evidence, let bytes = try sources.blob(evidence, CapsuleLimits.reviewBytes) else {
            return nil
        }
        return try? Canonical.decode(PolicyReview.self, from: bytes)
    }
}
