// A change before the judge, in order until a test tampers with it: alice moves flights from version 7 to 8, bob
// approved, the gates were passed.
import WritPlanner
import WritVocabulary

struct PolicyCase: Sendable {
    var policies: [ResourceName: Policy]
    var unit: ChangeUnit
    var base = DesiredState()
    var head = DesiredState()
    var recorded = RecordedState()
    var now = PolicyCase.time("2026-11-23T12:00:00.000Z")
    /// What stands around replicas; nil is not known.
    var sandbox: String?

    static let alice = Person("alice@example.com")!
    static let bob = Person("bob@example.com")!
    static let carol = Person("carol@example.com")!
    static let dave = Person("dave@example.com")!

    static let prod = ResourceName("prod")!
    static let flights = ResourceName("flights")!
    static let model = ResourceName("flight-time")!
    static let version = VersionID(model, 8)
    static let path = RepositoryPath("endpoints/flights.yaml")!
    static let run = ExecutionID("run-1f2e3d4c5b6a-1")!
    static let evaluation = RecipeID(digest("evaluation"))

    static func time(_ text: String) -> Timestamp { Timestamp(text)! }
    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }
    static func revision(_ digit: Character) -> RevisionID { RevisionID(String(repeating: digit, count: 40))! }
    static func content(_ digit: Character) -> ContentID { ContentID(String(repeating: digit, count: 40))! }

    static let rule = Policy.Rule(
        name: "serving", paths: [PathPattern("endpoints/**")!], authors: ["owner"],
        approvals: [Policy.ApprovalDemand(count: 1, role: "risk")],
        evidence: Policy.EvidenceDemand(gates: ["mae"], card: ["owner"], sandboxed: true, sampleSize: 100))

    init() {
        policies = [
            PolicyCase.prod: Policy(
                repository: "example.com/ml/models", signers: RepositoryPath("policies/allowed_signers"),
                accounts: ["bob-forge": PolicyCase.bob, "carol-forge": PolicyCase.carol],
                roles: [
                    "owner": [PolicyCase.alice, PolicyCase.dave], "risk": [PolicyCase.bob, PolicyCase.carol],
                    "oncall": [PolicyCase.alice],
                ], rules: [PolicyCase.rule])
        ]
        let own = CommitFacts(
            revision: PolicyCase.revision("2"), author: "Alice <alice@example.com>",
            committedAt: PolicyCase.time("2026-11-23T10:00:00.000Z"), subject: "move flights to 8",
            changedPaths: [PolicyCase.path], authenticity: .signed(by: PolicyCase.alice, key: "SHA256:alice"))
        unit = ChangeUnit(
            target: "main", base: PolicyCase.revision("1"), head: PolicyCase.revision("2"),
            tree: PolicyCase.content("a"), commits: [own],
            items: [ChangedItem(path: PolicyCase.path, resources: [ResourceID(.endpoint, PolicyCase.flights)])],
            manifests: [PolicyCase.path: PolicyCase.content("b").text],
            moves: [
                PinMove(
                    endpoint: PolicyCase.flights, model: PolicyCase.model, from: Endpoint.Pin(version: 7),
                    to: Endpoint.Pin(version: 8, digest: PolicyCase.digest("artefacts 8")))
            ])
        declare(tier: "high")
        register()
        approve(PolicyCase.bob)
    }

    // MARK: Changing it

    var policy: Policy {
        get { policies[PolicyCase.prod]! }
        set { policies[PolicyCase.prod] = newValue }
    }

    var rule: Policy.Rule {
        get { policy.rules[0] }
        set { policy.rules[0] = newValue }
    }

    var record: VersionRecord {
        get { recorded.versions[PolicyCase.model]![8]! }
        set { recorded.versions[PolicyCase.model]![8] = newValue }
    }

    /// The statement the person would sign now.
    func statement(_ person: Person) -> ApprovalStatement {
        ApprovalStatement(
            repository: policy.repository, target: unit.target, base: unit.base, tree: unit.tree,
            manifests: unit.manifests, versions: EvidenceDigests.versions(of: unit.moves, recorded),
            evidence: EvidenceDigests.current(for: unit.moves, recorded), meaning: "approved", person: person,
            signedAt: PolicyCase.time("2026-11-23T11:00:00.000Z"))
    }

    mutating func approve(_ person: Person, key: String? = nil) {
        let signed = Authenticity.signed(by: person, key: key ?? "SHA256:\(person)")
        unit.approvals.append(Approval(statement: statement(person), authenticity: signed))
    }

    /// A commit more, in order unless said otherwise.
    mutating func commit(
        _ digit: Character, by authenticity: Authenticity = .signed(by: PolicyCase.alice, key: "SHA256:alice"),
        _ subject: String = "more", touching paths: [RepositoryPath] = [PolicyCase.path],
        trailers: [String: String] = [:]
    ) {
        unit.commits.append(
            CommitFacts(
                revision: PolicyCase.revision(digit), author: "Mallory <mallory@example.com>", committedAt: now,
                subject: subject, trailers: trailers, changedPaths: paths, authenticity: authenticity))
    }

    mutating func touch(_ path: String, _ resources: [ResourceID] = []) {
        let path = RepositoryPath(path)!
        unit.items.append(ChangedItem(path: path, resources: resources))
        unit.commits[0].changedPaths.append(path)
    }

    mutating func declare(tier: String?, at head: String?? = nil) {
        base = PolicyCase.desired(tier: tier, "1")
        self.head = PolicyCase.desired(tier: head ?? tier, "2")
    }

    /// `serving` is the pin flights has in that state.
    static func desired(tier: String?, _ digit: Character, serving pin: Endpoint.Pin? = nil) -> DesiredState {
        let location = ManifestLocation(path: path, line: 1)
        let imported = Model.Origin.import(Model.Import(source: .file("/srv/flight-time")))
        let resources = [
            Resource(
                metadata: Metadata(name: model),
                spec: .model(Model(origin: imported, card: Model.Card(owner: "ml", riskTier: tier))), location: location
            ),
            Resource(
                metadata: Metadata(name: flights),
                spec: .endpoint(
                    Endpoint(
                        model: model, pin: pin,
                        runtime: .init(server: .mlserver(implementation: "sklearn", artefact: "model")))),
                location: location),
        ]
        var desired = DesiredState()
        _ = desired.apply(
            .init(
                revision: revision(digit), resources: Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })))
        return desired
    }

    // MARK: Judging it

    var judge: PolicyJudge {
        PolicyJudge(policies: policies.map { (name: $0.key, policy: $0.value) }, sandbox: sandbox)
    }

    func decide() -> PolicyDecision { judge.decide(unit, base: base, head: head, recorded: recorded, now: now) }

    var missing: [String] { decide().lacks.map(\.message) }
}

extension PolicyCase {
    /// Version 8: trained in bubblewrap, evaluated on 1,200 rows, its gate passed.
    mutating func register() {
        let gate = GateResult(
            gate: Model.Gate(metric: "mae", rule: .maximum(12)), measured: MetricValue(8.2), passed: true,
            sentence: "mae 8.2 is not above the maximum 12")
        recorded.versions[PolicyCase.model] = [
            8: VersionRecord(
                id: PolicyCase.version, artefacts: PolicyCase.digest("artefacts 8"), run: PolicyCase.run,
                recipe: RecipeID(PolicyCase.digest("recipe")), revision: PolicyCase.revision("0"),
                datasets: ["train": PolicyCase.digest("january")], evaluation: PolicyCase.evaluation,
                metrics: ["mae": 8.2, "bias": 0.1], gates: [gate],
                card: Model.Card(owner: "ml"))
        ]
        execute(PolicyCase.run, .training, RecipeID(PolicyCase.digest("recipe")), inputs: [:])
        let rows = InputOrder(digest: PolicyCase.digest("february"), format: .csv)
        execute(
            ExecutionID("eval-1f2e3d4c5b6a-1")!, .evaluation, PolicyCase.evaluation, inputs: ["test": rows])
        let order = SnapshotOrder(
            recipe: RecipeID(PolicyCase.digest("snapshot")), dataset: ResourceName("february")!,
            source: .file("/srv/february.csv"), format: .csv, columns: [], expectations: .init())
        let snapshot = SnapshotOutcome(digest: PolicyCase.digest("february"), size: 9, rows: 1200)
        intend(.snapshot(order), key: "snapshot")
        note(.completed(ActionKey("snapshot")!, .snapshot(snapshot)))
    }

    mutating func note(_ event: Event) {
        recorded.apply(
            LedgerEntry(sequence: recorded.next, time: now, cause: .schedule("test"), subject: nil, event: event))
    }

    private mutating func intend(_ action: Action, key: String) {
        note(.intended(ActionKey(key)!, action, Reason(.newerVersion, "test")))
    }

    /// How the run that made the version ended.
    mutating func finish(in sandbox: String) {
        var outcome = PolicyCase.outcome
        outcome.sandbox.kind = sandbox
        note(.executionFinished(PolicyCase.run, .training, RecipeID(PolicyCase.digest("recipe")), outcome))
    }

    private static let outcome = ExecutionOutcome(
        ending: .exited(code: 0), startedAt: time("2026-11-22T10:00:00.000Z"),
        finishedAt: time("2026-11-22T10:05:00.000Z"),
        sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "cgroup v2"),
        artefacts: digest("artefacts 8"))

    private mutating func execute(
        _ id: ExecutionID, _ purpose: Purpose, _ recipe: RecipeID, inputs: [String: InputOrder]
    ) {
        let order = ExecutionOrder(
            id: id, purpose: purpose, recipe: recipe, resource: ResourceID(.model, PolicyCase.model),
            revision: PolicyCase.revision("0"), code: RepositoryPath("training")!, codeTree: PolicyCase.content("c"),
            argv: ["python"], environment: nil, inputs: inputs, model: nil, parameters: [:], seed: 0,
            resources: Resources(), timeout: .minutes(1), network: false)
        intend(.execute(order), key: id.text)
        note(.executionFinished(id, purpose, recipe, PolicyCase.outcome))
    }
}
