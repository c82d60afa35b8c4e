// The ledger's JSON: words, never positions.
import Foundation
import Testing
import WritVocabulary

struct EncodedNameTests {
    let model = ResourceName("times")!
    let revision = RevisionID(String(repeating: "a", count: 40))!

    @Test("an entry's bytes are what they were when the format was settled")
    func settled() throws {
        let conditions = Conditions(
            ready: true, reconciling: false, stalled: false, reason: Reason(.converged, "version 1 is registered"))
        let entry = LedgerEntry(
            sequence: 7, time: Timestamp(milliseconds: 1_767_225_600_000), cause: .commit(revision),
            subject: ResourceID(.model, model), event: .conditionsChanged(conditions))
        let text = String(decoding: try Canonical.encode(entry), as: UTF8.self)
        #expect(
            text == """
                {"cause":{"commit":{"revision":"\(revision)"}},"event":{"conditionsChanged":{"conditions":{"ready":true,\
                "reason":{"code":"Converged","message":"version 1 is registered"},"reconciling":false,"stalled":false}}},\
                "format":1,"sequence":7,"subject":"Model/times","time":"2026-01-01T00:00:00.000Z"}
                """)
    }

    @Test("no key of an entry is a position")
    func words() throws {
        let digest = Digest(of: Array("x".utf8))
        let gate = Model.Gate(metric: "mae", rule: .maximum(try #require(MetricValue(1))))
        let judgement = Judgement(
            id: digest, model: model, run: nil, artefacts: digest, evaluation: nil,
            results: [GateResult(gate: gate, measured: nil, passed: false, sentence: "mae was not measured")])
        let version = VersionRecord(
            id: VersionID(model, 1), artefacts: digest, run: nil, recipe: nil, revision: revision, datasets: [:],
            evaluation: nil,
            metrics: [:], gates: judgement.results, card: nil)
        let action = Action.register(RegistrationOrder(version: version))
        let outcome = SnapshotOutcome(digest: digest, size: 1, rows: 1)
        let events: [Event] = [
            .judged(judgement), .intended(action.key, action, Reason(.gatesPassed, "passed")),
            .completed(action.key, .registered(version)), .completed(action.key, .snapshot(outcome)),
            .failed(action.key, FailureRecord(code: "timeout", message: "timed out", retry: .transient)),
            .revisionAccepted(revision, previous: nil, changed: [], count: 0), .adopted("run"),
            .planned(digest, actions: 1, judgements: 0),
            .tipAccepted(revision, actor: "a", reason: "b"), .driftFound("x"),
            .suspended(Suspension(actor: "a", reason: "b", until: Timestamp(milliseconds: 0))),
        ]
        for event in events {
            let text = String(decoding: try Canonical.encode(event), as: UTF8.self)
            #expect(!text.contains("\"_"), "\(text)")
            #expect(try Canonical.decode(Event.self, from: Data(text.utf8)) == event)
        }
    }
}
