// What the records must show of a version before an endpoint is moved to it.
import Testing
import WritPlanner
import WritVocabulary

struct PolicyEvidenceTests {
    struct Row: Sendable {
        let verdict: PolicyDecision.Verdict
        let sentence: String
        let change: @Sendable (inout PolicyCase) -> Void

        init(
            _ verdict: PolicyDecision.Verdict, _ sentence: String,
            _ change: @escaping @Sendable (inout PolicyCase) -> Void
        ) {
            self.verdict = verdict
            self.sentence = sentence
            self.change = change
        }
    }

    static let rows: [Row] = [
        Row(.waiting, "flight-time:8 is not on record yet; wait until it is registered") {
            $0.recorded.versions = [:]
        },
        Row(.refused, "flight-time:8 was not gated on mae; move to another version") { $0.record.gates = [] },
        Row(
            .refused, "flight-time:8 did not pass its gate: mae 12.4 is above the maximum 12; move to another version"
        ) {
            $0.record.gates[0].passed = false
            $0.record.gates[0].sentence = "mae 12.4 is above the maximum 12"
        },
        Row(.refused, "the card of flight-time:8 does not give owner; move to another version") {
            $0.record.card = nil
        },
        Row(.refused, "the card of flight-time:8 does not give owner; move to another version") {
            $0.record.card?.owner = " \n"
        },
        Row(.refused, "the card of flight-time:8 does not give ethics; move to another version") {
            $0.rule.evidence.card = ["ethics"]
        },
        Row(
            .refused,
            "run-1f2e3d4c5b6a-1, which made flight-time:8, did not stand in a sandbox (“none”); "
                + "move to another version"
        ) { $0.finish(in: "none") },
        Row(
            .refused,
            "run-1f2e3d4c5b6a-1, which made flight-time:8, did not stand in a sandbox (“bubblewrapped”); "
                + "move to another version"
        ) { $0.finish(in: "bubblewrapped") },
        Row(.waiting, "how run-1f2e3d4c5b6a-1, which made flight-time:8, was walled in is not on record") {
            $0.recorded.executions[PolicyCase.run] = nil
        },
        Row(
            .refused, "flight-time:8 was imported: no run of it stood in a sandbox; move to another version"
        ) { $0.record.run = nil },
        Row(.waiting, "no signed provenance of flight-time:8 is on record; wait until Writ has attested it") {
            $0.rule.evidence.attested = true
        },
        Row(.refused, "flight-time:8 was evaluated on 1200 rows, fewer than 5000; move to another version") {
            $0.rule.evidence.sampleSize = 5000
        },
        Row(.refused, "flight-time:8 was not evaluated on any rows; move to another version") {
            $0.record.evaluation = nil
        },
        Row(.waiting, "on how many rows flight-time:8 was evaluated is not on record") {
            $0.recorded.snapshots = [:]
        },
        Row(.waiting, "on how many rows flight-time:8 was evaluated is not on record") {
            $0.recorded.executionsByRecipe[PolicyCase.evaluation] = nil
        },
    ]

    @Test("what is missing is said, and whether it can still come", arguments: rows)
    func row(_ row: Row) {
        var change = PolicyCase()
        change.rule.approvals = []
        row.change(&change)
        #expect(change.missing == [row.sentence])
        #expect(change.decide().verdict == row.verdict)
        #expect(change.decide().lacks.map(\.kind) == [.evidence])
    }

    @Test("a version of which nothing is on record cannot have been approved either")
    func unknown() {
        var change = PolicyCase()
        change.recorded = RecordedState()
        #expect(
            change.missing == [
                PolicyTamperTests.ask,
                "bob@example.com's approval is void: flight-time:8 is not on record, so nobody can have seen it",
                "flight-time:8 is not on record yet; wait until it is registered",
            ])
        #expect(change.decide().verdict == .waiting)
    }

    @Test("an endpoint that is taken off its pin needs no evidence")
    func unpinned() {
        var change = PolicyCase()
        change.unit.moves[0].to = nil
        change.recorded = RecordedState()
        change.unit.approvals = []
        change.approve(PolicyCase.bob)
        #expect(change.decide().verdict == .allowed)
    }

    @Test("the evidence a rule asks for is that of the endpoints it covers, and of moves nothing accounts for")
    func covered() {
        var change = PolicyCase()
        change.rule.paths = [PathPattern("models/**")!]
        change.rule.approvals = []
        change.rule.evidence.gates = ["fairness"]
        change.policy.rules.append(Policy.Rule(name: "rest"))
        change.touch("models/other.yaml")
        #expect(change.decide().verdict == .allowed)
        change.unit.moves[0].endpoint = ResourceName("hidden")!
        #expect(change.missing == ["flight-time:8 was not gated on fairness; move to another version"])
    }

    @Test("an endpoint that is moved without being listed is judged all the same, and no approval names it")
    func unlisted() {
        var change = PolicyCase()
        change.unit.moves = []
        change.unit.approvals = []
        change.approve(PolicyCase.bob)
        #expect(change.decide().verdict == .allowed)
        change.base = PolicyCase.desired(tier: "high", "1", serving: Endpoint.Pin(version: 7))
        change.head = PolicyCase.desired(tier: "high", "2", serving: Endpoint.Pin(version: 8))
        change.record.card = nil
        #expect(
            change.missing == [
                PolicyTamperTests.ask, "bob@example.com's approval is void: it does not name flight-time:8",
                "the card of flight-time:8 does not give owner; move to another version",
            ])
        change.head = change.base
        #expect(change.decide().verdict == .allowed)
    }

    @Test("rows that are read twice are counted once, and the smallest count of the same bytes is taken")
    func sample() throws {
        var change = PolicyCase()
        change.rule.approvals = []
        var other = try #require(change.recorded.snapshots.values.first)
        other.outcome.rows = 90
        change.recorded.snapshots[RecipeID(PolicyCase.digest("other format"))] = other
        #expect(
            change.missing == ["flight-time:8 was evaluated on 90 rows, fewer than 100; move to another version"])
    }

    @Test("each part of a version has a digest of its own, and a metric may not pass for one of them")
    func names() {
        var change = PolicyCase()
        let before = EvidenceDigests.current(for: PolicyCase.version, change.recorded)
        #expect(
            before.keys.sorted()
                == ["artefacts", "bias", "card", "judgement", "lineage", "mae", "run"].map { "flight-time:8/\($0)" })
        #expect(Set(before.values).count == before.count)
        change.record.metrics["artefacts"] = MetricValue(1)
        change.record.metrics["metrics/artefacts"] = MetricValue(1)
        let after = EvidenceDigests.current(for: PolicyCase.version, change.recorded)
        #expect(after["flight-time:8/artefacts"] == before["flight-time:8/artefacts"])
        let added = Set(after.keys).subtracting(before.keys)
        #expect(added == ["flight-time:8/metrics/artefacts", "flight-time:8/metrics/metrics/artefacts"])
        #expect(EvidenceDigests.current(for: VersionID(PolicyCase.model, 9), change.recorded) == [:])
    }

    @Test("another sandbox, card or run gives another digest")
    func sensitive() {
        let before = EvidenceDigests.current(for: PolicyCase.version, PolicyCase().recorded)
        let changes: [(String, (inout PolicyCase) -> Void)] = [
            ("run", { $0.finish(in: "none") }), ("card", { $0.record.card?.limits = "short flights" }),
            ("lineage", { $0.record.revision = PolicyCase.revision("5") }),
            ("judgement", { $0.record.evaluation = nil }), ("bias", { $0.record.metrics["bias"] = MetricValue(0.11) }),
        ]
        for (name, apply) in changes {
            var change = PolicyCase()
            apply(&change)
            let after = EvidenceDigests.current(for: PolicyCase.version, change.recorded)
            #expect(before.keys.filter { before[$0] != after[$0] } == ["flight-time:8/\(name)"])
        }
    }
}
