// A version, its training, evaluation and deployment, as an order states them.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

/// Everything fixed but what a test sets.
struct Facts {
    var files = [
        ("model.json", "{\"weights\": [1, 2]}"), ("B", "b"), ("a/b", "slash"), ("a-b", "dash"), ("é", "accent"),
    ]
    var measured = 11.5
    var champion: MetricValue?
    var change = true

    let builder = BuilderIdentity(origin: "writ.example/prod", version: "0.9.0")

    func manifest() -> ArtefactManifest {
        ArtefactManifest(
            files: files.map {
                .init(path: $0.0, digest: Digest(of: Data($0.1.utf8)), size: Int64($0.1.utf8.count))
            })
    }

    static func content(_ digit: Character) throws -> ContentID {
        try #require(ContentID(String(repeating: digit, count: 40)))
    }
    static func revision(_ digit: Character) throws -> RevisionID {
        try #require(RevisionID(String(repeating: digit, count: 40)))
    }
    static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }
    static func number(_ value: Double) throws -> MetricValue { try #require(MetricValue(value)) }

    func execution(_ purpose: Purpose) throws -> AttestationOrder.ExecutionFacts {
        let recipe = Digest(of: Data(purpose.rawValue.utf8))
        let isTraining = purpose == .training
        let order = ExecutionOrder(
            id: ExecutionID(purpose, of: recipe, attempt: 1), purpose: purpose, recipe: RecipeID(recipe),
            resource: ResourceID(.model, try #require(ResourceName("flight-time"))), revision: try Self.revision("a"),
            code: try #require(RepositoryPath("training/flight")), codeTree: try Self.content("b"),
            argv: ["python", "train.py", "--weird=\"ü\n\u{1}\""],
            environment: LockedEnvironment(python: "3.12", requirements: try Self.content("c")),
            inputs: ["flights": InputOrder(digest: Digest(of: Data("flights".utf8)), format: .csv)],
            model: isTraining ? nil : try manifest().digest,
            parameters: isTraining
                ? [
                    "depth": .integer(6), "rate": .number(try Self.number(0.05)), "loss": .string("mae"),
                    "warm": .boolean(true), "salt": .integer(9_007_199_254_740_993),
                ] : [:],
            seed: 9_007_199_254_740_993, resources: Resources(), timeout: .minutes(30), network: false)
        let outcome = ExecutionOutcome(
            ending: .exited(code: 0), startedAt: try Self.time("2026-11-20T08:00:00.000Z"),
            finishedAt: try Self.time("2026-11-20T08:05:00.250Z"),
            sandbox: SandboxRecord(kind: "bubblewrap 0.8.0", network: false, limits: "cgroup v2"),
            artefacts: try manifest().digest, metrics: ["mae": try Self.number(measured)],
            log: Digest(of: Data("log".utf8)))
        return AttestationOrder.ExecutionFacts(order: order, outcome: outcome)
    }

    var versionID: VersionID {
        get throws { try #require(VersionID("flight-time:8")) }
    }

    func record(gates: [GateResult], run: ExecutionID?) throws -> VersionRecord {
        VersionRecord(
            id: try versionID, artefacts: try manifest().digest, run: run, recipe: nil,
            revision: try Self.revision("a"),
            datasets: [:], evaluation: nil, metrics: ["mae": try Self.number(measured)], gates: gates, card: nil)
    }

    func gates() throws -> [GateResult] {
        let value = try Self.number(measured)
        let limit = try Self.number(12.4)
        let compare = Model.Gate(
            metric: "mae", rule: .noWorseThanChampion(goal: .minimize, margin: try Self.number(0.1), endpoint: nil))
        return [
            GateResult(
                gate: Model.Gate(metric: "mae", rule: .maximum(limit)), measured: value, passed: value <= limit,
                sentence: "mae \(value) and the maximum \(limit)"),
            GateResult(gate: compare, measured: value, champion: champion, passed: true, sentence: "compared"),
        ]
    }

    func trained() throws -> AttestationOrder {
        let training = try execution(.training)
        return .version(
            .init(
                version: try record(gates: try gates(), run: training.order.id), training: training,
                evaluation: try execution(.evaluation)))
    }

    func imported() throws -> AttestationOrder {
        let order = ImportOrder(
            model: try #require(ResourceName("flight-time")),
            source: .content(try Self.content("d"), name: "model.json"), expected: try manifest().digest)
        return .version(.init(version: try record(gates: [], run: nil), imported: order))
    }
}

extension Facts {
    static func person(_ name: String) throws -> Person { try #require(Person("\(name)@example.com")) }

    /// Alice approved by key, Bob by review; Carol's approval is of another tree.
    func review() throws -> PolicyReview {
        func approval(_ name: String, tree: Character, expires: String? = nil) throws -> Approval {
            let person = try Self.person(name)
            let statement = ApprovalStatement(
                repository: "example.com/models", target: "main", base: try Self.revision("1"),
                tree: try Self.content(tree), manifests: [:], versions: [try versionID: try manifest().digest],
                evidence: ["flight-time:8/mae": Digest(of: Data("11.5".utf8))], meaning: "reviewed for bias",
                person: person, signedAt: try Self.time("2026-11-20T09:00:00.000Z"),
                expires: try expires.map(Self.time))
            return Approval(statement: statement, authenticity: .signed(by: person, key: "SHA256:\(name)"))
        }
        let unit = ChangeUnit(
            target: "main", base: try Self.revision("1"), head: try Self.revision("2"), tree: try Self.content("3"),
            commits: [], items: [],
            approvals: [
                try approval("dave", tree: "3", expires: "2026-11-20T09:30:00.000Z"),
                try approval("carol", tree: "4"), try approval("alice", tree: "3"),
            ])
        let names = try ["alice", "bob", "carol", "dave"].map(Self.person)
        return PolicyReview(
            unit: unit, policies: [try #require(ResourceName("prod")): Policy(repository: "example.com/models")],
            decision: PolicyDecision(verdict: .allowed, rules: [], approvers: names),
            at: try Self.time("2026-11-20T10:00:00.000Z"))
    }

    func deployment(
        _ attestations: [Attestation], verdict: PolicyDecision.Verdict = .allowed, evidence: Digest?,
        table: Int64? = nil
    )
        throws -> AttestationOrder
    {
        let endpoint = try #require(ResourceName("flights"))
        let judged = JudgedChange(
            base: try Self.revision("1"), head: try Self.revision("2"), verdict: verdict,
            approvers: [try Self.person("alice")], evidence: evidence)
        return .deployment(
            .init(
                endpoint: endpoint, deployment: DeploymentID(endpoint: endpoint, content: Digest(of: Data("d".utf8))),
                version: try versionID, artefacts: try manifest().digest, revision: try Self.revision("2"),
                at: try Self.time("2026-11-20T11:00:00.000Z"), change: change ? judged : nil,
                attestations: attestations, table: table))
    }
}
