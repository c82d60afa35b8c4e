// What happened is stated under a signature: how a version was made, and what was checked before it served.
import WritVocabulary

/// Offers what is not attested yet. A resource is settled whether it is attested or not: statements follow from what
/// is on record, and change nothing.
struct AttestationRules {
    let situation: Situation

    private var recorded: RecordedState { situation.recorded }

    /// Models first: an endpoint waits until what it serves is attested.
    func attest(_ scope: Set<ResourceID>, into draft: inout Draft) {
        let open = scope.sorted().filter { situation.suspension(of: $0) == nil }
        for id in open where id.kind == .model { attest(versionsOf: id, into: &draft) }
        for id in open where id.kind == .endpoint { attest(deploymentOf: id, into: &draft) }
    }

    // MARK: Versions

    /// The newest that are not attested. What an older Writ registered follows as these are done, whenever the model is
    /// planned.
    private func attest(versionsOf model: ResourceID, into draft: inout Draft) {
        let open = (recorded.versions[model.name] ?? [:]).values.filter { !isAttested($0.id) }
        for version in open.sorted(by: { $0.id > $1.id }).prefix(situation.limits.attestationsPerModel) {
            offer(version, for: model, into: &draft)
        }
    }

    private func offer(_ version: VersionRecord, for resource: ResourceID, into draft: inout Draft) {
        let reason = Reason(.versionRegistered, "version \(version.id.number) is registered")
        let training = version.run.map(facts)
        let evaluation = version.evaluation.map(facts)
        // The run of a version always has an outcome on record. Were it not so, a statement would be missing its half.
        if let missing = training?.failure ?? evaluation?.failure {
            let words = "\(version.id) could not be attested: \(missing.what) is not on record"
            return draft.remark(Reason(reason.code, words), on: resource)
        }
        let facts = AttestationOrder.VersionFacts(
            version: version, training: try? training?.get(), evaluation: try? evaluation?.get(),
            imported: version.run == nil ? order(importing: version) : nil)
        offer(.version(facts), for: resource, because: reason, into: &draft)
    }

    private struct Missing: Error {
        let what: String
    }

    private func facts(of run: ExecutionID) -> Result<AttestationOrder.ExecutionFacts, Missing> {
        guard let record = recorded.executions[run], let outcome = record.outcome else {
            return .failure(Missing(what: run.text))
        }
        return .success(AttestationOrder.ExecutionFacts(order: record.order, outcome: outcome))
    }

    /// The evaluation that judged it: the attempt that succeeded, after which none is made.
    private func facts(of evaluation: RecipeID) -> Result<AttestationOrder.ExecutionFacts, Missing> {
        let attempts = (recorded.executionsByRecipe[evaluation] ?? []).compactMap { recorded.executions[$0] }
        guard let record = attempts.last(where: { $0.outcome?.succeeded == true }), let outcome = record.outcome else {
            return .failure(Missing(what: "its evaluation"))
        }
        return .success(AttestationOrder.ExecutionFacts(order: record.order, outcome: outcome))
    }

    /// How an import was asked for. Only the manifest has it: nil once that imports something else.
    private func order(importing version: VersionRecord) -> ImportOrder? {
        let model = version.id.model
        guard case .import(let imported)? = situation.desired.model(model)?.origin,
            let order = try? ImportRules(situation: situation, name: model, imported: imported).order(),
            recorded.imports[order.key]?.artefacts == version.artefacts
        else { return nil }
        return order
    }

    // MARK: Deployments

    /// Each time traffic has moved, once the gateway runs the table that moved it: with the revision under which it
    /// moved, whatever was committed since.
    private func attest(deploymentOf endpoint: ResourceID, into draft: inout Draft) {
        guard let record = recorded.endpoints[endpoint.name], let current = record.current, let moved = record.moved,
            let revision = moved.revision, moved.isAttested != true, isSettled(record, current)
        else { return }
        guard let attestations = recorded.attestations[.attestation(of: current.version)] else {
            // The model may have nothing to be planned for, and this is what it takes.
            guard let version = recorded.versions[current.version.model]?[current.version.number] else { return }
            return offer(version, for: endpoint, into: &draft)
        }
        let facts = AttestationOrder.DeploymentFacts(
            endpoint: endpoint.name, deployment: current.id.deployment, version: current.version,
            artefacts: current.artefacts, revision: revision, at: moved.at, change: moved.change,
            attestations: attestations, table: moved.table)
        let reason = Reason(.trafficMoved, "version \(current.version.number) serves")
        offer(.deployment(facts), for: endpoint, because: reason, into: &draft)
    }

    private func isSettled(_ record: RecordedState.EndpointRecord, _ current: ReplicaOrder) -> Bool {
        guard let gateway = situation.live.gateway, !record.uncertain else { return false }
        let routed = record.route?.targets.first?.deployment
        return routed == current.id.deployment && routed == record.moved?.deployment
            && gateway.number >= record.routeNumber
    }

    // MARK: Offering

    private func isAttested(_ version: VersionID) -> Bool {
        recorded.attestations[.attestation(of: version)] != nil
    }

    private func offer(
        _ order: AttestationOrder, for resource: ResourceID, because reason: Reason, into draft: inout Draft
    ) {
        let action = Action.attest(order)
        guard let size = try? Canonical.encode(order).count, size <= situation.limits.attestationBytes else {
            let limit = situation.limits.attestationBytes
            let words = "\(action.undone): its facts are more than \(limit) bytes"
            return draft.remark(Reason(reason.code, words), on: resource)
        }
        draft.offer(action, for: resource, because: reason, in: situation)
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
