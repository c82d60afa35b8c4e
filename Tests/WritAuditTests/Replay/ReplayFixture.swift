// A log whose decisions were really made: by the judge of policies, by the gates, and by the maker of statements.
import Foundation
import Synchronization
import WritAttestations
import WritLedger
import WritPlanner
import WritVocabulary

@testable import WritAudit

/// Builds entries in order and keeps the blobs they name.
struct ReplayFixture {
    static let origin = "writ.example/prod"
    static let start = Timestamp("2026-06-15T10:00:00.000Z")!
    static let model = ResourceName("flight-time")!
    static let endpoint = ResourceName("live")!
    static let tree = ContentID(String(repeating: "c", count: 40))!

    static func revision(_ digit: String) -> RevisionID { RevisionID(String(repeating: digit, count: 40))! }

    private(set) var entries: [LedgerEntry] = []
    private(set) var state = RecordedState()
    private(set) var blobs: [Digest: [UInt8]] = [:]
    /// What the repository declares; taken away by a test that wants it gone.
    var desired: [RevisionID: DesiredState] = [:]

    private var next: Timestamp { Self.start + .minutes(Int64(entries.count)) }

    mutating func record(_ event: Event) {
        let entry = LedgerEntry(
            sequence: Int64(entries.count), time: next, cause: .schedule("test"), subject: nil, event: event)
        entries.append(entry)
        state.apply(entry)
    }

    mutating func keep(_ bytes: [UInt8]) -> Digest {
        let digest = Digest(of: bytes)
        blobs[digest] = bytes
        return digest
    }

    mutating func forget(_ digest: Digest) { blobs[digest] = nil }

    /// The sources as the shell would give them.
    var sources: ReplaySources {
        let (blobs, desired) = (blobs, desired)
        return ReplaySources(origin: Self.origin, blob: { digest, _ in blobs[digest] }, desired: { desired[$0] })
    }

    func replayed(_ wanted: Set<Int64>? = nil, _ change: (inout LedgerEntry) -> Void = { _ in }) throws -> Replayer {
        var replayer = Replayer(wanted, sources: sources)
        for entry in entries {
            var entry = entry
            change(&entry)
            try replayer.add(entry)
        }
        return replayer
    }

    // MARK: - The story

    static let gates = [
        Model.Gate(metric: "mae", rule: .maximum(MetricValue("13")!)),
        Model.Gate(
            metric: "rmse", rule: .noWorseThanChampion(goal: .minimize, margin: MetricValue("0.5")!, endpoint: nil)),
    ]

    /// Version 7 is on record; version 8 is evaluated, judged, registered and attested; its promotion is held for want
    /// of an approval, and then allowed.
    init(tier: String? = "high") throws {
        record(.controllerStarted(version: "1.2.3"))
        let seven = try version(7, metrics: ["mae": "12.9", "rmse": "20"])
        _ = try register(seven, compared: nil)
        let eight = try version(8, metrics: ["mae": "12.4", "rmse": "20.25"])
        let record = try register(eight, compared: 7)
        try attest(record)
        try promote(record, tier: tier)
    }

    struct Candidate {
        var number: Int
        var manifest: ArtefactManifest
        var artefacts: Digest
        var training: AttestationOrder.ExecutionFacts
        var evaluation: AttestationOrder.ExecutionFacts
    }

    private mutating func version(_ number: Int, metrics: [String: String]) throws -> Candidate {
        let file = keep(Array("model \(number)".utf8))
        let manifest = ArtefactManifest(files: [.init(path: "model.json", digest: file, size: 7)])
        let artefacts = keep(Array(try Canonical.encode(manifest)))
        let recipe = RecipeID(Digest(of: Array("training \(number)".utf8)))
        let training = execute(.training, recipe, model: nil, artefacts: artefacts, metrics: [:])
        let evaluating = EvaluationRecipe(
            artefacts: artefacts, code: Self.tree, argv: ["python", "main.py"], environment: nil,
            inputs: ["rows": Digest(of: Array("rows".utf8))], network: false)
        let evaluation = execute(
            .evaluation, try evaluating.id, model: artefacts, artefacts: Digest(of: Array("report".utf8)),
            metrics: metrics.compactMapValues { MetricValue($0) })
        return Candidate(
            number: number, manifest: manifest, artefacts: artefacts, training: training, evaluation: evaluation)
    }

    private mutating func execute(
        _ purpose: Purpose, _ recipe: RecipeID, model: Digest?, artefacts: Digest, metrics: [String: MetricValue]
    ) -> AttestationOrder.ExecutionFacts {
        let order = ExecutionOrder(
            id: ExecutionID(purpose, of: recipe.digest, attempt: 1), purpose: purpose, recipe: recipe,
            resource: ResourceID(.model, Self.model), revision: Self.revision("1"), code: RepositoryPath("train")!,
            codeTree: Self.tree, argv: ["python", "main.py"], environment: nil,
            inputs: ["rows": InputOrder(digest: Digest(of: Array("rows".utf8)), format: .csv)], model: model,
            parameters: [:], seed: 1, resources: Resources(), timeout: .minutes(5), network: false)
        let action = Action.execute(order)
        record(.intended(action.key, action, Reason(.recipeIsNew, "new")))
        record(.completed(action.key, .started))
        let outcome = ExecutionOutcome(
            ending: .exited(code: 0), startedAt: next, finishedAt: next + .minutes(1),
            sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "rlimit"), artefacts: artefacts,
            metrics: metrics)
        record(.executionFinished(order.id, purpose, recipe, outcome))
        return AttestationOrder.ExecutionFacts(order: order, outcome: outcome)
    }

    /// Judged by the gates themselves.
    private mutating func register(_ candidate: Candidate, compared: Int?) throws -> AttestationOrder.VersionFacts {
        let gates = Self.gates.map { gate in
            var version: VersionID?
            if case .noWorseThanChampion = gate.rule { version = compared.map { VersionID(Self.model, $0) } }
            return GateResult(gate: gate, measured: nil, championVersion: version, passed: false, sentence: "")
        }
        let wanted = Judgement(
            id: Digest(of: [UInt8]()), model: Self.model, run: candidate.training.order.id,
            artefacts: candidate.artefacts, evaluation: candidate.evaluation.order.recipe, results: gates)
        let champions = compared.flatMap { state.versions[Self.model]?[$0] }.map { [$0.id: $0.metrics] } ?? [:]
        let judgement = try wanted.remade(candidate: candidate.evaluation.outcome.metrics, champions: champions)
        record(.judged(judgement))
        let version = VersionRecord(
            id: VersionID(Self.model, candidate.number), artefacts: candidate.artefacts,
            run: candidate.training.order.id, recipe: candidate.training.order.recipe, revision: Self.revision("1"),
            datasets: candidate.training.order.inputs.mapValues(\.digest),
            evaluation: candidate.evaluation.order.recipe, metrics: candidate.evaluation.outcome.metrics,
            gates: judgement.results, card: nil)
        let action = Action.register(RegistrationOrder(version: version))
        record(.intended(action.key, action, Reason(.gatesPassed, "passed")))
        record(.completed(action.key, .registered(version)))
        return AttestationOrder.VersionFacts(
            version: version, training: candidate.training, evaluation: candidate.evaluation)
    }

    private mutating func attest(_ facts: AttestationOrder.VersionFacts) throws {
        let order = AttestationOrder.version(facts)
        record(.intended(order.key, .attest(order), Reason(.versionRegistered, "registered")))
        let blobs = blobs
        let evidence = try StatementEvidence.gather(for: order) { digest, _ in blobs[digest] ?? [] }
        let drafts = try Statements.make(
            order, by: BuilderIdentity(origin: Self.origin, version: "1.2.3"), evidence: evidence)
        let signer = AttestationSigner(seed: [UInt8](repeating: 3, count: 32))!
        let made = try drafts.map { draft in
            Attestation(
                kind: draft.kind,
                blob: keep(try Envelope(signing: draft.payload, by: [signer]).encoded()), key: signer.key.id)
        }
        record(.completed(order.key, .attested(made)))
    }

    // MARK: - The promotion

    private mutating func promote(_ facts: AttestationOrder.VersionFacts, tier: String?) throws {
        let policy = Policy(
            repository: "example.com/models",
            roles: ["risk": [somebody("anna")]],
            rules: [
                Policy.Rule(
                    name: "serving", paths: [PathPattern("endpoints/**")!], tiers: tier.map { [$0] } ?? [],
                    signed: true, approvals: [Policy.ApprovalDemand(count: 1, role: "risk")],
                    evidence: Policy.EvidenceDemand(gates: ["mae"], attested: true))
            ])
        let (base, head) = (Self.revision("1"), Self.revision("2"))
        desired[base] = declared(base, pin: 7, tier: tier, policy)
        desired[head] = declared(head, pin: 8, tier: tier, policy)
        record(
            .revisionAccepted(base, previous: nil, changed: [ResourceID(.endpoint, Self.endpoint)], count: 1))
        let held = try decide(facts.version, policy, approvals: [])
        record(.changeHeld(held))
        let statement = ApprovalStatement(
            repository: policy.repository, target: "main", base: base, tree: Self.tree, manifests: [:],
            versions: [facts.version.id: facts.version.artefacts],
            evidence: EvidenceDigests.current(for: facts.version.id, state), meaning: "approved",
            person: somebody("anna"), signedAt: next)
        let approval = Approval(
            statement: statement, authenticity: .signed(by: somebody("anna"), key: "SHA256:anna"))
        record(.changeAllowed(try decide(facts.version, policy, approvals: [approval])))
        record(
            .revisionAccepted(head, previous: base, changed: [ResourceID(.endpoint, Self.endpoint)], count: 1))
        record(.planned(Digest(of: Array("plan".utf8)), actions: 1, judgements: 0))
    }

    private func declared(_ revision: RevisionID, pin: Int, tier: String?, _ policy: Policy) -> DesiredState {
        let place = ManifestLocation(path: RepositoryPath("endpoints/live.yaml")!, line: 1)
        let training = Model.Training(command: Command(code: Code(path: RepositoryPath("train")!), argv: ["x"]))
        let specs: [(ResourceName, Resource.Spec)] = [
            (Self.model, .model(Model(origin: .training(training), card: Model.Card(riskTier: tier)))),
            (
                Self.endpoint,
                .endpoint(
                    Endpoint(
                        model: Self.model, pin: .init(version: pin),
                        runtime: Endpoint.Runtime(server: .command(argv: ["serve"], code: nil))))
            ),
            (ResourceName("prod")!, .policy(policy)),
        ]
        let resources = specs.map { Resource(metadata: Metadata(name: $0), spec: $1, location: place) }
        var state = DesiredState()
        _ = state.apply(
            DesiredState.Change(
                revision: revision, resources: Dictionary(resources.map { ($0.id, $0) }) { first, _ in first }))
        return state
    }

    private mutating func decide(
        _ version: VersionRecord, _ policy: Policy, approvals: [Approval]
    ) throws -> JudgedChange {
        let (base, head) = (Self.revision("1"), Self.revision("2"))
        let path = RepositoryPath("endpoints/live.yaml")!
        let commit = CommitFacts(
            revision: head, parents: [base], author: "Ben", committedAt: Self.start, subject: "live: version 8",
            changedPaths: [path], authenticity: .signed(by: somebody("ben"), key: "SHA256:ben"))
        let unit = ChangeUnit(
            target: "main", base: base, head: head, tree: Self.tree, commits: [commit],
            items: [ChangedItem(path: path, resources: [ResourceID(.endpoint, Self.endpoint)])],
            moves: [
                PinMove(
                    endpoint: Self.endpoint, model: Self.model, from: .init(version: 7),
                    to: .init(version: 8, digest: version.artefacts))
            ], approvals: approvals)
        let name = ResourceName("prod")!
        let decision = PolicyJudge(policies: [(name, policy)]).decide(
            unit, base: desired[base]!, head: desired[head]!, recorded: state, now: next)
        let review = PolicyReview(unit: unit, policies: [name: policy], decision: decision, at: next)
        let lacks = decision.lacks
        return JudgedChange(
            base: base, head: head, verdict: decision.verdict, missing: lacks.map(\.message),
            missingCount: lacks.count, authors: [somebody("ben")], approvers: decision.approvers, until: decision.until,
            evidence: keep(Array(try Canonical.encode(review))))
    }
}
