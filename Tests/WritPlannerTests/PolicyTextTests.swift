// A judgement as people read it, in a terminal and on a forge.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyTextTests {
    static func waiting() -> PolicyCase {
        var change = PolicyCase()
        change.unit.approvals = []
        change.policy.rules.append(Policy.Rule(name: "all"))
        return change
    }

    @Test("a terminal shows each rule with its paths, what is met and what is missing")
    func plain() {
        let expected = """
            Waiting: 1 thing is missing.
            prod/all      endpoints/flights.yaml
              ✓ 1 commit is signed by alice@example.com
            prod/serving  endpoints/flights.yaml
              ✗ 0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve
              ✓ 1 commit is signed by alice@example.com
              ✓ alice@example.com may author it as owner
              ✓ flight-time:8: mae 8.2 is not above the maximum 12; its card gives owner; run-1f2e3d4c5b6a-1 stood in \
            bubblewrap 0.8.0; it was evaluated on 1200 rows, at least 100

            """
        #expect(PolicyText().render(Self.waiting().decide()) == expected)
    }

    @Test("a forge shows what is missing in the open and folds away what is met")
    func markdown() {
        let expected = """
            **Waiting: 1 thing is missing**

            - **prod/serving** on `endpoints/flights.yaml`
              - ✗ 0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve
              - ✓ 1 commit is signed by alice@example.com
              - ✓ alice@example.com may author it as owner
              - ✓ flight-time:8: mae 8.2 is not above the maximum 12; its card gives owner; run-1f2e3d4c5b6a-1 stood in \
            bubblewrap 0.8.0; it was evaluated on 1200 rows, at least 100

            <details><summary>1 rule is met</summary>

            - **prod/all** on `endpoints/flights.yaml`
              - ✓ 1 commit is signed by alice@example.com

            </details>

            """
        #expect(PolicyText().markdown(Self.waiting().decide()) == expected)
    }

    @Test("one line says how it stands")
    func summaries() {
        let text = PolicyText()
        #expect(text.summary(PolicyCase().decide()) == "allowed: 1 rule is met")
        #expect(text.summary(Self.waiting().decide()) == "waiting: 1 thing is missing")
        var change = Self.waiting()
        change.commit("3", by: .unsigned)
        #expect(text.summary(change.decide()) == "refused: 3 things are missing")
        change = PolicyCase()
        change.rule.windows = [.freeze(start: change.now, end: change.now + .minutes(1), reason: "")]
        #expect(text.summary(change.decide()) == "waiting: it will apply at 2026-11-23T12:01:00Z")
        let emergency = PolicyEmergencyTests.emergency().decide()
        #expect(
            text.summary(emergency) == "allowed by break-glass of alice@example.com until 2026-11-23T14:00:00Z")
        #expect(text.render(emergency).contains("  ! break-glass in 22222222: bad forecasts\n"))
        #expect(text.markdown(emergency).contains("> **Break-glass** in `22222222`: bad forecasts\n"))
        change.policies = [:]
        #expect(text.summary(change.decide()) == "allowed: no rule applies")
    }

    @Test("what others wrote stays text: no markup, no links, no mentions, no lines and no terminal codes of theirs")
    func hostile() {
        var change = PolicyCase()
        let subject = "**x** [a](http://e.vil) <img src=x> @team `c` \u{1B}[31m\n# h | <!--"
        change.commit("3", by: .unsigned, subject)
        change.touch("endpoints/`a\nb`](x).yaml")
        let decision = change.decide()
        let markdown = PolicyText().markdown(decision)
        #expect(
            markdown.contains(
                "“\\*\\*x\\*\\* \\[a\\]\\(http:\u{200B}//e.vil\\) &lt;img src=x&gt; @\u{200B}team \\`c\\` \\[31m \\#\u{200B} h \\| "
                    + "&lt;\\!--”"))
        #expect(markdown.contains("`` endpoints/`a b`](x).yaml ``"))
        let plain = PolicyText().render(decision)
        #expect(!plain.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(plain.split(separator: "\n").allSatisfy { "Rp ".contains($0.prefix(1)) })
    }

    @Test("a hundred rules are shown in part, those with something missing first")
    func many() {
        var change = Self.waiting()
        change.policy.rules += (10..<109).map { Policy.Rule(name: "a\($0)") }
        let decision = change.decide()
        let plain = PolicyText().render(decision)
        #expect(plain.contains("prod/serving  endpoints"))
        #expect(plain.hasSuffix("and 61 more rules\n"))
        let markdown = PolicyText().markdown(decision)
        #expect(markdown.contains("and 61 more rules\n\n<details><summary>39 rules are met</summary>"))
        #expect(markdown.count < 10_000)
    }

    @Test("glyphs are coloured for a terminal only")
    func colour() {
        let decision = Self.waiting().decide()
        #expect(PolicyText(colour: true).render(decision).contains("\u{1B}[31m✗\u{1B}[0m"))
        #expect(!PolicyText(colour: true).markdown(decision).contains("\u{1B}"))
    }
}
