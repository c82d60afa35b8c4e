// A deployment that keeps failing is given up for the one before it, and is not tried again.
import WritVocabulary

struct RollbackRules {
    let situation: Situation
    let endpoint: ResourceID
    let replicas: ReplicaSet

    private var record: RecordedState.EndpointRecord { replicas.record }

    func rejection(of target: Deployment) -> RecordedState.RejectionRecord? { record.rejections[target.id] }

    /// Gives the deployment up when it failed too often while another can serve.
    func judge(_ target: Deployment, into draft: inout Draft) {
        guard let refuge = refuge(from: target), isRollout(target), let revision = situation.desired.revision else {
            return
        }
        let failures = (record.places[target.id] ?? [:]).map { ($0.key, $0.value.failures) }
            .filter { $0.1 >= situation.limits.failuresUntilRollback }.sorted { $0.0 < $1.0 }
        guard let (place, count) = failures.first else { return }
        draft.reject(
            Rejection(
                endpoint: endpoint.name, deployment: target.id, version: target.version, revision: revision,
                instead: refuge.version,
                reason: "\(count) processes in a row failed at place \(place)\(lastWords(target))"
            ))
    }

    /// Where a deployment that was given up leads to.
    func refuge(from rejection: Rejection) -> Deployment? {
        known.first { $0.id != rejection.deployment && $0.version == rejection.instead }
    }

    func step(for rejection: Rejection) -> Step {
        let now = rejection.instead.map { "version \($0.number) serves again" } ?? "nothing served before it"
        return Step(
            .refused, .rolledBack,
            "version \(rejection.version.number) was tried at \(rejection.revision.short) and taken back,"
                + " \(now): \(rejection.reason)")
    }

    /// Asks Git to say what serves: a commit that moves the pin back.
    func proposeReturn(from taken: RecordedState.RejectionRecord, _ spec: Endpoint, into draft: inout Draft) {
        guard let instead = taken.rejection.instead, instead != taken.rejection.version,
            let version = situation.recorded.versions[instead.model]?[instead.number],
            let path = situation.desired.resources[endpoint]?.location.path
        else { return }
        let id = ProposalID(endpoint.name, .rollback, instead.number)
        if let known = situation.recorded.proposals[id], known.at >= taken.at { return }
        let message = ProposalWords(id: id, version: version, from: spec.pin, because: taken.rejection.reason).message
        let reason = Reason(.takenBack, "version \(taken.rejection.version.number) was taken back")
        PromotionRules(situation: situation, endpoint: endpoint)
            .offer(id, to: version, spec, at: path, message: message, reason, &draft)
    }

    /// What is routed while the target is not; else what was routed before it.
    private func refuge(from target: Deployment) -> Deployment? {
        known.first { $0.id != target.id && record.rejections[$0.id] == nil }
    }

    private var known: [Deployment] {
        [record.current, record.previous].compactMap { $0.map(Deployment.init(restarting:)) }
    }

    /// Long after its traffic moved, a deployment that fails is an incident of its own and no reason to go back.
    private func isRollout(_ target: Deployment) -> Bool {
        guard replicas.routedDeployment == target.id, let routedAt = record.routedAt else { return true }
        return situation.now < routedAt + situation.limits.rolloutPeriod
    }

    private func lastWords(_ target: Deployment) -> String {
        let endings = record.replicas.filter { $0.key.deployment == target.id }.sorted { $0.key < $1.key }
            .compactMap(\.value.exit)
        return endings.last.map { ", the last: \($0.summary)" } ?? ""
    }
}
