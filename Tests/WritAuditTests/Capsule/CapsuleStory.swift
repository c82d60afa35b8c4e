// The story the capsule's fixture tells: trained, evaluated, registered, attested, approved, accepted, served.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

@testable import WritAttestations
@testable import WritAudit
@testable import WritLedger

struct CapsuleStory {
    let fixture: CapsuleFixture
    let records: Records
    let blobs: FileBlobStore
    let attestor = AttestationSigner(seed: [UInt8](repeating: 5, count: 32))!
    let witness = CosignerKey(name: "witness.example/w1", seed: [UInt8](repeating: 7, count: 32))!
    let signer = NoteSigner(name: CapsuleFixture.origin, seed: [UInt8](repeating: 1, count: 32))!
    let next = NoteSigner(name: CapsuleFixture.origin, seed: [UInt8](repeating: 2, count: 32))!
    let base: RevisionID
    let head: RevisionID
    let middle: RevisionID
    let tree: ContentID
    private(set) var artefacts = Digest(of: [UInt8]())
    private(set) var approval: AuditCapsule.SignedApproval?
    private(set) var review: PolicyReview?

    private var wish: CapsuleWish { fixture.wish }
    private var pem: String { attestor.key.pem }

    init(_ fixture: CapsuleFixture) throws {
        self.fixture = fixture
        records = try Records(data: fixture.folder + "/data", signer: signer)
        blobs = try FileBlobStore(directory: fixture.folder + "/data/blobs")
        (base, middle, head, tree) = try CapsuleStory.makeRepository(fixture)
        try tell()
    }

    private static func makeRepository(_ f: CapsuleFixture) throws -> (RevisionID, RevisionID, RevisionID, ContentID) {
        let (anna, ben) = (try f.newKey("anna"), try f.newKey("ben"))
        let mallory = try f.newKey("mallory")
        let until = f.wish.isAuthorExpired ? ",valid-before=\"20260601Z\"" : ""
        let signers = """
            # who signs
            anna@example.com namespaces="git,writ-approval",valid-after="20260101Z" \(anna)
            ben@example.com namespaces="git"\(until) \(ben) Ben's laptop
            """
        try f.write(Array(signers.utf8), to: "repo/.writ/signers/allowed_signers")
        try f.write(Array("\(mallory)\n".utf8), to: "repo/.writ/revoked")
        try f.write(Array("version: 7\n".utf8), to: "repo/endpoints/live.yaml")
        try f.git("init", "-q", "-b", "main", ".")
        try f.git("add", ".")
        try f.git("commit", "-q", "-m", "begin")
        let base = try f.git("rev-parse", "HEAD")
        try f.write(Array("notes\n".utf8), to: "repo/notes.md")
        try f.git("add", ".")
        try f.git("commit", "-q", "-S", "-m", "notes on version 8")
        let middle = try f.git("rev-parse", "HEAD")
        try f.write(Array("version: 8\n".utf8), to: "repo/endpoints/live.yaml")
        try f.git("commit", "-q", "-S", "-a", "-m", "live: version 8")
        return (
            RevisionID(base)!, RevisionID(middle)!, RevisionID(try f.git("rev-parse", "HEAD"))!,
            ContentID(try f.git("rev-parse", "HEAD^{tree}"))!
        )
    }

    // MARK: - Entries

    private func at(_ minutes: Int64) -> Timestamp { CapsuleFixture.start + .minutes(minutes) }

    private func record(_ minutes: Int64, _ events: Event..., subject: ResourceID? = nil) throws {
        try records.append(
            events.map { EntryDraft(time: at(minutes), cause: .commit(head), subject: subject, event: $0) })
    }

    private mutating func tell() throws {
        let run = ExecutionID(.training, of: Digest(of: Array("recipe".utf8)), attempt: 1)
        let evaluation = ExecutionID(.evaluation, of: Digest(of: Array("evaluation".utf8)), attempt: 1)
        let manifest = ArtefactManifest(files: [
            .init(path: "model.json", digest: try blobs.put(Array("model".utf8)), size: 5),
            .init(path: "columns/names.txt", digest: try blobs.put(Array("names".utf8)), size: 5),
        ])
        artefacts = try blobs.put(Array(try Canonical.encode(manifest)))
        try record(0, .controllerStarted(version: "test"))
        try record(
            1,
            .revisionAccepted(base, previous: nil, changed: [ResourceID(.endpoint, CapsuleFixture.endpoint)], count: 1))
        try record(2, .driftFound("a process nobody started"))
        let trained = try execute(run, .training, model: nil, artefacts, metrics: ["loss": "0.5"])
        let evaluated = try execute(evaluation, .evaluation, model: artefacts, nil, metrics: ["mae": "12.4"])
        let gate = Model.Gate(metric: "mae", rule: .maximum(MetricValue("13")!))
        let result = GateResult(
            gate: gate, measured: MetricValue("12.4"), passed: true, sentence: "mae 12.4 is not above the maximum 13")
        try record(
            20,
            .judged(
                Judgement(
                    id: Digest(of: Array("j".utf8)), model: CapsuleFixture.model, run: run, artefacts: artefacts,
                    evaluation: evaluated.recipe, results: [result])))
        let version = VersionRecord(
            id: CapsuleFixture.version, artefacts: artefacts, run: run, recipe: trained.recipe, revision: base,
            datasets: trained.inputs.mapValues(\.digest), evaluation: evaluated.recipe,
            metrics: ["mae": MetricValue("12.4")!], gates: [result], card: nil)
        try act(21, .register(RegistrationOrder(version: version)), .registered(version))
        let made = try attest(
            23,
            .version(
                AttestationOrder.VersionFacts(
                    version: version, training: try facts(trained), evaluation: try facts(evaluated))))
        _ = try records.rotate(
            to: next, actor: "olga", reason: "yearly", at: at(30), install: {})
        try change()
        try serve(made)
        if wish.servesAgainUnjudged { try serveAgain() }
        try record(90, .driftFound("another one"))
        try records.sync()
    }

    private func act(_ minutes: Int64, _ action: Action, _ result: ActionResult) throws {
        try record(minutes, .intended(action.key, action, Reason(.contentChanged, "it changed")))
        try record(minutes + 1, .completed(action.key, result))
    }

    private func facts(_ order: ExecutionOrder) throws -> AttestationOrder.ExecutionFacts {
        let outcome = try #require(records.state.executions[order.id]?.outcome)
        return AttestationOrder.ExecutionFacts(order: order, outcome: outcome)
    }

    private func execute(
        _ id: ExecutionID, _ purpose: Purpose, model: Digest?, _ artefacts: Digest?, metrics: [String: String]
    ) throws -> ExecutionOrder {
        let order = ExecutionOrder(
            id: id, purpose: purpose, recipe: RecipeID(Digest(of: Array(id.text.utf8))),
            resource: ResourceID(.model, CapsuleFixture.model), revision: base, code: RepositoryPath("train")!,
            codeTree: tree, argv: ["python", "main.py"], environment: nil,
            inputs: ["train": InputOrder(digest: Digest(of: Array("rows".utf8)), format: .csv)], model: model,
            parameters: [:], seed: 1, resources: Resources(), timeout: .minutes(5), network: false)
        try act(purpose == .training ? 5 : 10, .execute(order), .started)
        let outcome = ExecutionOutcome(
            ending: .exited(code: 0), startedAt: at(5), finishedAt: at(15),
            sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "rlimit"),
            artefacts: artefacts ?? Digest(of: Array("report".utf8)),
            metrics: metrics.compactMapValues { MetricValue($0) })
        try record(15, .executionFinished(id, purpose, order.recipe, outcome))
        return order
    }

    // MARK: - Attestations

    /// Statements as Writ makes them, signed and kept.
    private func attest(_ minutes: Int64, _ order: AttestationOrder) throws -> [Attestation] {
        try record(minutes, .intended(order.key, .attest(order), Reason(.versionRegistered, "registered")))
        let evidence = try StatementEvidence.gather(for: order) { try blobs.read($0, limit: $1) }
        let builder = BuilderIdentity(origin: CapsuleFixture.origin, version: "test")
        let made = try Statements.make(order, by: builder, evidence: evidence).map { draft in
            var payload = draft.payload
            if wish.isAttestedElsewhere {
                let text = String(decoding: payload, as: UTF8.self)
                payload = Array(text.replacing(artefacts.hex, with: base.text + String(base.text.prefix(24))).utf8)
            }
            let envelope =
                draft.kind == .signature
                ? try ModelBundle(signing: payload, by: attestor).encoded()
                : try Envelope(signing: payload, by: [attestor]).encoded()
            return Attestation(kind: draft.kind, blob: try blobs.put(envelope), key: attestor.key.id)
        }
        try record(minutes + 1, .completed(order.key, .attested(made)))
        return made
    }

    // MARK: - The change

    private mutating func change() throws {
        let statement = ApprovalStatement(
            repository: "example.com/models", target: "main", base: wish.isApprovalOfAnotherBase ? middle : base,
            tree: tree,
            manifests: [:],
            versions: [
                CapsuleFixture.version: wish.isApprovalOfAnotherVersion ? Digest(of: Array("x".utf8)) : artefacts
            ],
            evidence: [:], meaning: "approved", person: somebody("anna"), signedAt: at(62))
        let bytes = Array(try Canonical.encode(statement))
        approval = AuditCapsule.SignedApproval(
            statement: bytes,
            signature: try fixture.sign(bytes, as: wish.approvalKey, namespace: wish.approvalNamespace))
        let anna = Authenticity.signed(by: somebody("anna"), key: try fixture.fingerprint("anna"))
        let ben = Authenticity.signed(by: somebody("ben"), key: try fixture.fingerprint("ben"))
        let commits = [(middle, base), (head, middle)].map { revision, parent in
            CommitFacts(
                revision: revision, parents: [parent], author: "Ben Example <ben@example.com>", committedAt: at(60),
                subject: "s", changedPaths: [RepositoryPath("endpoints/live.yaml")!], authenticity: ben)
        }
        let unit = ChangeUnit(
            target: "main", base: base, head: head, tree: tree, commits: commits,
            items: [ChangedItem(path: RepositoryPath("endpoints/live.yaml")!)],
            moves: [
                PinMove(
                    endpoint: CapsuleFixture.endpoint, model: CapsuleFixture.model, from: .init(version: 7),
                    to: .init(version: wish.movesTo, digest: artefacts))
            ], approvals: [Approval(statement: statement, authenticity: anna)])
        let policy = Policy(
            repository: "example.com/models", signers: RepositoryPath(".writ/signers/allowed_signers"),
            revoked: RepositoryPath(".writ/revoked"))
        let review = PolicyReview(
            unit: unit, policies: [ResourceName("prod")!: policy],
            decision: PolicyDecision(verdict: .allowed, rules: [], approvers: [somebody("anna")]), at: at(65))
        let evidence = try blobs.put(Array(try Canonical.encode(review)))
        self.review = review
        try record(
            65,
            .changeAllowed(
                JudgedChange(
                    base: base, head: head, verdict: .allowed, authors: [somebody("ben")],
                    approvers: [somebody("anna")], evidence: evidence)),
            .revisionAccepted(
                head, previous: base, changed: [ResourceID(.endpoint, CapsuleFixture.endpoint)], count: 1))
    }

    private func serve(_ attestations: [Attestation]) throws {
        let replica = ReplicaID(CapsuleFixture.deployment, ordinal: 0, generation: 0)
        let route = RoutingTable.Route(
            endpoint: CapsuleFixture.endpoint,
            targets: [
                .init(
                    version: CapsuleFixture.version, weight: 100, deployment: CapsuleFixture.deployment,
                    replicas: [.init(replica: replica, host: "127.0.0.1", port: 4000)])
            ])
        try act(70, .publish(RoutingChange(number: 1, routes: [route])), .published(number: 1))
        let facts = AttestationOrder.DeploymentFacts(
            endpoint: CapsuleFixture.endpoint, deployment: CapsuleFixture.deployment, version: CapsuleFixture.version,
            artefacts: artefacts, revision: head, at: at(71), change: records.state.source.allowed,
            attestations: attestations)
        _ = try attest(75, .deployment(facts))
    }

    static let away = RevisionID(String(repeating: "5e", count: 20))!
    static let again = RevisionID(String(repeating: "6f", count: 20))!

    private func serveAgain() throws {
        let endpoint = ResourceID(.endpoint, CapsuleFixture.endpoint)
        let other = VersionID(CapsuleFixture.model, 7)
        let times: [(RevisionID, VersionID, DeploymentID, Int64)] = [
            (Self.away, other, DeploymentID("live-000000000007")!, 80),
            (Self.again, CapsuleFixture.version, CapsuleFixture.deployment, 84),
        ]
        for (number, (revision, version, deployment, minutes)) in times.enumerated() {
            try record(minutes, .revisionAccepted(revision, previous: nil, changed: [endpoint], count: 1))
            let target = RoutingTable.Target(
                version: version, weight: 100, deployment: deployment,
                replicas: [
                    .init(
                        replica: ReplicaID(deployment, ordinal: 0, generation: number), host: "127.0.0.1", port: 4001)
                ])
            let change = RoutingChange(
                number: Int64(number + 2), routes: [.init(endpoint: CapsuleFixture.endpoint, targets: [target])])
            try act(minutes + 1, .publish(change), .published(number: Int64(number + 2)))
        }
    }

    // MARK: - The capsule

    var ledgerReader: LedgerReader {
        LedgerReader(directory: Records.ledgerPath(in: fixture.folder + "/data"), verifier: next.verifier)
    }

    func capsule() throws -> AuditCapsule {
        let view = try ledgerReader.view()
        var entries: [LedgerEntry] = []
        try view.forEachEntry(in: 0..<view.size) { entry, _ in
            entries.append(entry)
            return true
        }
        let approval = approval
        var sources = CapsuleSources(
            view: view, ledgerKey: next.verifier.vkey, blob: { try? blobs.read($0, limit: $1) },
            object: { id, _ in try fixture.object(id) }, approvals: { _ in approval.map { [$0] } ?? [] })
        let cosigned = view.signed.note.adding([try witness.cosignature(of: view.signed.note.text, at: at(91))])
        let policy = try WitnessPolicy(Array("witness w1 \(witness.verifier.vkey)\nquorum w1\n".utf8))
        try sources.prove(
            under: SignedCheckpoint(cosigned.bytes, verifier: next.verifier), of: view, by: policy)
        sources.attestationKeys = [pem]
        let builder = try CapsuleBuilder(trail: AuditTrail(entries), sources: sources)
        return try builder.capsule(of: CapsuleFixture.version, on: CapsuleFixture.endpoint)
    }
}
