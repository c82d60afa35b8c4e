// What happens in the ledger of the audit tests, chapter by chapter.
import WritVocabulary

extension AuditFixture {
    struct Part {
        var minutes: Int64
        var cause: Cause
        var subject: ResourceID?
        var event: Event
    }

    static func story() -> [Part] {
        beginning() + firstVersion() + firstDeployment() + secondVersion() + promotion() + troubles() + wayBack()
            + custody()
    }

    private static func part(_ minutes: Int64, _ cause: Cause, _ subject: ResourceID, _ event: Event) -> Part {
        Part(minutes: minutes, cause: cause, subject: subject, event: event)
    }

    private static func part(_ minutes: Int64, _ cause: Cause, _ event: Event) -> Part {
        Part(minutes: minutes, cause: cause, subject: nil, event: event)
    }

    /// An intent and, a minute later, what it gave.
    private static func act(
        _ minutes: Int64, _ revision: RevisionID, _ subject: ResourceID, _ action: Action, _ result: ActionResult,
        _ reason: Reason = Reason(.contentChanged, "its content is new")
    ) -> [Part] {
        [
            part(minutes, .commit(revision), subject, .intended(action.key, action, reason)),
            part(minutes + 1, .commit(revision), subject, .completed(action.key, result)),
        ]
    }

    private static func accepted(
        _ minutes: Int64, _ revision: RevisionID, after previous: RevisionID?, _ changed: [ResourceID]
    ) -> Part {
        part(
            minutes, .commit(revision),
            .revisionAccepted(revision, previous: previous, changed: changed, count: changed.count))
    }

    static func change(
        _ head: RevisionID, base: RevisionID, _ verdict: PolicyDecision.Verdict, by authors: [Person],
        approvedBy approvers: [Person] = [], missing: [String] = [], breakGlass: BreakGlass? = nil,
        evidence: String? = nil
    ) -> JudgedChange {
        JudgedChange(
            base: base, head: head, verdict: verdict, missing: missing, missingCount: missing.count, authors: authors,
            approvers: approvers, breakGlass: breakGlass, evidence: evidence.map(digest))
    }

    // MARK: Chapters

    private static func beginning() -> [Part] {
        [
            part(0, .operatorAct(actor: "operator"), .controllerStarted(version: "0.4.0")),
            accepted(1, first, after: nil, [train, test, model, endpoint, policy]),
        ]
            + act(2, first, train, .snapshot(snapshot(train, "d0")), .snapshot(taken("flights-train", rows: 12_000)))
            + act(4, first, test, .snapshot(snapshot(test, "d9")), .snapshot(taken("flights-test", rows: 3000)))
    }

    private static func snapshot(_ dataset: ResourceID, _ blob: String) -> SnapshotOrder {
        SnapshotOrder(
            recipe: RecipeID(digest("snapshot recipe of \(dataset.name)")), dataset: dataset.name,
            source: .content(content(blob)), format: .csv, columns: [], expectations: Dataset.Expectations())
    }

    private static func taken(_ text: String, rows: Int64) -> SnapshotOutcome {
        SnapshotOutcome(digest: digest(text), size: rows * 40, rows: rows)
    }

    /// Training, evaluation, judgement, registration and attestation of a version.
    private static func making(
        _ version: Int, _ order: ExecutionOrder, from minutes: Int64, mae: Double
    ) -> [Part] {
        let cause = Cause.commit(order.revision)
        let evaluation = evaluationOrder(version, order.revision)
        let registered = record(version)
        let facts = AttestationOrder.VersionFacts(
            version: registered,
            training: .init(
                order: order,
                outcome: outcome(.exited(code: 0), minutes + 1, minutes + 20, version: version, mae: mae)),
            evaluation: .init(
                order: evaluation,
                outcome: outcome(.exited(code: 0), minutes + 22, minutes + 24, version: nil, mae: mae)))
        return act(minutes, order.revision, model, .execute(order), .started, Reason(.recipeIsNew, "a new recipe"))
            + [
                part(
                    minutes + 20, cause, model,
                    .executionFinished(
                        order.id, .training, order.recipe,
                        outcome(.exited(code: 0), minutes + 1, minutes + 20, version: version, mae: mae)))
            ]
            + act(minutes + 21, order.revision, model, .execute(evaluation), .started)
            + [
                part(
                    minutes + 24, cause, model,
                    .executionFinished(
                        evaluation.id, .evaluation, evaluation.recipe,
                        outcome(.exited(code: 0), minutes + 22, minutes + 24, version: nil, mae: mae))),
                part(minutes + 25, .measurement("evaluation"), model, .judged(judgement(version))),
            ]
            + act(
                minutes + 26, order.revision, model, .register(RegistrationOrder(version: registered)),
                .registered(registered), Reason(.gatesPassed, "all gates passed"))
            + act(
                minutes + 28, order.revision, model, .attest(.version(facts)), .attested(attestations(version)),
                Reason(.versionRegistered, "version \(version) is registered"))
    }

    private static func firstVersion() -> [Part] {
        making(1, run(runOne, recipeOne, first, depth: 3), from: 10, mae: 7.5)
    }

    /// New routes, and the attestation of the deployment where one is given.
    private static func routing(
        _ number: Int64, _ minutes: Int64, _ revision: RevisionID,
        _ targets: [(version: Int, weight: Int, generation: Int)], _ cause: Cause? = nil
    ) -> [Part] {
        let action = Action.publish(RoutingChange(number: number, routes: [route(targets)]))
        return act(
            minutes, revision, endpoint, action, .published(number: number),
            Reason(.replicasReady, "its replicas are ready")
        ).map { found in
            var found = found
            found.cause = cause ?? found.cause
            return found
        }
    }

    private static func starting(
        _ version: Int, _ minutes: Int64, _ revision: RevisionID, generation: Int = 0
    ) -> [Part] {
        act(
            minutes, revision, endpoint, .startReplica(replicaOrder(version, generation: generation)), .started,
            Reason(.versionPinned, "version \(version) is pinned"))
    }

    private static func attesting(_ version: Int, _ minutes: Int64, _ revision: RevisionID, _ change: JudgedChange)
        -> [Part]
    {
        let facts = AttestationOrder.DeploymentFacts(
            endpoint: endpoint.name, deployment: deployment(version), version: VersionID(model.name, version),
            artefacts: artefacts(version), revision: revision, at: at(minutes - 1), change: change,
            attestations: attestations(version))
        let made = [AttestationKind.approval, .summary].map { kind in
            Attestation(
                kind: kind, blob: digest("\(kind.rawValue) of deployment \(version)"), key: attestationKey)
        }
        return act(
            minutes, revision, endpoint, .attest(.deployment(facts)), .attested(made),
            Reason(.trafficMoved, "traffic moved to version \(version)"))
    }

    private static func firstDeployment() -> [Part] {
        let allowed = change(
            pinsOne, base: first, .allowed, by: [alice], approvedBy: [bob], evidence: "review of 2b")
        return [
            part(60, .commit(pinsOne), .changeAllowed(allowed)),
            accepted(60, pinsOne, after: first, [endpoint]),
        ] + starting(1, 61, pinsOne) + routing(1, 63, pinsOne, [(1, 100, 0)]) + attesting(1, 65, pinsOne, allowed)
    }

    private static func secondVersion() -> [Part] {
        let failing = run(runTwoLost, recipeTwo, deeper, depth: 6)
        return [
            part(
                120, .commit(deeper),
                .changeAllowed(change(deeper, base: pinsOne, .allowed, by: [alice], approvedBy: [bob]))),
            accepted(120, deeper, after: pinsOne, [model]),
        ]
            + act(121, deeper, model, .execute(failing), .started, Reason(.recipeIsNew, "a new recipe"))
            + [
                part(
                    123, .commit(deeper), model,
                    .executionFinished(
                        runTwoLost, .training, recipeTwo, outcome(.outOfMemory, 122, 123, version: nil)))
            ] + making(2, run(runTwo, recipeTwo, deeper, depth: 6), from: 130, mae: 6.9)
    }

    private static func promotion() -> [Part] {
        let id = ProposalID(endpoint.name, .promotion, 2)
        let order = ProposalOrder(
            id: id, delivery: .branch, path: RepositoryPath("endpoints/flights.yaml")!,
            from: Endpoint.Pin(version: 1, digest: artefacts(1)), to: Endpoint.Pin(version: 2, digest: artefacts(2)),
            base: deeper, message: "flights: version 2")
        let lacking = "one more approval of role risk is missing: sign one with `writ approve`"
        let allowed = change(
            pinsTwo, base: deeper, .allowed, by: [alice], approvedBy: [bob, carol], evidence: "review of 4d")
        return act(
            170, deeper, endpoint, .propose(order),
            .proposed(ProposalOutcome(commit: pinsTwo, request: 12, url: nil)),
            Reason(.newerVersion, "version 2 passed its gates"))
            + [
                part(
                    175, .commit(pinsTwo),
                    .requestReviewed(
                        RequestReview(
                            number: 12, base: deeper, head: pinsTwo, plan: digest("plan of 12"), outcome: "pending",
                            text: "1 approval is missing"))),
                part(
                    200, .commit(pinsTwo),
                    .changeHeld(
                        change(
                            pinsTwo, base: deeper, .waiting, by: [alice], approvedBy: [bob], missing: [lacking],
                            evidence: "review of 4d, held"))),
                part(240, .commit(pinsTwo), .changeAllowed(allowed)),
                accepted(240, pinsTwo, after: deeper, [endpoint]),
                part(240, .commit(pinsTwo), endpoint, .proposalEnded(id, .merged)),
            ]
            + starting(2, 241, pinsTwo) + routing(2, 243, pinsTwo, [(1, 90, 0), (2, 10, 0)])
            + routing(3, 300, pinsTwo, [(2, 100, 0)]) + attesting(2, 302, pinsTwo, allowed)
            + act(
                310, pinsTwo, endpoint, .stopReplica(ReplicaStopOrder(id: replica(1), drain: .seconds(10))), .stopped,
                Reason(.replaced, "version 2 serves"))
    }

    private static func troubles() -> [Part] {
        [
            part(
                400, .commit(broken),
                .revisionRefused(
                    broken, errors: ["endpoints/flights.yaml:7:3: unknown field `replica`"], count: 1, evidence: nil)),
            part(
                420, .commit(unsigned),
                .changeHeld(
                    change(
                        unsigned, base: pinsTwo, .refused, by: [], missing: ["commit 6f6f6f6f is not signed"]))),
            part(
                500, .measurement("bytes of flights"), endpoint,
                .integrityFailed(
                    IntegrityIncident(
                        replica: replica(2), version: two, artefacts: artefacts(2),
                        observation: IntegrityObservation(
                            intactAt: at(490),
                            fault: .init(
                                detectedAt: at(500), path: "model.onnx",
                                found: "its digest is sha256:\(digest("other bytes").hex)"))))),
            part(
                501, .measurement("bytes of flights"), endpoint,
                .rejected(
                    Rejection(
                        endpoint: endpoint.name, deployment: deployment(2), version: two, revision: pinsTwo,
                        instead: one, reason: "a replica had other bytes than were approved"))),
        ]
            + starting(1, 502, pinsTwo, generation: 1)
            + routing(4, 504, pinsTwo, [(1, 100, 1)], .measurement("bytes of flights"))
            + act(
                506, pinsTwo, endpoint, .stopReplica(ReplicaStopOrder(id: replica(2), drain: .seconds(10))), .stopped,
                Reason(.bytesDiffer, "it had other bytes than were approved"))
    }

    private static func wayBack() -> [Part] {
        let glass = BreakGlass(
            person: dave, reason: "wrong bytes were served", revision: emergency, until: at(540 + 24 * 60))
        return [
            part(
                540, .commit(emergency),
                .changeAllowed(
                    change(
                        emergency, base: pinsTwo, .allowed, by: [dave], missing: ["2 approvals are missing"],
                        breakGlass: glass, evidence: "review of 7a"))),
            accepted(540, emergency, after: pinsTwo, [endpoint]),
            part(
                560, .operatorAct(actor: "erin"), endpoint,
                .suspended(Suspension(actor: "erin", reason: "the disk is looked at", until: at(560 + 120)))),
            part(600, .operatorAct(actor: "erin"), endpoint, .resumed(actor: "erin")),
            part(
                700, .commit(stricter),
                .changeAllowed(change(stricter, base: emergency, .allowed, by: [carol], approvedBy: [bob]))),
            accepted(700, stricter, after: emergency, [policy]),
            part(
                710, .operatorAct(actor: "erin"), model,
                .suspended(Suspension(actor: "erin", reason: "no training today", until: at(710 + 7 * 24 * 60)))),
        ]
    }

    private static func custody() -> [Part] {
        [
            part(
                800, .operatorAct(actor: "erin"),
                .keyRotated(
                    KeyRotation(
                        purpose: .ledger, old: oldLedgerKey, new: newLedgerKey, size: Int64(rotationSize),
                        actor: "erin", reason: "yearly", signedByOld: "b2xk", signedByNew: "bmV3"))),
            part(
                805, .operatorAct(actor: "erin"),
                .holdPlaced(LegalHold(name: "case-17", scope: model, actor: "erin", reason: "an inquiry"))),
            part(
                810, .operatorAct(actor: "erin"),
                .expunged(
                    Expunction(blobs: [digest("a person's rows")], actor: "erin", reason: "a demand for erasure"))),
            part(815, .schedule("clock"), .clockWentBack(ClockStep(behind: .seconds(30)))),
            part(820, .schedule("observation"), .driftFound("a process nobody intended listens on 127.0.0.1:20031")),
            part(830, .commit(forced), .sourceFrozen(tip: forced, accepted: stricter)),
            part(
                840, .operatorAct(actor: "erin"),
                .tipAccepted(forced, actor: "erin", reason: "history was cleaned of a large file")),
            accepted(840, forced, after: stricter, [train]),
        ]
    }

    /// How many entries there are when the ledger's key is rotated.
    private static var rotationSize: Int {
        [beginning(), firstVersion(), firstDeployment(), secondVersion(), promotion(), troubles(), wayBack()]
            .map(\.count).reduce(0, +)
    }
}
