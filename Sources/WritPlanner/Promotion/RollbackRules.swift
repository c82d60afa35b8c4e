// A deployment that keeps failing is given up for the one before it, and is not tried again.
import WritVocabulary

struct RollbackRules {
    let situation: Situation
    let endpoint: ResourceID
    let replicas: ReplicaSet

    private var record: RecordedState.EndpointRecord { replicas.record }

    /// A deployment that was given up, with what serves in its place.
    struct TakenBack {
        let record: RecordedState.RejectionRecord
        let refuge: Deployment

        /// `version 2 was tried at 1f2e3d4c and taken back, version 1 serves again: 3 processes in a row failed`.
        func words(_ place: String) -> String {
            let rejection = record.rejection
            return "version \(rejection.version.number) was tried at \(rejection.revision.short) and taken back,"
                + " \(refuge.version.succeeding(rejection.version, place)): \(rejection.reason)"
        }
    }

    /// nil as well where nothing can take its place: then it may be tried again.
    func takenBack(_ id: DeploymentID?) -> TakenBack? {
        guard let id, let taken = record.rejections[id], let refuge = refuge(from: id) else { return nil }
        return TakenBack(record: taken, refuge: refuge)
    }

    // MARK: Giving up

    /// Gives the deployment up when it failed too often at one of the places it is to fill, while another can serve.
    ///
    /// Replicas whose files changed on the machine are no failures of the deployment, and are not counted.
    func judge(_ target: Deployment, places: Range<Int>, into draft: inout Draft) -> Bool {
        guard let revision = situation.desired.revision, isRollout(target), let refuge = refuge(from: target.id),
            let (place, count) = failing(target, places)
        else { return false }
        let words = "\(count) processes in a row failed at place \(place)\(lastWords(target, place))"
        draft.reject(
            Rejection(
                endpoint: endpoint.name, deployment: target.id, version: target.version, revision: revision,
                instead: refuge.version, reason: words))
        draft.note(Step(.acting, .takenBack, "version \(target.version.number) is taken back: \(words)"), for: endpoint)
        return true
    }

    /// What is routed now, or else what was before it: whichever was not given up itself.
    private func refuge(from id: DeploymentID) -> Deployment? { RollbackRules.refuge(from: id, record) }

    static func refuge(from id: DeploymentID, _ record: RecordedState.EndpointRecord) -> Deployment? {
        [record.current, record.previous].compactMap { $0.map(Deployment.init(restarting:)) }
            .first { $0.id != id && record.rejections[$0.id] == nil }
    }

    /// Long after traffic moved to it, a deployment that fails is an incident of its own and no reason to go back.
    private func isRollout(_ target: Deployment) -> Bool {
        guard record.current?.id.deployment == target.id, let moved = movedAt else { return true }
        return situation.now < moved + situation.limits.rolloutPeriod
    }

    /// The first place that failed too often since traffic last moved: what happened before that is another story.
    private func failing(_ target: Deployment, _ places: Range<Int>) -> (place: Int, count: Int)? {
        for ordinal in places {
            guard let place = replicas.place(target.id, ordinal), let failedAt = place.failedAt,
                place.failures >= situation.limits.failuresUntilRollback, failedAt >= movedAt ?? failedAt
            else { continue }
            return (ordinal, place.failures)
        }
        return nil
    }

    private var movedAt: Timestamp? { record.movedAt ?? record.routedAt }

    private func lastWords(_ target: Deployment, _ place: Int) -> String {
        let newest = replicas.newest(target.id, place).flatMap { record.replicas[$0]?.exit }
        return newest.map { ", the last: \($0.summary)" } ?? ""
    }

    // MARK: Making Git agree

    /// Asks for a commit that moves the pin to what serves. Whether that is to be answered before anything else is;
    /// false where no pin says what serves, and where somebody declined.
    func proposeReturn(from taken: TakenBack, _ spec: Endpoint, into draft: inout Draft) -> Bool {
        let refuge = taken.refuge.version
        guard refuge.model == spec.model, refuge.number != spec.pin?.version,
            let version = situation.recorded.versions[refuge.model]?[refuge.number]
        else { return false }
        let rules = ProposalRules(situation: situation, endpoint: endpoint, spec: spec)
        let id = ProposalID(endpoint.name, .rollback, refuge.number)
        if let known = situation.recorded.proposals[id], known.at >= taken.record.at {
            if rules.isOpen(known, to: version) { return true }
            if known.ending == .declined { return false }
        }
        let words = "version \(taken.record.rejection.version.number) was taken back"
        rules.offer(
            .rollback, version, saying: taken.record.rejection.reason, Reason(.takenBack, words), into: &draft)
        return true
    }

    /// What people do about it, once it is proposed and until then.
    func duty(after taken: TakenBack, _ spec: Endpoint) -> String {
        let id = ProposalID(endpoint.name, .rollback, taken.refuge.version.number)
        guard let known = situation.recorded.proposals[id], known.ending == nil, known.order.from == spec.pin else {
            return "pin version \(id.version), or another one"
        }
        switch known.order.delivery {
        case .branch: return "merge \(id.branch), or pin another version"
        case .commit: return "commit \(known.outcome.commit.short) pins it"
        }
    }
}

extension VersionID {
    /// `version 1 serves again`, or what stands for it where the same version took its own place.
    func succeeding(_ other: VersionID, _ words: String) -> String {
        self == other ? "it \(words) as it was before" : "version \(number) \(words)"
    }
}
