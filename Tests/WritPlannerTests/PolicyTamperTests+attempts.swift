// What is tried, one row each.
import WritVocabulary

extension PolicyTamperTests {
    static let attempts: [Attempt] = approvals + people + commits + others

    private static func void(_ reason: String) -> [String] { [ask, "bob@example.com's approval is void: \(reason)"] }

    private static let approvals = [
        Attempt("the artefact is swapped after approval", .waiting, void("the digest of flight-time:8 differs")) {
            $0.record.artefacts = PolicyCase.digest("others")
            $0.unit.moves[0].to?.digest = nil
        },
        Attempt(
            "one digit of a metric is changed", .waiting,
            void("the records now say another flight-time:8/bias")
        ) { $0.record.metrics["bias"] = MetricValue(0.2) },
        Attempt(
            "one digit of a gated metric is changed", .waiting,
            void("the records now say another flight-time:8/judgement and flight-time:8/mae")
        ) { $0.record.gates[0].measured = MetricValue(8.3) },
        Attempt(
            "a metric the approver never saw turns up", .waiting, void("it does not name flight-time:8/fairness")
        ) { $0.record.metrics["fairness"] = MetricValue(1) },
        Attempt("a metric is taken away", .waiting, void("nothing is on record as flight-time:8/bias")) {
            $0.record.metrics["bias"] = nil
        },
        Attempt(
            "the version is said to come from other data", .waiting,
            void("the records now say another flight-time:8/lineage")
        ) { $0.record.datasets = ["train": PolicyCase.digest("march")] },
        Attempt("the base moves", .waiting, void("it is for base 11111111, not 33333333")) {
            $0.unit.base = PolicyCase.revision("3")
        },
        Attempt("something else is in the tree", .waiting, void("it is for tree aaaaaaaa, not bbbbbbbb")) {
            $0.unit.tree = PolicyCase.content("b")
        },
        Attempt(
            "the manifest is another one", .waiting, void("what it approves of endpoints/flights.yaml differs")
        ) { $0.unit.manifests[PolicyCase.path] = PolicyCase.content("d").text },
        Attempt(
            "an old approval is replayed", .waiting,
            void(
                "it is for base 00000000, not 11111111; it is for tree 77777777, not aaaaaaaa; "
                    + "what it approves of endpoints/flights.yaml differs; it does not name flight-time:8; "
                    + "it names flight-time:7, which no endpoint is moved to")
        ) {
            $0.unit.approvals[0].statement.base = PolicyCase.revision("0")
            $0.unit.approvals[0].statement.tree = PolicyCase.content("7")
            $0.unit.approvals[0].statement.manifests = [PolicyCase.path: PolicyCase.content("7").text]
            $0.unit.approvals[0].statement.versions = [VersionID(PolicyCase.model, 7): PolicyCase.digest("7")]
            $0.unit.approvals[0].statement.evidence = ["flight-time:7/mae": PolicyCase.digest("9.1")]
        },
        Attempt("it was approved for another branch", .waiting, void("it is for the branch dev, not main")) {
            $0.unit.approvals[0].statement.target = "dev"
        },
        Attempt(
            "it was approved in another repository", .waiting,
            void("it is for the repository example.com/ml/sandbox, not example.com/ml/models")
        ) { $0.unit.approvals[0].statement.repository = "example.com/ml/sandbox" },
        Attempt("the approval has expired", .waiting, void("it expired at 2026-11-23T12:00:00Z")) {
            $0.unit.approvals[0].statement.expires = $0.now
        },
        Attempt(
            "the approval is dated ahead", .waiting,
            void("it is dated 2026-11-23T12:05:00.001Z, which is in the future")
        ) { $0.unit.approvals[0].statement.signedAt = PolicyCase.time("2026-11-23T12:05:00.001Z") },
        Attempt("the approval is of a format to come", .waiting, void("its format 2 is not known; update writ")) {
            $0.unit.approvals[0].statement.format = 2
        },
    ]

    private static let people = [
        Attempt(
            "an approval is made up", .waiting,
            [ask, "an approval in the name of bob@example.com is void: it is not signed"]
        ) { $0.unit.approvals[0].authenticity = .unsigned },
        Attempt(
            "somebody signs for another", .waiting,
            [ask, "an approval in the name of bob@example.com is void: it is signed by alice@example.com"]
        ) { $0.unit.approvals[0].authenticity = .signed(by: PolicyCase.alice, key: "SHA256:alice") },
        Attempt(
            "the approver's key was revoked", .waiting,
            [
                ask,
                "an approval in the name of bob@example.com is void: its signature does not count: the key is revoked",
            ]
        ) { $0.unit.approvals[0].authenticity = .refused(reason: "the key is revoked") },
        Attempt(
            "the author approves", .waiting,
            [
                "0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve",
                "alice@example.com's approval does not count: the author cannot approve",
            ]
        ) {
            $0.policy.roles["risk"]?.insert(PolicyCase.alice)
            $0.unit.approvals = []
            $0.approve(PolicyCase.alice)
        },
        Attempt(
            "the author approves with a second key", .waiting,
            [
                "0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve",
                "alice@example.com's approval does not count: the author cannot approve",
            ]
        ) {
            $0.policy.roles["risk"]?.insert(PolicyCase.alice)
            $0.unit.approvals = []
            $0.approve(PolicyCase.alice, key: "SHA256:other")
        },
        Attempt(
            "one person approves with two keys", .waiting,
            [
                "1 of 2 approvals of risk, by bob@example.com: carol@example.com can give one: writ approve",
                "a second key of bob@example.com does not count again",
            ]
        ) {
            $0.rule.approvals = [Policy.ApprovalDemand(count: 2, role: "risk")]
            $0.approve(PolicyCase.bob, key: "SHA256:other")
        },
        Attempt(
            "one person approves and reviews", .waiting,
            [
                "1 of 2 approvals of risk, by bob@example.com: carol@example.com can give one: "
                    + "writ approve, or a review on the forge"
            ]
        ) {
            $0.rule.approvals = [Policy.ApprovalDemand(count: 2, role: "risk", reviews: true)]
            $0.unit.reviews = [ReviewFacts(account: "bob-forge", head: $0.unit.head, approves: true)]
        },
        Attempt(
            "somebody without the role approves", .waiting,
            [ask, "dave@example.com's approval does not count: dave@example.com does not have the role risk"]
        ) {
            $0.unit.approvals = []
            $0.approve(PolicyCase.dave)
        },
        Attempt(
            "the last one who could approve wrote it", .waiting,
            [
                "0 of 1 approval of risk: nobody else has the role risk and did not write it; let the policy name more people"
            ]
        ) {
            $0.policy.roles["risk"] = [PolicyCase.alice]
            $0.unit.approvals = []
        },
    ]

    private static let reviewed =
        "0 of 1 approval of risk: bob@example.com or carol@example.com can give one: "
        + "writ approve, or a review on the forge"

    private static func review(_ change: inout PolicyCase, account: String = "bob-forge", of digit: Character) {
        change.rule.approvals[0].reviews = true
        change.unit.approvals = []
        change.unit.reviews = [ReviewFacts(account: account, head: PolicyCase.revision(digit), approves: true)]
    }

    private static let commits = [
        Attempt(
            "an unsigned commit in the middle", .refused, ["commit 22222222 “more” is not signed; sign it: \(amend)"]
        ) {
            $0.unit.head = PolicyCase.revision("9")
            $0.unit.commits[0].revision = PolicyCase.revision("9")
            $0.commit("2", by: .unsigned)
            $0.unit.approvals = []
            $0.approve(PolicyCase.bob)
        },
        Attempt(
            "a commit signed with a key that does not count", .refused,
            [
                "the signature of commit 22222222 “move flights to 8” does not count: the key is not in "
                    + "allowed_signers; sign it with a key in force at 11111111: \(amend)"
            ]
        ) { $0.unit.commits[0].authenticity = .refused(reason: "the key is not in allowed_signers") },
        Attempt(
            "an unsigned merge brings it in", .refused, ["commit 99999999 “merge” is not signed; sign it: \(amend)"]
        ) { $0.commit("9", by: .unsigned, "merge", touching: []) },
        Attempt(
            "somebody without the role authors it", .refused,
            [
                "bob@example.com may not author commit 33333333 “more”: "
                    + "alice@example.com or dave@example.com may, as owner",
                "0 of 1 approval of risk: carol@example.com can give one: writ approve",
                "bob@example.com's approval does not count: the author cannot approve",
            ]
        ) { $0.commit("3", by: .signed(by: PolicyCase.bob, key: "SHA256:bob")) },
        Attempt(
            "a merge brings back an old file no commit touches", .refused,
            [
                "bob@example.com may not author commit 99999999 “merge”: "
                    + "alice@example.com or dave@example.com may, as owner",
                "0 of 1 approval of risk: carol@example.com can give one: writ approve",
                "bob@example.com's approval does not count: the author cannot approve",
            ]
        ) {
            $0.unit.commits = []
            $0.commit("9", by: .signed(by: PolicyCase.bob, key: "SHA256:bob"), "merge", touching: [])
        },
        Attempt(
            "the subject would write over the terminal", .refused,
            ["commit 33333333 “safe[2Jnocommit” is not signed; sign it: \(amend)"]
        ) { $0.commit("3", by: .unsigned, "safe\u{1B}[2J\u{202E}no\u{200B}commit") },
    ]

    private static let others = [
        Attempt(
            "a review of another head", .waiting,
            [reviewed, "bob@example.com's review does not count: it is of head 33333333, not 22222222"]
        ) { review(&$0, of: "3") },
        Attempt(
            "a review by an account nobody owns", .waiting,
            [
                reviewed,
                "the review of the account “Bob-Forge” does not count: the policy does not say whose it is",
            ]
        ) { review(&$0, account: "Bob-Forge", of: "2") },
        Attempt(
            "a review where the rule asks for a signature", .waiting,
            [ask, "carol@example.com's review on the forge does not count: this rule asks for writ approve"]
        ) {
            review(&$0, account: "carol-forge", of: "2")
            $0.rule.approvals[0].reviews = false
        },
        Attempt(
            "a policy that loosens itself in the same change", .refused,
            ["no rule covers policies/prod.yaml (Policy/prod); let a policy name it first, or leave it out"]
        ) {
            $0.touch("policies/prod.yaml", [ResourceID(.policy, PolicyCase.prod)])
            $0.loosen()
        },
        Attempt(
            "a policy in the file of the endpoint", .refused,
            ["no rule covers endpoints/flights.yaml (Policy/prod); let a policy name it first, or leave it out"]
        ) {
            $0.rule.kinds = [.endpoint]
            $0.unit.items[0].resources.append(ResourceID(.policy, PolicyCase.prod))
            $0.loosen()
        },
        Attempt(
            "a commit touches what the list of items leaves out", .refused,
            ["no rule covers training/train.py; let a policy name it first, or leave it out"]
        ) { $0.unit.commits[0].changedPaths.append(RepositoryPath("training/train.py")!) },
        Attempt(
            "the pin names other bytes than are on record", .refused,
            [
                "the pin names another digest for flight-time:8 than is on record, "
                    + "\(PolicyCase.digest("artefacts 8")); pin that one"
            ]
        ) { $0.unit.moves[0].to?.digest = PolicyCase.digest("others") },
    ]
}

extension PolicyCase {
    /// The head says that nothing is demanded any more.
    fileprivate mutating func loosen() {
        let location = ManifestLocation(path: RepositoryPath("policies/prod.yaml")!, line: 1)
        let open = Policy(repository: policy.repository, rules: [Policy.Rule(name: "open", signed: false)])
        let id = ResourceID(.policy, PolicyCase.prod)
        let resource = Resource(metadata: Metadata(name: PolicyCase.prod), spec: .policy(open), location: location)
        _ = head.apply(.init(revision: unit.head, resources: [id: resource]))
    }
}
