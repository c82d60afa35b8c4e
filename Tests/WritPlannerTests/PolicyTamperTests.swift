// A change that was rightly approved, and everything somebody may try with it afterwards.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyTamperTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        let name: String
        let verdict: PolicyDecision.Verdict
        /// Everything that is missing afterwards, word for word.
        let missing: [String]
        let tamper: @Sendable (inout PolicyCase) -> Void

        init(
            _ name: String, _ verdict: PolicyDecision.Verdict, _ missing: [String],
            _ tamper: @escaping @Sendable (inout PolicyCase) -> Void
        ) {
            self.name = name
            self.verdict = verdict
            self.missing = missing
            self.tamper = tamper
        }

        var testDescription: String { name }
    }

    @Test("in order, it is allowed, and the approver is named")
    func inOrder() {
        let decision = PolicyCase().decide()
        #expect(decision.lacks == [])
        #expect(decision.verdict == .allowed)
        #expect(decision.approvers == [PolicyCase.bob])
        #expect(
            decision.rules.first?.met == [
                "1 commit is signed by alice@example.com", "alice@example.com may author it as owner",
                "1 of 1 approval of risk: bob@example.com",
                "flight-time:8: mae 8.2 is not above the maximum 12; its card gives owner; run-1f2e3d4c5b6a-1 stood in "
                    + "bubblewrap 0.8.0; it was evaluated on 1200 rows, at least 100",
            ])
    }

    @Test("what was tampered with is refused with the sentence that says so", arguments: attempts)
    func tampered(_ attempt: Attempt) {
        var change = PolicyCase()
        attempt.tamper(&change)
        let decision = change.decide()
        #expect(decision.lacks.map(\.message) == attempt.missing)
        #expect(decision.verdict == attempt.verdict)
        #expect(decision.verdict == .allowed || decision.approvers.allSatisfy { $0 != PolicyCase.alice })
    }

    static let ask = "0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve"
    static let amend = "git commit -S, or git rebase --exec 'git commit --amend --no-edit -S' 11111111"
}
