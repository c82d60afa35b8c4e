// Which recorded facts lie behind a reason.
import WritVocabulary

enum EvidenceRules {
    /// The facts that made the resource's condition what it is, most telling first.
    static func evidence(
        for id: ResourceID, _ reason: Reason.Code?, _ recorded: RecordedState, _ lastFailure: LedgerEntry?
    ) -> [WhyAnswer.Evidence] {
        let suspension = recorded.suspensions[id].map { suspension in
            WhyAnswer.Evidence(
                title: "Suspended",
                lines: ["by \(suspension.actor) until \(suspension.until.toSecond): \(suspension.reason)"])
        }
        return [suspension].compactMap(\.self) + facts(id, reason, recorded, lastFailure)
    }

    private static func facts(
        _ id: ResourceID, _ reason: Reason.Code?, _ recorded: RecordedState, _ lastFailure: LedgerEntry?
    ) -> [WhyAnswer.Evidence] {
        switch reason {
        case nil, .converged, .notPinned, .contentChanged, .recipeIsNew, .importDeclared, .versionPinned, .replaced,
            .notDeclared, .superseded, .suspended, .notObserved, .parallelLimit, .gatewayAway, .gatewayBehind,
            .draining,
            .datasetNotReady, .replicaMissing, .replicasReady, .sourceMissing, .inForce, .newerVersion,
            .versionRegistered, .trafficMoved:
            return []
        case .snapshotRefused:
            return violations(of: id.name, recorded)
        case .executionFailed, .nothingSucceeded:
            return executions(of: id, recorded) { $0.succeeded == false }
        case .executionRunning, .trialOfSweep, .evaluationMissing, .championNotComparable, .actionRunning:
            return executions(of: id, recorded) { $0.succeeded == nil }
        case .retrying, .backingOff, .actionFailed:
            return failure(lastFailure) + executions(of: id, recorded) { $0.succeeded == false }
        case .gatesFailed, .gatesPassed:
            return gates(of: id.name, recorded)
        case .rolledBack, .takenBack:
            return rejections(of: id.name, recorded) + replicas(of: id.name, recorded)
        case .versionUnknown, .digestDiffers:
            return versions(behind: id, recorded)
        case .replicaExited, .replicaNotReady, .replicasStarting, .bytesDiffer:
            return replicas(of: id.name, recorded)
        }
    }

    private static func violations(of dataset: ResourceName, _ recorded: RecordedState) -> [WhyAnswer.Evidence] {
        let refused = recorded.snapshots.filter { $0.value.dataset == dataset && !$0.value.outcome.accepted }
        guard let newest = refused.max(by: { ($0.value.at, $0.key) < ($1.value.at, $1.key) })?.value else { return [] }
        let outcome = newest.outcome
        let title = "Snapshot \(outcome.digest.short): \(outcome.violationCount) violations in \(outcome.rows) rows"
        return [WhyAnswer.Evidence(title: title, lines: outcome.violations.map(\.words))]
    }

    private static func executions(
        of id: ResourceID, _ recorded: RecordedState, _ wanted: (RunSummary) -> Bool
    ) -> [WhyAnswer.Evidence] {
        let runs = RunsAnswer(id, recorded).runs.filter(wanted).prefix(3)
        guard !runs.isEmpty else { return [] }
        let lines = runs.flatMap { run in
            [
                "\(run.purpose.rawValue) \(run.id): \(run.outcome)",
                "writ logs \(run.id)\(run.succeeded == nil ? " --follow" : "")",
            ]
        }
        return [WhyAnswer.Evidence(title: "Runs", lines: lines)]
    }

    private static func failure(_ entry: LedgerEntry?) -> [WhyAnswer.Evidence] {
        guard let entry, case .failed(let key, let failure) = entry.event else { return [] }
        return [
            WhyAnswer.Evidence(title: "Last failure (entry \(entry.sequence))", lines: ["\(key): \(failure.message)"])
        ]
    }

    /// The newest verdict, by when the candidate's training ended.
    private static func gates(of model: ResourceName, _ recorded: RecordedState) -> [WhyAnswer.Evidence] {
        func finished(_ judgement: Judgement) -> Timestamp {
            let evaluated = judgement.evaluation.flatMap { recorded.executionsByRecipe[$0]?.last }
            let times = [judgement.run, evaluated].compactMap(\.self).compactMap {
                recorded.executions[$0]?.outcome?.finishedAt
            }
            return times.max() ?? Timestamp(milliseconds: 0)
        }
        let judgements = recorded.judgements.values.filter { $0.model == model }
        guard let newest = judgements.max(by: { (finished($0), $0.id) < (finished($1), $1.id) }) else { return [] }
        let title = "Gates of " + (newest.run.map { "\($0)" } ?? "imported \(newest.artefacts.short)")
        let lines = newest.results.map { "\($0.passed ? "passed" : "failed")  \($0.sentence)" }
        return [WhyAnswer.Evidence(title: title, lines: lines)]
    }

    private static func versions(behind endpoint: ResourceID, _ recorded: RecordedState) -> [WhyAnswer.Evidence] {
        let model =
            recorded.conditions[endpoint]?.blockedBy?.name
            ?? recorded.endpoints[endpoint.name]?.route?.targets.first?.version.model
        let known =
            model.map { recorded.versions[$0] ?? [:] }.map { Array($0.values) }
            ?? recorded.versions.values.flatMap(\.values)
        let lines = known.sorted { $0.id > $1.id }.map { "\($0.id)  \($0.artefacts)" }
        return [WhyAnswer.Evidence(title: "Registered versions", lines: lines.isEmpty ? ["none"] : lines)]
    }

    /// What was tried, what serves instead, and what Writ proposed: the three sides of a rollback.
    private static func rejections(of endpoint: ResourceName, _ recorded: RecordedState) -> [WhyAnswer.Evidence] {
        let known = (recorded.endpoints[endpoint]?.rejections ?? [:]).values.sorted {
            ($0.at, $0.rejection.deployment) > ($1.at, $1.rejection.deployment)
        }
        guard let newest = known.first?.rejection else { return [] }
        let proposals = recorded.proposals.filter { $0.key.endpoint == endpoint && $0.key.purpose == .rollback }
        let proposed = proposals.sorted { $0.key > $1.key }.map { id, record in
            "proposed  \(record.outcome.url ?? id.branch), commit \(record.outcome.commit.short): "
                + (record.ending?.rawValue ?? "open")
        }
        return [
            WhyAnswer.Evidence(
                title: "Rollback",
                lines: [
                    "taken back  \(newest.version): \(newest.reason)",
                    "serves      \(newest.instead.map(\.text) ?? "nothing: no version served before")",
                    "bad         revision \(newest.revision.short) for this endpoint, until its manifest asks for another",
                ] + proposed)
        ]
    }

    private static func replicas(of endpoint: ResourceName, _ recorded: RecordedState) -> [WhyAnswer.Evidence] {
        let lines = (recorded.endpoints[endpoint]?.replicas ?? [:]).sorted { $0.key < $1.key }.map { id, replica in
            "\(id) of \(replica.version): \(replica.exit?.summary ?? "started \(replica.startedAt.toSecond)")"
        }
        return lines.isEmpty ? [] : [WhyAnswer.Evidence(title: "Replicas", lines: lines)]
    }
}

extension SnapshotOutcome.Violation {
    /// `row 17, column air_time: …`.
    var words: String {
        let place = [row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap(\.self).joined(separator: ", ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
