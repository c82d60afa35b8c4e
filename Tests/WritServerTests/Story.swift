// A small ledger that the answers' tests are told from.
import WritLedger
import WritServer
import WritVocabulary

/// One model trained twice: version 1 serves, the second candidate misses a gate, and a dataset of March is refused.
enum Story {
    static let start = Timestamp("2026-11-23T12:00:00.000Z")!
    static let first = RevisionID(String(repeating: "1a", count: 20))!
    static let second = RevisionID(String(repeating: "2b", count: 20))!
    static let january = ResourceID(.dataset, ResourceName("flights-january")!)
    static let march = ResourceID(.dataset, ResourceName("flights-march")!)
    static let model = ResourceID(.model, ResourceName("flight-time")!)
    static let endpoint = ResourceID(.endpoint, ResourceName("flights")!)
    static let version = VersionID(model.name, 1)
    static let content = ContentID(String(repeating: "c0", count: 20))!

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    static let goodRun = ExecutionID(.training, of: digest("recipe 1"), attempt: 1)
    static let badRun = ExecutionID(.training, of: digest("recipe 2"), attempt: 1)
    static let replica = ReplicaID(
        DeploymentID(endpoint: endpoint.name, content: digest("deployment")), ordinal: 0, generation: 0)

    static func order(_ id: ExecutionID, recipe: String) -> ExecutionOrder {
        ExecutionOrder(
            id: id, purpose: .training, recipe: RecipeID(digest(recipe)), resource: model, revision: first,
            code: RepositoryPath("training")!, codeTree: content, argv: ["python", "train.py"],
            environment: LockedEnvironment(python: "3.11", requirements: content),
            inputs: ["train": InputOrder(digest: digest("january"), format: .csv)], model: nil,
            parameters: ["depth": .integer(3)], seed: 7, resources: Resources(), timeout: .minutes(10), network: false)
    }

    static func outcome(_ ending: Ending, from: Int64, to: Int64, mae: Double? = nil) -> ExecutionOutcome {
        ExecutionOutcome(
            ending: ending, startedAt: start + .seconds(from), finishedAt: start + .seconds(to),
            sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "cgroup v2"),
            artefacts: ending.succeeded ? digest("artefacts") : nil,
            metrics: mae.flatMap { MetricValue($0) }.map { ["mae": $0] } ?? [:])
    }

    static let gate = Model.Gate(metric: "mae", rule: .maximum(MetricValue(8.0)!))
    static let passed = GateResult(
        gate: gate, measured: MetricValue(7.5), passed: true, sentence: "mae 7.5 is at most 8")
    static let missed = GateResult(
        gate: gate, measured: MetricValue(8.4), passed: false, missedBy: MetricValue(0.4),
        sentence: "mae 8.4 is above the maximum 8 by 0.4")

    static var versionRecord: VersionRecord {
        VersionRecord(
            id: version, artefacts: digest("artefacts"), run: goodRun, recipe: RecipeID(digest("recipe 1")),
            revision: first,
            datasets: ["train": digest("january")], evaluation: nil, metrics: ["mae": MetricValue(7.5)!],
            gates: [passed],
            card: nil)
    }

    static let route = RoutingTable.Route(
        endpoint: endpoint.name,
        targets: [
            RoutingTable.Target(
                version: version, weight: 100, deployment: replica.deployment,
                replicas: [RoutingTable.Address(replica: replica, host: "127.0.0.1", port: 20_001)])
        ])

    /// Entries as (seconds after the start, subject, event).
    static func events() -> [(Int64, ResourceID?, Event)] {
        let january = SnapshotOrder(
            recipe: RecipeID(digest("january recipe")), dataset: january.name, source: .content(content), format: .csv,
            columns: [], expectations: Dataset.Expectations())
        var march = january
        march.recipe = RecipeID(digest("march recipe"))
        march.dataset = Story.march.name
        return opening(january, march) + training() + serving() + closing()
    }

    private static func act(
        _ seconds: Int64, _ subject: ResourceID, _ action: Action, _ result: ActionResult
    ) -> [(Int64, ResourceID?, Event)] {
        [
            (seconds, subject, .intended(action.key, action, Reason(.contentChanged, "its content is new"))),
            (seconds + 1, subject, .completed(action.key, result)),
        ]
    }

    private static func opening(_ january: SnapshotOrder, _ march: SnapshotOrder) -> [(Int64, ResourceID?, Event)] {
        let refused = SnapshotOutcome(
            digest: digest("march"), size: 900, rows: 30,
            violations: [
                .init(row: 17, column: "air_time", message: "`-4` is below the minimum 0"),
                .init(row: nil, column: nil, message: "30 rows, expected at least 100"),
            ], violationCount: 2)
        return [
            (0, nil, .controllerStarted(version: "0.1.0")),
            (1, nil, .revisionAccepted(first, previous: nil, changed: [model, endpoint], count: 4)),
        ]
            + act(
                2, Story.january, .snapshot(january),
                .snapshot(SnapshotOutcome(digest: digest("january"), size: 4000, rows: 120)))
            + act(4, Story.march, .snapshot(march), .snapshot(refused))
    }

    private static func training() -> [(Int64, ResourceID?, Event)] {
        let good = order(goodRun, recipe: "recipe 1")
        let bad = order(badRun, recipe: "recipe 2")
        return act(10, model, .execute(good), .started)
            + [
                (
                    40, model,
                    .executionFinished(
                        goodRun, .training, good.recipe, outcome(.exited(code: 0), from: 10, to: 40, mae: 7.5))
                ),
                (41, model, .judged(judgement("first", goodRun, [passed]))),
            ]
            + act(42, model, .register(RegistrationOrder(version: versionRecord)), .registered(versionRecord))
            + act(50, model, .execute(bad), .started)
            + [
                (
                    80, model,
                    .executionFinished(
                        badRun, .training, bad.recipe, outcome(.exited(code: 0), from: 50, to: 80, mae: 8.4))
                ),
                (81, model, .judged(judgement("second", badRun, [missed]))),
            ]
    }

    private static func judgement(_ id: String, _ run: ExecutionID, _ results: [GateResult]) -> Judgement {
        Judgement(
            id: digest(id), model: model.name, run: run, artefacts: digest("artefacts"), evaluation: nil,
            results: results)
    }

    private static func serving() -> [(Int64, ResourceID?, Event)] {
        let start = ReplicaOrder(
            id: replica, endpoint: endpoint.name, version: version, artefacts: digest("artefacts"),
            server: .command(argv: ["serve"], code: nil), codeTree: nil, environment: nil, resources: Resources(),
            health: Endpoint.Health())
        let change = RoutingChange(number: 1, routes: [route])
        return act(60, endpoint, .startReplica(start), .started)
            + act(62, endpoint, .publish(change), .published(number: 1))
    }

    private static func closing() -> [(Int64, ResourceID?, Event)] {
        func conditions(
            _ reason: Reason.Code, _ message: String, ready: Bool = false, stalled: Bool = false,
            blockedBy: ResourceID? = nil
        ) -> Event {
            .conditionsChanged(
                Conditions(
                    ready: ready, reconciling: !ready && !stalled, stalled: stalled, reason: Reason(reason, message),
                    blockedBy: blockedBy, revision: first))
        }
        return [
            (90, january, conditions(.converged, "snapshot taken", ready: true)),
            (91, march, conditions(.snapshotRefused, "2 violations in 30 rows", stalled: true)),
            (92, model, conditions(.gatesFailed, "1 gate failed", stalled: true)),
            (93, endpoint, conditions(.versionUnknown, "version 2 is not registered", blockedBy: model)),
        ]
    }

    static func drafts() -> [EntryDraft] {
        // Told by what belongs together: a moment told later than one after it counts as that one.
        var latest: Int64 = 0
        return events().map { event in
            latest = max(latest, Int64(event.0))
            return EntryDraft(
                time: start + .seconds(latest), cause: .commit(first), subject: event.1, event: event.2)
        }
    }

    /// Five minutes after the start, without colour.
    static let style = TextStyle(colour: false, now: start + .minutes(5))
}

/// Answers from a log in memory.
struct LogSource: AnswerSource {
    let log = MemoryEntryLog()
    var shown: LiveState?

    init(_ drafts: [EntryDraft] = Story.drafts()) throws { try log.append(drafts) }

    func recorded() async throws -> RecordedState { log.state }
    func entries(_ query: EntryQuery) async throws -> [LedgerEntry] { try log.entries(query) }
    func live() async throws -> LiveState? { shown }

    func add(_ subject: ResourceID?, _ event: Event, cause: Cause = .commit(Story.first)) throws {
        try log.append([EntryDraft(time: Story.start + .seconds(100), cause: cause, subject: subject, event: event)])
    }

    /// Statements about the version, about moves of traffic to its deployment, and about another version's.
    func attest() throws {
        let (version, deployment) = (Story.version, Story.replica.deployment)
        func made(_ kinds: AttestationKind...) -> [Attestation] {
            kinds.map { Attestation(kind: $0, blob: Story.digest("\($0)"), key: Story.digest("key")) }
        }
        try add(Story.model, .completed(.attestation(of: version), .attested(made(.provenance, .signature))))
        for table in [nil, 2, 10] as [Int64?] {
            let key = ActionKey.attestation(of: deployment, table: table)
            try add(Story.endpoint, .completed(key, .attested(made(.summary))))
        }
        let other = DeploymentID(endpoint: Story.endpoint.name, content: Story.digest("of another version"))
        try add(Story.endpoint, .completed(.attestation(of: other, table: 3), .attested(made(.summary))))
    }

    func text(_ request: AnswerRequest) async throws -> String {
        try await Answerer(self).answer(request).text(Story.style)
    }
}
