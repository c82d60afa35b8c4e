// Deployment, version, run, evaluation and judgement: one chain of digests through the entries.
import WritVocabulary

extension CapsuleCheck {
    /// Whether there is a version to go on with.
    mutating func checkVersion(_ facts: CapsuleFacts) -> Bool {
        let told = facts.capsule.deployment
        judge(
            "route", "entry \(told.entry) sent traffic to \(told.version)", "no entry sends traffic to this version",
            facts.isRouted)
        let record = facts.registered
        let isRegistered =
            record.map { $0.version.artefacts == told.artefacts && $0.sequence < told.entry } == true
        judge(
            "version", "\(told.version) is registered as \(told.artefacts)",
            "no entry registers this version with this digest before it served", isRegistered)
        guard let version = record?.version, isRegistered else { return false }
        if facts.blobs[told.artefacts.text] != nil {
            let files = facts.blob(ArtefactManifest.self, told.artefacts)?.files ?? []
            judge("files", "the list of files has the registered digest", "not a list of files", !files.isEmpty)
        } else {
            absent("files")
        }
        checkRun(version, facts)
        checkEvaluation(version, facts)
        checkJudgement(version, facts)
        return true
    }

    private mutating func checkRun(_ version: VersionRecord, _ facts: CapsuleFacts) {
        guard let run = version.run, let ended = facts.ended.first(where: { $0.id == run }) else {
            return absent("run")
        }
        let isFitting = facts.orders.contains { order in
            order.id == run && order.recipe == version.recipe && order.revision == version.revision
                && order.inputs.mapValues(\.digest) == version.datasets
        }
        judge(
            "run", "\(run) made these files from the recorded code and data", "the run does not lead to this version",
            ended.outcome.ending.succeeded && ended.outcome.defect == nil
                && ended.outcome.artefacts == version.artefacts && isFitting)
    }

    private mutating func checkEvaluation(_ version: VersionRecord, _ facts: CapsuleFacts) {
        let ended = facts.ended.filter { $0.recipe == version.evaluation }
        guard !ended.isEmpty else { return absent("evaluation") }
        let isFitting = ended.contains { one in
            one.outcome.ending.succeeded && one.outcome.defect == nil && one.outcome.metrics == version.metrics
                && facts.orders.contains { $0.id == one.id && $0.model == version.artefacts }
        }
        judge(
            "evaluation", "the recorded metrics are what an evaluation of these files measured",
            "the evaluation is of other files or gave other metrics", isFitting)
    }

    private mutating func checkJudgement(_ version: VersionRecord, _ facts: CapsuleFacts) {
        let judged = facts.entries.compactMap { entry -> Judgement? in
            guard case .judged(let judgement) = entry.event, judgement.artefacts == version.artefacts,
                judgement.evaluation == version.evaluation
            else { return nil }
            return judgement
        }
        guard !judged.isEmpty else { return absent("judgement") }
        let isPassed = version.gates.allSatisfy { result in
            result.passed && result.measured != nil && result.measured == version.metrics[result.gate.metric]
        }
        judge(
            "judgement", "\(version.gates.count) gates passed on these metrics",
            "the gates did not pass, or on other metrics",
            isPassed && judged.contains { $0.results == version.gates })
    }
}

extension CapsuleFacts {
    struct Ended {
        var id: ExecutionID
        var recipe: RecipeID
        var outcome: ExecutionOutcome
    }

    var ended: [Ended] {
        entries.compactMap { entry in
            guard case .executionFinished(let id, _, let recipe, let outcome) = entry.event else { return nil }
            return Ended(id: id, recipe: recipe, outcome: outcome)
        }
    }

    var orders: [ExecutionOrder] {
        entries.compactMap { entry in
            if case .intended(_, .execute(let order), _) = entry.event { order } else { nil }
        }
    }

    var registered: (sequence: Int64, version: VersionRecord)? {
        for entry in entries {
            if case .completed(_, .registered(let version)) = entry.event, version.id == capsule.deployment.version {
                return (entry.sequence, version)
            }
        }
        return nil
    }

    /// Whether the entry completes a change of routes that was intended before it and gives the version traffic.
    var isRouted: Bool {
        let told = capsule.deployment
        let keys = entries.compactMap { entry -> ActionKey? in
            guard entry.sequence == told.entry, case .completed(let key, .published) = entry.event else { return nil }
            return key
        }
        return entries.contains { entry in
            guard case .intended(let key, .publish(let change), _) = entry.event, keys.contains(key),
                entry.sequence < told.entry
            else { return false }
            let targets = change.routes.filter { $0.endpoint == told.endpoint }.flatMap(\.targets)
            return targets.contains {
                $0.version == told.version && $0.deployment == told.deployment && $0.weight > 0
            }
        }
    }
}
