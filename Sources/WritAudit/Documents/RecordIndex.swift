// What is asked of the records again and again, found once: who served when, and where each snapshot came from.
import WritVocabulary

/// Looked up by what a document is about. Made from a trail in one walk.
struct RecordIndex {
    let trail: AuditTrail
    let material: AuditMaterial
    let snapshots: [Digest: Snapshot]
    let deployments: [VersionID: [Deployment]]
    let judgements: [Digest: [Located<Judgement>]]
    let incidents: [VersionID: [Located<IntegrityIncident>]]
    let rejections: [VersionID: [Located<Rejection>]]
    private let allowed: [RevisionID: [Located<JudgedChange>]]
    /// The accepted changes that touched an endpoint, in order.
    private let touching: [ResourceName: [Located<AuditTrail.AcceptedRevision>]]
    /// The accepted changes too long for their entry to list all they touched, in order.
    private let listedInPart: [Located<AuditTrail.AcceptedRevision>]

    init(_ trail: AuditTrail, _ material: AuditMaterial) {
        self.trail = trail
        self.material = material
        incidents = Dictionary(grouping: trail.incidents, by: \.value.version)
        rejections = Dictionary(grouping: trail.rejections, by: \.value.version)
        allowed = Dictionary(grouping: trail.allowed, by: \.value.head)
        touching = trail.accepted.reduce(into: [:]) { found, accepted in
            for id in accepted.value.changed where id.kind == .endpoint { found[id.name, default: []].append(accepted) }
        }
        listedInPart = trail.accepted.filter { $0.value.count > $0.value.changed.count }
        snapshots = RecordIndex.snapshots(trail)
        deployments = Dictionary(grouping: RecordIndex.deployments(trail), by: \.version)
        judgements = Dictionary(grouping: trail.judgements.values.sorted { $0.sequence < $1.sequence }) {
            $0.value.artefacts
        }
    }

    struct Snapshot: Hashable {
        var dataset: ResourceName
        var outcome: SnapshotOutcome
        var at: Timestamp
        /// The entry that recorded it.
        var entry: Int64
    }

    /// A version behind an endpoint, from the route that brought it to the one that took it away.
    struct Deployment: Hashable {
        var endpoint: ResourceName
        var id: DeploymentID
        var version: VersionID
        var from: Timestamp
        var start: Int64
        /// nil while it serves.
        var until: Timestamp?
        var end: Int64?

        var entries: [Int64] { [start] + (end.map { [$0] } ?? []) }
    }

    private static func snapshots(_ trail: AuditTrail) -> [Digest: Snapshot] {
        var found: [Digest: Snapshot] = [:]
        for (recipe, record) in trail.state.snapshots {
            guard let key = ActionKey("snapshot/\(recipe.digest.hex)"), let told = trail.results[key]?.last else {
                continue
            }
            let snapshot = Snapshot(
                dataset: record.dataset, outcome: record.outcome, at: record.at, entry: told.sequence)
            // Two recipes may give the same bytes: the earlier one is where they came from.
            if let known = found[record.outcome.digest], known.entry < snapshot.entry { continue }
            found[record.outcome.digest] = snapshot
        }
        return found
    }

    private static func deployments(_ trail: AuditTrail) -> [Deployment] {
        var all: [Deployment] = []
        var open: [ResourceName: [DeploymentID: Int]] = [:]
        for change in trail.published {
            func close(_ endpoint: ResourceName, except kept: Set<DeploymentID>) {
                for (id, position) in open[endpoint] ?? [:] where !kept.contains(id) {
                    all[position].until = change.time
                    all[position].end = change.sequence
                    open[endpoint]?[id] = nil
                }
            }
            for route in change.value.routes {
                close(route.endpoint, except: Set(route.targets.map(\.deployment)))
                for target in route.targets where open[route.endpoint]?[target.deployment] == nil {
                    open[route.endpoint, default: [:]][target.deployment] = all.count
                    all.append(
                        Deployment(
                            endpoint: route.endpoint, id: target.deployment, version: target.version,
                            from: change.time, start: change.sequence))
                }
            }
            for endpoint in change.value.removed { close(endpoint, except: []) }
        }
        return all
    }

    /// What the policies said of the last change of its endpoint before traffic moved; nil where none was in force.
    func change(behind deployment: Deployment) -> Located<JudgedChange>? {
        guard let accepted = accepted(behind: deployment) else { return nil }
        return allowed[accepted.value.revision]?.last { $0.sequence < deployment.start }
    }

    /// Why Writ itself went back to this version: what served in its place was rejected, and no change of the endpoint
    /// came between. nil where a change brought it: that traffic waits for what is measured of replicas is no reason.
    func rejection(behind deployment: Deployment) -> Located<Rejection>? {
        let change = accepted(behind: deployment)?.sequence ?? -1
        let last = trail.rejections.last {
            $0.value.endpoint == deployment.endpoint && $0.sequence < deployment.start && $0.sequence > change
        }
        return last?.value.instead == deployment.version ? last : nil
    }

    private func accepted(behind deployment: Deployment) -> Located<AuditTrail.AcceptedRevision>? {
        let own = (touching[deployment.endpoint] ?? []).last(before: deployment.start)
        let long = listedInPart.last(before: deployment.start)
        return [own, long].compactMap(\.self).max { $0.sequence < $1.sequence }
    }

    /// Everything a change was judged by; nil where the blob is not to be had.
    func review(of change: Located<JudgedChange>) -> PolicyReview? {
        change.value.evidence.flatMap { material.reviews[$0] }
    }

    func attestations(of version: VersionID) -> Located<[Attestation]>? {
        trail.attestations[.attestation(of: version)]
    }
    /// Those of the move that began this time of the deployment.
    func attestations(of deployment: Deployment) -> Located<[Attestation]>? {
        trail.attested(deployment.id, at: deployment.start)?.made
    }

    /// The versions of a model, oldest first.
    func versions(of model: ResourceName) -> [Located<VersionRecord>] {
        trail.state.versionNumbers(of: model).compactMap { trail.versions[VersionID(model, $0)] }
    }

    /// Every model with a version on record, by name.
    var models: [ResourceName] { trail.state.versions.keys.sorted() }
}

extension Array {
    /// The last fact before an entry; the facts are in order.
    fileprivate func last<Value>(before entry: Int64) -> Element? where Element == Located<Value> {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].sequence < entry { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? self[low - 1] : nil
    }
}
