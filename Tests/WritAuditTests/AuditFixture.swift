// One ledger that the tests of all audit questions are told from: its names, times and the parts of its story.
import WritAudit
import WritVocabulary

/// An endpoint goes from version 1 to 2, is found to have wrong bytes, goes back, and is settled in an emergency.
///
/// The story is in `AuditFixture+story.swift`, a chapter a function; minutes count from ``start``.
enum AuditFixture {
    static let origin = "example.com/ledger"
    static let start = Timestamp("2026-03-02T08:00:00.000Z")!

    /// `minutes` after the start.
    static func at(_ minutes: Int64) -> Timestamp { start + .minutes(minutes) }
    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }
    static func revision(_ digit: String) -> RevisionID { RevisionID(String(repeating: digit, count: 20))! }
    static func content(_ digit: String) -> ContentID { ContentID(String(repeating: digit, count: 20))! }

    // MARK: Resources

    static let train = ResourceID(.dataset, ResourceName("flights-train")!)
    static let test = ResourceID(.dataset, ResourceName("flights-test")!)
    static let model = ResourceID(.model, ResourceName("flight-time")!)
    static let endpoint = ResourceID(.endpoint, ResourceName("flights")!)
    static let policy = ResourceID(.policy, ResourceName("production")!)
    static let one = VersionID(model.name, 1)
    static let two = VersionID(model.name, 2)

    // MARK: People and keys

    static let alice = Person("alice@example.com")!
    static let bob = Person("bob@example.com")!
    static let carol = Person("carol@example.com")!
    static let dave = Person("dave@example.com")!
    static let aliceKey = "SHA256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    static let bobKey = "SHA256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    static let carolKey = "SHA256:ccccccccccccccccccccccccccccccccccccccccccc"
    static let daveKey = "SHA256:ddddddddddddddddddddddddddddddddddddddddddd"
    static let oldLedgerKey = "example.com/ledger+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let newLedgerKey = "example.com/ledger+f07ce77c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    static let attestationKey = digest("attestation key")

    // MARK: Revisions

    /// Declares everything; nothing is pinned yet. The operator's beginning: no policy judged it.
    static let first = revision("1a")
    /// Pins version 1.
    static let pinsOne = revision("2b")
    /// Deeper trees: another run.
    static let deeper = revision("3c")
    /// Pins version 2; held for an approval first.
    static let pinsTwo = revision("4d")
    /// Does not parse.
    static let broken = revision("5e")
    /// By somebody without a key.
    static let unsigned = revision("6f")
    /// Pins version 1 again, past the approvals.
    static let emergency = revision("7a")
    /// Another rule in the policy.
    static let stricter = revision("8b")
    /// Does not descend from what was accepted.
    static let forced = revision("9c")

    static let codeTree = content("c0")
    static let requirements = content("d1")
    static let requirementsText = "numpy==2.1.0 --hash=sha256:00\nscikit-learn==1.5.2 --hash=sha256:01\n"

    // MARK: Runs

    static let recipeOne = RecipeID(digest("recipe 1"))
    static let recipeTwo = RecipeID(digest("recipe 2"))
    static let runOne = ExecutionID(.training, of: recipeOne.digest, attempt: 1)
    static let runTwoLost = ExecutionID(.training, of: recipeTwo.digest, attempt: 1)
    static let runTwo = ExecutionID(.training, of: recipeTwo.digest, attempt: 2)

    static func artefacts(_ version: Int) -> Digest { digest("artefacts \(version)") }
    static func evaluation(_ version: Int) -> RecipeID { RecipeID(digest("evaluation \(version)")) }
    static func evaluationRun(_ version: Int) -> ExecutionID {
        ExecutionID(.evaluation, of: evaluation(version).digest, attempt: 1)
    }

    static func run(_ id: ExecutionID, _ recipe: RecipeID, _ revision: RevisionID, depth: Int64) -> ExecutionOrder {
        ExecutionOrder(
            id: id, purpose: .training, recipe: recipe, resource: model, revision: revision,
            code: RepositoryPath("training")!, codeTree: codeTree, argv: ["python", "train.py"],
            environment: LockedEnvironment(python: "3.11", requirements: requirements),
            inputs: ["train": InputOrder(digest: digest("flights-train"), format: .csv)], model: nil,
            parameters: ["depth": .integer(depth)], seed: 7, resources: Resources(), timeout: .minutes(60),
            network: false)
    }

    static func evaluationOrder(_ version: Int, _ revision: RevisionID) -> ExecutionOrder {
        ExecutionOrder(
            id: evaluationRun(version), purpose: .evaluation, recipe: evaluation(version), resource: model,
            revision: revision, code: RepositoryPath("evaluation")!, codeTree: content("c1"),
            argv: ["python", "evaluate.py"],
            environment: LockedEnvironment(python: "3.11", requirements: requirements),
            inputs: ["test": InputOrder(digest: digest("flights-test"), format: .csv)], model: artefacts(version),
            parameters: [:], seed: 0, resources: Resources(), timeout: .minutes(10), network: false)
    }

    static func outcome(_ ending: Ending, _ from: Int64, _ to: Int64, version: Int?, mae: Double? = nil)
        -> ExecutionOutcome
    {
        ExecutionOutcome(
            ending: ending, startedAt: at(from), finishedAt: at(to),
            sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "cgroup v2"),
            artefacts: version.map(artefacts), metrics: mae.flatMap { MetricValue($0) }.map { ["mae": $0] } ?? [:])
    }

    // MARK: Versions

    static let gate = Model.Gate(metric: "mae", rule: .maximum(MetricValue(8.0)!))
    static let comparing = Model.Gate(
        metric: "mae", rule: .noWorseThanChampion(goal: .minimize, margin: MetricValue(0.0)!, endpoint: endpoint.name))

    static func results(_ version: Int) -> [GateResult] {
        guard version == 2 else {
            return [
                GateResult(gate: gate, measured: MetricValue(7.5), passed: true, sentence: "mae 7.5 is at most 8")
            ]
        }
        return [
            GateResult(gate: gate, measured: MetricValue(6.9), passed: true, sentence: "mae 6.9 is at most 8"),
            GateResult(
                gate: comparing, measured: MetricValue(6.9), champion: MetricValue(7.5), championVersion: one,
                passed: true, sentence: "mae 6.9 is no worse than 7.5 of version 1"),
        ]
    }

    static func judgement(_ version: Int) -> Judgement {
        Judgement(
            id: digest("judgement \(version)"), model: model.name, run: version == 1 ? runOne : runTwo,
            artefacts: artefacts(version), evaluation: evaluation(version), results: results(version))
    }

    static func record(_ version: Int) -> VersionRecord {
        VersionRecord(
            id: VersionID(model.name, version), artefacts: artefacts(version), run: version == 1 ? runOne : runTwo,
            recipe: version == 1 ? recipeOne : recipeTwo, revision: version == 1 ? first : deeper,
            datasets: ["train": digest("flights-train")], evaluation: evaluation(version),
            metrics: ["mae": MetricValue(version == 1 ? 7.5 : 6.9)!], gates: results(version),
            card: Model.Card(
                intendedUse: "planning of crews", limits: "flights within Europe", owner: "flights@example.com",
                riskTier: "high"),
            formats: ArtefactFindings(of: [ArtefactFinding(path: "model.onnx", format: .onnx)]))
    }

    // MARK: Serving

    static func deployment(_ version: Int) -> DeploymentID {
        DeploymentID(endpoint: endpoint.name, content: digest("deployment \(version)"))
    }

    static func replica(_ version: Int, generation: Int = 0) -> ReplicaID {
        ReplicaID(deployment(version), ordinal: 0, generation: generation)
    }

    static func replicaOrder(_ version: Int, generation: Int = 0) -> ReplicaOrder {
        ReplicaOrder(
            id: replica(version, generation: generation), endpoint: endpoint.name,
            version: VersionID(model.name, version), artefacts: artefacts(version),
            server: .command(argv: ["serve"], code: nil), codeTree: nil,
            environment: LockedEnvironment(python: "3.11", requirements: requirements), resources: Resources(),
            health: Endpoint.Health())
    }

    /// Version and weight of each target, and the generation of its replica.
    static func route(_ targets: [(version: Int, weight: Int, generation: Int)]) -> RoutingTable.Route {
        RoutingTable.Route(
            endpoint: endpoint.name,
            targets: targets.map { target in
                RoutingTable.Target(
                    version: VersionID(model.name, target.version), weight: target.weight,
                    deployment: deployment(target.version),
                    replicas: [
                        RoutingTable.Address(
                            replica: replica(target.version, generation: target.generation), host: "127.0.0.1",
                            port: 20_000 + target.version * 10 + target.generation)
                    ])
            })
    }

    static func attestations(_ version: Int) -> [Attestation] {
        [.provenance, .tests, .signature].map { kind in
            Attestation(
                kind: kind, blob: digest("\(kind.rawValue) of version \(version)"), key: attestationKey)
        }
    }

    // MARK: The ledger

    static let entries: [LedgerEntry] = story().enumerated().map { index, part in
        LedgerEntry(
            sequence: Int64(index), time: at(part.minutes), cause: part.cause, subject: part.subject,
            event: part.event)
    }

    static let trail = AuditTrail(entries)

    /// The trail of the first `size` entries.
    static func trail(_ size: Int) -> AuditTrail { AuditTrail(entries.prefix(size)) }

    /// The first entry an event of which satisfies the condition: tests cite by what happened, not by number.
    static func sequence(where holds: (Event) -> Bool) -> Int64? { entries.first { holds($0.event) }?.sequence }

    /// The blobs that judged changes name, by digest.
    static let reviews: [Digest: PolicyReview] = [
        "review of 2b": review(pinsOne, base: first, to: 1, [alice: aliceKey], [bob: bobKey]),
        "review of 4d": review(pinsTwo, base: deeper, to: 2, [alice: aliceKey], [bob: bobKey, carol: carolKey]),
        "review of 7a": review(emergency, base: pinsTwo, to: 1, [dave: daveKey], [:]),
    ].reduce(into: [:]) { $0[digest($1.key)] = $1.value }

    private static func review(
        _ head: RevisionID, base: RevisionID, to version: Int, _ authors: [Person: String],
        _ approvers: [Person: String]
    ) -> PolicyReview {
        let path = RepositoryPath("endpoints/flights.yaml")!
        let tree = ContentID(head.text)!
        let approvals = approvers.sorted { $0.key < $1.key }.map { person, key in
            Approval(
                statement: ApprovalStatement(
                    repository: "example.com/ml", target: "main", base: base, tree: tree,
                    manifests: [path: content("e0").text],
                    versions: [VersionID(model.name, version): artefacts(version)],
                    evidence: ["\(model.name):\(version)/judgement": digest("judgement \(version)")],
                    meaning: "approved", person: person, signedAt: start),
                authenticity: .signed(by: person, key: key))
        }
        let commits = authors.sorted { $0.key < $1.key }.map { person, key in
            CommitFacts(
                revision: head, parents: [base], author: "\(person)", committedAt: start,
                subject: "flights: version \(version)", changedPaths: [path],
                authenticity: .signed(by: person, key: key))
        }
        return PolicyReview(
            unit: ChangeUnit(
                target: "main", base: base, head: head, tree: tree, commits: commits,
                items: [ChangedItem(path: path, resources: [endpoint])], manifests: [path: content("e0").text],
                moves: [
                    PinMove(
                        endpoint: endpoint.name, model: model.name, from: nil,
                        to: Endpoint.Pin(version: version, digest: artefacts(version)))
                ], approvals: approvals),
            policies: [:], decision: PolicyDecision(verdict: .allowed, rules: [], approvers: approvers.keys.sorted()),
            at: start)
    }
}

extension AuditFixture {
    /// What a shell that can read everything hands over.
    static let material = AuditMaterial(
        origin: origin, root: digest("root").hex, reviews: reviews, texts: [requirements: requirementsText],
        ledgerKey: oldLedgerKey)

    /// Canonical bytes of every entry, each with a proof that looks like one.
    static func proofs() throws -> ReportProofs {
        let checkpoint =
            "\(origin)\n\(entries.count)\nYws+eMafCyqn6iF+hiMz0HoiQbof4bvmPh6yrjE1dW0=\n\n— \(origin) AA==\n"
        var proofs = ReportProofs(checkpoint: checkpoint, vkey: newLedgerKey)
        for entry in entries {
            proofs.entries[entry.sequence] = EntryProof(
                entry: String(decoding: try Canonical.encode(entry), as: UTF8.self),
                proof: "c2sp.org/tlog-proof@v1\nindex \(entry.sequence)\n\n\(checkpoint)")
        }
        return proofs
    }
}
