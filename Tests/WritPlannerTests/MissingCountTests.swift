// How much is missing is told by what somebody has to do, not by how many sentences explain it.
import Testing
import WritVocabulary

@testable import WritPlanner

struct MissingCountTests {
    private static func decision(_ rules: [[String]]) throws -> PolicyDecision {
        let policy = try #require(ResourceName("prod"))
        return PolicyDecision(
            verdict: .waiting,
            rules: rules.enumerated().map { index, sentences in
                PolicyDecision.RuleOutcome(
                    policy: policy, rule: "rule-\(index)", paths: [], pathCount: 0, met: [],
                    missing: sentences.map { PolicyDecision.Lack(.approval, $0) })
            })
    }

    private static let ask = "1 of 2 approvals of risk, by bob@example.com: carol@example.com can give one"
    private static let void = "dave@example.com's approval is void: it is for base 11111111, not 22222222"

    @Test("what explains why an approval does not count is no approval that is missing")
    func explained() throws {
        let decision = try Self.decision([[Self.ask, Self.void, "3 more approvals do not count"]])
        #expect(decision.approvalsMissing == 1 && decision.missingCount == 1)
        #expect(PolicyText().summary(decision) == "waiting: 1 thing is missing")
        let text = PolicyText().render(decision)
        #expect(text.contains("  ✗ 1 of 2") && text.contains("  · dave@example.com's approval is void"), "\(text)")
        #expect(PolicyText().markdown(decision).contains("  - · dave@example.com"))
    }

    @Test(
        "two rules that ask the same people ask them once, others besides",
        arguments: [
            (["0 of 2 approvals of risk: a@example.com or b@example.com can give one: writ approve"], 2),
            (["0 of 1 approval: anybody with a known key who did not write it can give one: writ approve"], 1),
            ([ask, "0 of 2 approvals of risk: nobody else has the role risk and did not write it"], 2),
            ([ask, "0 of 1 approval of lead: carol@example.com can give one: writ approve"], 2),
            ([ask, "0 of 2 approvals: anybody with a known key can give one; break-glass does not help"], 3),
            ([ask, "somebody has to look at it"], 2),
        ])
    func roles(sentences: [String], count: Int) throws {
        #expect(try Self.decision(sentences.map { [$0] }).approvalsMissing == count)
    }
}
