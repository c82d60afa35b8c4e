// Replays of decisions that were really made, and of records that say something else.
import Foundation
import Testing
import WritPlanner
import WritVocabulary

@testable import WritAudit

struct ReplayTests {
    private func sequence(_ fixture: ReplayFixture, _ kind: String) throws -> Int64 {
        try #require(fixture.entries.last { $0.event.kind == kind }?.sequence)
    }

    private func attested(_ fixture: ReplayFixture) throws -> Int64 {
        try #require(
            fixture.entries.last { if case .completed(_, .attested) = $0.event { true } else { false } }?.sequence)
    }

    @Test("every decision that was made comes out the same, byte for byte")
    func same() throws {
        let fixture = try ReplayFixture()
        let replayer = try fixture.replayed()
        #expect(replayer.replays.map(\.kind) == ["judged", "judged", "completed", "changeHeld", "changeAllowed"])
        for replay in replayer.replays {
            guard case .same = replay.outcome else {
                Issue.record("entry \(replay.sequence): \(replay.outcome) \(replay.remarks)")
                continue
            }
        }
        #expect(replayer.isSound)
        let report = replayer.report(question: "writ audit replay --all", origin: ReplayFixture.origin)
        #expect(report.cited.contains(try sequence(fixture, "changeAllowed")))
        #expect(report.sections.map(\.heading) == ["Verdict", "Decisions", "Not replayed"])
        #expect(replayer.unsuited["planned"] == 1)
    }

    @Test("a decision's inputs are named, and the rules are shown to be those of the base")
    func inputs() throws {
        let fixture = try ReplayFixture()
        let number = try sequence(fixture, "changeAllowed")
        let replay = try #require(try fixture.replayed([number]).replays.first)
        #expect(replay.inputs.map(\.name).contains("manifests at the base"))
        #expect(replay.remarks == ["the rules are those the base declares"])
        let report = try fixture.replayed([number]).report(question: "q", origin: "o")
        #expect(report.title == "Replay of entry \(number), changeAllowed")
    }

    @Test("a recorded verdict the inputs do not give is told with the first place that differs")
    func forgedVerdict() throws {
        let fixture = try ReplayFixture()
        let number = try sequence(fixture, "changeHeld")
        let replayer = try fixture.replayed([number]) { entry in
            guard entry.sequence == number, case .changeHeld(var change) = entry.event else { return }
            change.approvers = [somebody("mallory")]
            entry.event = .changeHeld(change)
        }
        guard case .different(let difference) = try #require(replayer.replays.first).outcome else {
            Issue.record("\(replayer.replays)")
            return
        }
        #expect(difference.path == "change.approvers")
        #expect(difference.recorded == "1 elements" && difference.remade == "0 elements")
        #expect(!replayer.isSound)
    }

    @Test("a review whose decision was rewritten is found out, although its digest is on record")
    func forgedReview() throws {
        var fixture = try ReplayFixture()
        let number = try sequence(fixture, "changeHeld")
        guard case .changeHeld(var change) = fixture.entries[Int(number)].event else { return }
        let evidence = try #require(change.evidence)
        let bytes = try #require(fixture.blobs[evidence])
        var review = try Canonical.decode(PolicyReview.self, from: bytes)
        review.decision.verdict = .allowed
        change.evidence = fixture.keep(Array(try Canonical.encode(review)))
        let forged = change
        let replayer = try fixture.replayed([number]) { entry in
            if entry.sequence == number { entry.event = .changeHeld(forged) }
        }
        guard case .different(let difference) = try #require(replayer.replays.first).outcome else {
            Issue.record("\(replayer.replays)")
            return
        }
        #expect(difference.path == "decision.verdict")
        #expect(difference.recorded == "allowed" && difference.remade == "waiting")
        #expect(replayer.replays[0].remarks.last?.contains("writ 1.2.3") == true)
    }

    @Test("records that were others before a decision give another decision")
    func forgedRecords() throws {
        let fixture = try ReplayFixture()
        let number = try sequence(fixture, "changeAllowed")
        let replayer = try fixture.replayed([number]) { entry in
            guard case .completed(let key, .registered(var version)) = entry.event, version.id.number == 8 else {
                return
            }
            version.metrics["mae"] = MetricValue("12.3")
            entry.event = .completed(key, .registered(version))
        }
        guard case .different = try #require(replayer.replays.first).outcome else {
            Issue.record("\(replayer.replays)")
            return
        }
    }

    @Test("a metric that was changed after the gates spoke is found, with the gate it belongs to")
    func forgedMetric() throws {
        let fixture = try ReplayFixture()
        let number = try sequence(fixture, "judged")
        let replayer = try fixture.replayed([number]) { entry in
            guard case .executionFinished(let id, .evaluation, let recipe, var outcome) = entry.event,
                outcome.metrics["mae"]?.text == "12.4"
            else { return }
            outcome.metrics["mae"] = MetricValue("13.4")
            entry.event = .executionFinished(id, .evaluation, recipe, outcome)
        }
        guard case .different(let difference) = try #require(replayer.replays.first).outcome else {
            Issue.record("\(replayer.replays)")
            return
        }
        #expect(difference.path == "judgement.results[0].measured")
        #expect(difference.recorded == "12.4" && difference.remade == "13.4")
    }

    @Test("what is not to be had makes a replay incomplete, never the same")
    func incomplete() throws {
        var fixture = try ReplayFixture()
        let number = try sequence(fixture, "changeAllowed")
        // Rules for a risk tier cannot be weighed without the manifests that give it.
        fixture.desired = [:]
        guard case .incomplete(let words) = try #require(try fixture.replayed([number]).replays.first).outcome else {
            Issue.record("without manifests")
            return
        }
        #expect(words.contains("manifests"))
        guard case .changeAllowed(let change) = fixture.entries[Int(number)].event else { return }
        fixture.forget(try #require(change.evidence))
        guard case .incomplete = try #require(try fixture.replayed([number]).replays.first).outcome else {
            Issue.record("without the review")
            return
        }
    }

    @Test("rules that do not look at manifests are replayed without them, and the answer says so")
    func withoutManifests() throws {
        var fixture = try ReplayFixture(tier: nil)
        fixture.desired = [:]
        let number = try sequence(fixture, "changeAllowed")
        let replay = try #require(try fixture.replayed([number]).replays.first)
        guard case .same = replay.outcome else {
            Issue.record("\(replay)")
            return
        }
        #expect(replay.remarks == ["the manifests were not at hand; the decision follows without them"])
    }

    @Test("statements come out as they were signed; another order gives others")
    func statements() throws {
        let fixture = try ReplayFixture()
        let number = try attested(fixture)
        let good = try #require(try fixture.replayed([number]).replays.first)
        guard case .same = good.outcome else {
            Issue.record("\(good)")
            return
        }
        let forged = try fixture.replayed([number]) { entry in
            guard case .intended(let key, .attest(.version(var facts)), let reason) = entry.event else { return }
            facts.training?.order.seed = 2
            entry.event = .intended(key, .attest(.version(facts)), reason)
        }
        guard case .different(let difference) = try #require(forged.replays.first).outcome else {
            Issue.record("\(forged.replays)")
            return
        }
        #expect(difference.path.hasPrefix("provenance."))
    }

    @Test("facts, operators' acts and plans are not replayed, and the answer says why")
    func unsuited() throws {
        let fixture = try ReplayFixture()
        let replayer = try fixture.replayed([0, try sequence(fixture, "planned")])
        let outcomes = replayer.replays.map(\.outcome)
        #expect(outcomes.count == 2)
        #expect(replayer.isSound)
        guard case .unsuited(let plan) = outcomes[1] else { return }
        #expect(plan.contains("not recorded"))
    }
}
