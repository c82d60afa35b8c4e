// Which rules apply to what, and that nothing slips between them.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyScopeTests {
    static let model = ResourceID(.model, PolicyCase.model)
    static let endpoint = ResourceID(.endpoint, PolicyCase.flights)
    static let rows = ResourceID(.dataset, ResourceName("january")!)

    /// One signed change of one path, judged by the rules, which demand nothing but to apply.
    static func applying(
        _ rules: [Policy.Rule], to path: String, _ resources: [ResourceID] = [], tier: String? = nil,
        at head: String?? = nil
    ) -> (rules: [String], lacks: [String]) {
        var change = PolicyCase()
        change.declare(tier: tier, at: head)
        change.policy.rules = rules
        change.unit.items = [ChangedItem(path: RepositoryPath(path)!, resources: resources)]
        change.unit.commits[0].changedPaths = [RepositoryPath(path)!]
        change.unit.manifests = [:]
        change.unit.moves = []
        let decision = change.decide()
        #expect(decision.verdict == (decision.lacks.isEmpty ? .allowed : .refused))
        return (decision.rules.map(\.rule), decision.lacks.map(\.message))
    }

    static func rule(
        _ name: String, _ paths: [String] = [], _ kinds: Set<Kind> = [], tiers: Set<String> = []
    ) -> Policy.Rule {
        Policy.Rule(name: name, paths: paths.map { PathPattern($0)! }, kinds: kinds, tiers: tiers)
    }

    @Test("an empty commit nobody signed is refused although no rule matches it")
    func emptyCommit() {
        var change = PolicyCase()
        change.unit.items = []
        change.unit.manifests = [:]
        change.unit.moves = []
        change.unit.commits[0].changedPaths = []
        change.unit.commits[0].authenticity = .unsigned
        let decision = change.decide()
        #expect(decision.verdict == .refused)
        #expect(decision.lacks.map(\.kind) == [.signature])
        change.policy.rules = change.policy.rules.map { rule in
            var unsigned = rule
            unsigned.signed = false
            return unsigned
        }
        #expect(change.decide().verdict == .allowed)
    }

    @Test("without a policy everything is allowed, unsigned and unapproved")
    func none() {
        var change = PolicyCase()
        change.policies = [:]
        change.commit("3", by: .unsigned)
        #expect(change.decide() == PolicyDecision(verdict: .allowed, rules: []))
    }

    @Test("with a policy without rules nothing is")
    func empty() {
        let outcome = Self.applying([], to: "README.md")
        #expect(outcome.rules == [])
        #expect(outcome.lacks == ["no rule covers README.md; let a policy name it first, or leave it out"])
    }

    @Test("a rule applies by path")
    func paths() {
        let rules = [Self.rule("models", ["models/**"]), Self.rule("docs", ["*.md", "docs/**"])]
        #expect(Self.applying(rules, to: "models/credit/card.yaml").rules == ["models"])
        #expect(Self.applying(rules, to: "README.md").rules == ["docs"])
        #expect(Self.applying(rules, to: "models.yaml").lacks.count == 1)
        #expect(Self.applying(rules, to: "sub/README.md").lacks.count == 1)
    }

    @Test("a rule of a kind applies to files that declare one, and never to other files")
    func kinds() {
        let rules = [Self.rule("serving", [], [.endpoint])]
        #expect(Self.applying(rules, to: "a.yaml", [Self.endpoint]).rules == ["serving"])
        #expect(Self.applying(rules, to: "a.yaml").lacks.count == 1)
        #expect(
            Self.applying(rules, to: "a.yaml", [Self.endpoint, Self.model]).lacks == [
                "no rule covers a.yaml (Model/flight-time); let a policy name it first, or leave it out"
            ])
    }

    @Test("all rules that apply must be met, of all policies")
    func all() {
        var change = PolicyCase()
        let second = Policy.Rule(name: "all", approvals: [Policy.ApprovalDemand(count: 1, role: "lead")])
        change.policies[ResourceName("audit")!] = Policy(
            repository: change.policy.repository, roles: ["lead": [PolicyCase.carol]], rules: [second])
        let decision = change.decide()
        #expect(decision.rules.map { "\($0.policy)/\($0.rule)" } == ["audit/all", "prod/serving"])
        #expect(
            decision.lacks.map(\.message) == [
                "0 of 1 approval of lead: carol@example.com can give one: writ approve",
                "bob@example.com's approval does not count: bob@example.com does not have the role lead",
            ])
        #expect(decision.verdict == .waiting)
        change.approve(PolicyCase.carol)
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().approvers == [PolicyCase.bob, PolicyCase.carol])
    }

    @Test("roles are known within their policy")
    func roles() {
        var change = PolicyCase()
        let second = Policy.Rule(name: "all", authors: ["owner"])
        change.policies[ResourceName("audit")!] = Policy(repository: change.policy.repository, rules: [second])
        #expect(
            change.missing == [
                "alice@example.com may not author commit 22222222 “move flights to 8”: nobody has the role owner"
            ])
    }

    @Test("a tier is that of the model, at the base or at the head: neither raising nor lowering it slips through")
    func tiers() {
        let rules = [Self.rule("high", tiers: ["high"]), Self.rule("low", tiers: ["low"])]
        for resource in [Self.model, Self.endpoint] {
            #expect(Self.applying(rules, to: "a.yaml", [resource], tier: "high").rules == ["high"])
            #expect(Self.applying(rules, to: "a.yaml", [resource], tier: "high", at: "low").rules == ["high", "low"])
            #expect(Self.applying(rules, to: "a.yaml", [resource], tier: "low", at: "high").rules == ["high", "low"])
            #expect(Self.applying(rules, to: "a.yaml", [resource], tier: "high", at: .some(nil)).rules == ["high"])
        }
        #expect(
            Self.applying(rules, to: "a.yaml", [Self.model]).lacks == [
                "no rule covers a.yaml (Model/flight-time); let a policy name it first, or leave it out"
            ])
        #expect(Self.applying(rules, to: "training/train.py", tier: "high").lacks.count == 1)
        #expect(
            Self.applying([rules[1]], to: "a.yaml", [Self.model], tier: "low", at: "high").lacks == [
                "no rule covers a.yaml (Model/flight-time of risk tier high); let a policy name it first, or leave it "
                    + "out"
            ])
    }

    @Test("a dataset has the tiers of all models that use it")
    func datasets() {
        var change = PolicyCase()
        change.base = Self.using(tiers: ["a": "low", "b": "high"], "1")
        change.head = Self.using(tiers: ["a": "low", "c": "medium"], "2")
        change.policy.rules = [
            Self.rule("high", tiers: ["high"]), Self.rule("low", tiers: ["low"]), Self.rule("none", tiers: ["none"]),
        ]
        change.unit.items = [ChangedItem(path: RepositoryPath("data.yaml")!, resources: [Self.rows])]
        change.unit.commits[0].changedPaths = [RepositoryPath("data.yaml")!]
        change.unit.manifests = [:]
        change.unit.moves = []
        #expect(change.decide().rules.map(\.rule) == ["high", "low"])
        #expect(
            change.missing == [
                "no rule covers data.yaml (Dataset/january of risk tier medium); let a policy name it first, or leave "
                    + "it out"
            ])
    }

    private static func using(tiers: [String: String], _ digit: Character) -> DesiredState {
        var desired = DesiredState()
        for (name, tier) in tiers {
            let imported = Model.Origin.import(Model.Import(source: .file("/srv/\(name)")))
            let command = Command(code: Code(path: RepositoryPath("evaluation")!), argv: ["python"])
            let model = Model(
                origin: imported, evaluation: .init(command: command, datasets: ["rows": rows.name], gates: []),
                card: Model.Card(riskTier: tier))
            let resource = Resource(
                metadata: Metadata(name: ResourceName(name)!), spec: .model(model),
                location: ManifestLocation(path: RepositoryPath("models.yaml")!, line: 1))
            _ = desired.apply(.init(revision: PolicyCase.revision(digit), resources: [resource.id: resource]))
        }
        return desired
    }

    @Test("thousands of paths and commits are shown in part and counted in whole")
    func bounded() {
        var change = PolicyCase()
        for number in 0..<60 {
            change.touch("endpoints/e\(number).yaml")
            change.touch("other/o\(number).yaml")
        }
        change.unit.commits[0].authenticity = .unsigned
        for digit in 0..<30 {
            var commit = change.unit.commits[0]
            commit.revision = RevisionID(String(repeating: "3", count: 38) + "\(digit + 10)")!
            change.unit.commits.append(commit)
        }
        let decision = change.decide()
        #expect(decision.rules[0].paths.count == 20)
        #expect(decision.rules[0].pathCount == 61)
        #expect(decision.general.count == 21)
        #expect(
            decision.general.last?.message
                == "no rule covers 40 more paths; let a policy name it first, or leave it out")
        let signatures = decision.lacks.filter { $0.kind == .signature }
        #expect(signatures.count == 21)
        #expect(signatures.last?.message == "11 more commits without a signature that counts")
    }
}
