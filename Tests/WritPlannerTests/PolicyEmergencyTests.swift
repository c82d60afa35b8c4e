// Break-glass: who may go past approvals, evidence and windows, and past what nobody may go.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyEmergencyTests {
    /// Alice is on call, declared an emergency at 10:00 for at most four hours, and nobody approved.
    static func emergency(_ trailers: [String: String] = ["break-glass": "bad forecasts"]) -> PolicyCase {
        var change = PolicyCase()
        change.rule.breakGlass = Policy.BreakGlassRule(role: "oncall", longest: .minutes(240))
        change.unit.approvals = []
        change.unit.commits[0].trailers = trailers
        return change
    }

    static let ask = "0 of 1 approval of risk: bob@example.com or carol@example.com can give one: writ approve"

    @Test("somebody entitled goes past approvals, evidence and windows, and it shows who, why and until when")
    func stands() throws {
        var change = Self.emergency()
        change.rule.windows = [.maintenance(days: [2], startMinute: 0, endMinute: 60)]
        change.rule.evidence.gates = ["bias"]
        let decision = change.decide()
        #expect(decision.verdict == .allowed)
        #expect(decision.lacks == [])
        let emergency = try #require(decision.breakGlass)
        #expect(
            emergency
                == BreakGlass(
                    person: PolicyCase.alice, reason: "bad forecasts", revision: PolicyCase.revision("2"),
                    until: PolicyCase.time("2026-11-23T14:00:00.000Z")))
        let past = "break-glass of alice@example.com until 2026-11-23T14:00:00Z goes past: "
        #expect(
            decision.rules[0].met.filter { $0.hasPrefix("break-glass") } == [
                "\(past)\(Self.ask)", "\(past)flight-time:8 was not gated on bias; move to another version",
                "\(past)it is outside the maintenance windows: it will apply at 2026-11-24T00:00:00Z",
            ])
        #expect(decision.approvers == [])
    }

    @Test("a change that is in order anyway is no emergency")
    func needless() {
        var change = Self.emergency()
        change.approve(PolicyCase.bob)
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().breakGlass == nil)
    }

    @Test(
        "it ends when asked, and never later than the rule allows",
        arguments: [
            ("2026-11-23T13:00:00Z", "2026-11-23T13:00:00.000Z"), ("2026-11-24T13:00:00Z", "2026-11-23T14:00:00.000Z"),
            ("2026-11-23T13:00:00.5Z", "2026-11-23T13:00:00.000Z"),
            ("2026-11-23T14:30:00+01:00", "2026-11-23T13:30:00.000Z"),
            (" 2026-11-23t09:15:00-04:00 ", "2026-11-23T13:15:00.000Z"),
        ])
    func ends(asked: String, until: String) {
        let change = Self.emergency(["break-glass": "bad forecasts", "break-glass-until": asked])
        #expect(change.decide().breakGlass?.until == PolicyCase.time(until))
    }

    static let refusals: [(String, @Sendable (inout PolicyCase) -> Void)] = [
        ("this rule does not allow it", { $0.rule.breakGlass = nil }),
        ("it gives no reason", { $0.unit.commits[0].trailers["break-glass"] = " \u{200B} " }),
        (
            "alice@example.com does not have the role oncall",
            { $0.policy.roles["oncall"] = [PolicyCase.bob] }
        ),
        ("it expired at 2026-11-23T14:00:00Z", { $0.now = PolicyCase.time("2026-11-23T14:00:00.000Z") }),
        (
            "it expired at 2026-11-23T11:00:00Z",
            { $0.unit.commits[0].trailers["break-glass-until"] = "2026-11-23T11:00:00Z" }
        ),
        (
            "“tomorrow” is no time such as 2026-12-01T12:00:00Z",
            { $0.unit.commits[0].trailers["break-glass-until"] = "tomorrow" }
        ),
        (
            "the commit is dated 2099-01-01T00:00:00Z, which is in the future",
            { $0.unit.commits[0].committedAt = PolicyCase.time("2099-01-01T00:00:00.000Z") }
        ),
        (
            "it expired at 0001-01-01T00:00:00Z",
            { $0.unit.commits[0].committedAt = Timestamp(milliseconds: Int64.min) }
        ),
    ]

    @Test("an emergency that does not stand says why beside what it was to go past", arguments: refusals.indices)
    func refused(row: Int) {
        var change = Self.emergency()
        Self.refusals[row].1(&change)
        #expect(change.missing == ["\(Self.ask); break-glass does not help: \(Self.refusals[row].0)"])
        #expect(change.decide().breakGlass == nil)
        #expect(change.decide().verdict == .waiting)
    }

    @Test("only the commit at the tip declares one, and only signed")
    func tip() {
        var change = Self.emergency()
        change.commit("3")
        change.unit.head = PolicyCase.revision("3")
        #expect(change.missing == [Self.ask])
        change = Self.emergency()
        change.unit.commits[0].authenticity = .unsigned
        #expect(change.decide().verdict == .refused)
        #expect(
            change.missing.last == "\(Self.ask); break-glass does not help: commit 22222222 “move flights to 8” is not "
                + "signed by a known person")
    }

    @Test("nobody goes past signatures, authors, coverage and engines")
    func walls() {
        var unsigned = Self.emergency()
        unsigned.commit("3", by: .unsigned)
        var foreign = Self.emergency()
        foreign.policy.roles["owner"] = [PolicyCase.dave]
        var uncovered = Self.emergency()
        uncovered.touch("README.md")
        var unanswered = Self.emergency()
        unanswered.rule.engine = "opa"
        for (change, kind) in [
            (unsigned, PolicyDecision.Lack.Kind.signature), (foreign, .author), (uncovered, .rule),
            (unanswered, .engine),
        ] {
            let decision = change.decide()
            #expect(decision.verdict != .allowed)
            #expect(decision.lacks.map(\.kind) == [kind])
            #expect(decision.breakGlass == nil)
        }
    }

    @Test("every rule that is not met must allow it")
    func everyRule() {
        var change = Self.emergency()
        let demand = Policy.ApprovalDemand(count: 1, role: "owner")
        change.policy.rules.append(Policy.Rule(name: "strict", approvals: [demand]))
        #expect(
            change.missing == [
                "0 of 1 approval of owner: dave@example.com can give one: writ approve; break-glass does not help: "
                    + "this rule does not allow it"
            ])
        #expect(change.decide().verdict == .waiting)
        #expect(change.decide().breakGlass == nil)
        change.approve(PolicyCase.dave)
        #expect(change.decide().verdict == .allowed)
        #expect(change.decide().breakGlass?.person == PolicyCase.alice)
        #expect(change.decide().approvers == [PolicyCase.dave])
    }

    @Test("the windows of a rule it goes past do not hold the change; those of another rule still do")
    func windows() {
        var change = Self.emergency()
        change.rule.windows = [.maintenance(days: [5], startMinute: 0, endMinute: 60)]
        let early = Policy.Window.maintenance(days: [1], startMinute: 13 * 60, endMinute: 14 * 60)
        change.policy.rules.append(Policy.Rule(name: "strict", windows: [early]))
        #expect(change.decide().until == PolicyCase.time("2026-11-23T13:00:00.000Z"))
        let late = Policy.Window.maintenance(days: [1], startMinute: 15 * 60, endMinute: 16 * 60)
        change.policy.rules[1].windows = [late]
        #expect(change.decide().until == nil)
        #expect(change.decide().verdict == .waiting)
    }
}
