// Who counts as approving, and how it is told.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyApprovalTests {
    @Test("so many distinct people of the role, and all who gave one are named")
    func enough() {
        var change = PolicyCase()
        change.rule.approvals = [Policy.ApprovalDemand(count: 2, role: "risk")]
        change.approve(PolicyCase.carol)
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().approvers == [PolicyCase.bob, PolicyCase.carol])
        #expect(
            change.decide().rules[0].met.contains("2 of 2 approvals of risk: bob@example.com and carol@example.com"))
    }

    @Test("whoever has two roles counts for both demands, once in each")
    func roles() {
        var change = PolicyCase()
        change.policy.roles["owner"]?.insert(PolicyCase.bob)
        change.rule.approvals.append(Policy.ApprovalDemand(count: 1, role: "owner"))
        #expect(change.decide().verdict == .allowed)
        change.rule.approvals.append(Policy.ApprovalDemand(count: 2, role: "owner"))
        #expect(
            change.missing == [
                "1 of 2 approvals of owner, by bob@example.com: dave@example.com can give one: writ approve"
            ])
    }

    @Test("without a role anybody with a known key may, but the author")
    func anybody() {
        var change = PolicyCase()
        change.rule.approvals = [Policy.ApprovalDemand(count: 1)]
        #expect(change.decide().verdict == .allowed)
        change.unit.approvals = []
        change.approve(PolicyCase.alice)
        #expect(
            change.missing == [
                "0 of 1 approval: anybody with a known key who did not write it can give one: writ approve",
                "alice@example.com's approval does not count: the author cannot approve",
            ])
    }

    @Test("a review of the very head counts where the rule says so, whatever its account is called")
    func review() {
        var change = PolicyCase()
        change.unit.approvals = []
        change.unit.reviews = [ReviewFacts(account: "carol-forge", head: change.unit.head, approves: true)]
        #expect(change.decide().verdict == .waiting)
        change.rule.approvals[0].reviews = true
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().approvers == [PolicyCase.carol])
        change.unit.reviews[0].approves = false
        #expect(change.decide().verdict == .waiting)
    }

    @Test("an author does not review either, through any account")
    func ownReview() {
        var change = PolicyCase()
        change.policy.accounts["alice-forge"] = PolicyCase.alice
        change.policy.roles["risk"] = [PolicyCase.alice, PolicyCase.bob]
        change.rule.approvals[0].reviews = true
        change.unit.approvals = []
        change.unit.reviews = [ReviewFacts(account: "alice-forge", head: change.unit.head, approves: true)]
        #expect(change.missing.last == "alice@example.com's review does not count: the author cannot approve")
    }

    @Test("whoever merges may have approved; whoever changes something in the merge may not")
    func merges() {
        var change = PolicyCase()
        let bob = Authenticity.signed(by: PolicyCase.bob, key: "SHA256:bob")
        change.policy.roles["owner"]?.insert(PolicyCase.bob)
        change.commit("9", by: bob, "merge", touching: [])
        #expect(change.decide().verdict == .allowed)
        change.unit.commits.removeLast()
        change.commit("9", by: bob, "merge")
        #expect(change.missing.last == "bob@example.com's approval does not count: the author cannot approve")
    }

    @Test("leaving out the signature does not make an author an approver")
    func unsigned() {
        var change = PolicyCase()
        change.rule.signed = false
        change.rule.authors = []
        change.unit.commits[0].author = "Bob <bob@example.com>"
        change.unit.commits[0].authenticity = .unsigned
        #expect(change.missing.last == "bob@example.com's approval does not count: the author cannot approve")
        change.unit.commits[0].author = "bob@example.com"
        #expect(change.missing.last == "bob@example.com's approval does not count: the author cannot approve")
        change.unit.commits[0].author = "Eve <eve@example.com>"
        #expect(change.decide().verdict == .allowed)
        change.rule.authors = ["owner"]
        #expect(
            change.missing == [
                "who authored commit 22222222 “move flights to 8” is not shown: only owner may, so it must be signed"
            ])
        #expect(change.decide().verdict == .refused)
    }

    @Test("an approval that is void is of no matter beside a later one of the same person")
    func renewed() {
        var change = PolicyCase()
        change.unit.tree = PolicyCase.content("e")
        #expect(change.decide().verdict == .waiting)
        change.approve(PolicyCase.bob)
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().rules[0].met.contains("1 of 1 approval of risk: bob@example.com"))
    }

    @Test("an approval counts until the moment it expires, and where clocks differ by five minutes")
    func times() {
        var change = PolicyCase()
        change.unit.approvals[0].statement.expires = PolicyCase.time("2026-11-23T12:00:00.001Z")
        change.unit.approvals[0].statement.signedAt = PolicyCase.time("2026-11-23T12:05:00.000Z")
        #expect(change.decide().verdict == .allowed)
    }

    @Test("what does not count is told beside what does")
    func remarks() {
        var change = PolicyCase()
        change.approve(PolicyCase.dave)
        change.approve(PolicyCase.bob, key: "SHA256:other")
        #expect(
            change.decide().rules[0].met.contains(
                "1 of 1 approval of risk: bob@example.com (a second key of bob@example.com does not count again and "
                    + "dave@example.com's approval does not count: dave@example.com does not have the role risk)"))
    }

    @Test("a plan of what nobody committed yet asks for signatures instead of refusing")
    func planned() {
        var change = PolicyCase()
        change.unit.commits = []
        #expect(change.missing == ["no commit of it is there yet; sign it when you make it: git commit -S"])
        #expect(change.decide().verdict == .waiting)
    }

    @Test("an engine must have answered, and with yes")
    func engine() {
        var change = PolicyCase()
        change.rule.engine = "opa"
        #expect(change.missing == ["the engine opa has not answered; see that it runs and can be reached"])
        change.unit.engines = ["other": EngineVerdict(allowed: true)]
        #expect(change.decide().verdict == .waiting)
        let reasons = (1...7).map { "reason \($0)" } + [String(repeating: "x", count: 9999)]
        change.unit.engines = ["opa": EngineVerdict(allowed: false, reasons: reasons)]
        #expect(
            change.missing == [
                "the engine opa does not allow it: reason 1; reason 2; reason 3; reason 4; reason 5; 3 more reasons"
            ])
        change.unit.engines = ["opa": EngineVerdict(allowed: false)]
        #expect(change.missing == ["the engine opa does not allow it: it gave no reason"])
        #expect(change.decide().lacks.map(\.kind) == [.engine])
        change.unit.engines = ["opa": EngineVerdict(allowed: true, reasons: ["tier high, two owners"])]
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().rules[0].met.last == "the engine opa allows it: tier high, two owners")
    }
}
