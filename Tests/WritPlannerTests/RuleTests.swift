// The small rules, by table.
import Testing
import WritVocabulary

@testable import WritPlanner

struct RuleTests {
    @Test(
        "a pause doubles up to the longest and never overflows",
        arguments: [
            (0, 0), (1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (1_000_000, 300),
        ])
    func backoff(failures: Int, seconds: Int64) {
        let backoff = Backoff(first: .seconds(1), longest: .minutes(5))
        #expect(backoff.pause(afterFailures: failures) == .seconds(seconds))
    }

    static let gates: [(Model.Gate.Rule, MetricValue, MetricValue?, Bool, String)] = [
        (.maximum(12), 12.4, nil, false, "mae 12.4 is above the maximum 12 by 0.4"),
        (.maximum(12), 12, nil, true, "mae 12 is not above the maximum 12"),
        (.minimum(0.9), 0.87, nil, false, "mae 0.87 is below the minimum 0.9 by 0.03"),
        (.minimum(-1), -1, nil, true, "mae -1 is not below the minimum -1"),
        (.maximum(1e300), -1e300, nil, true, "mae -1e+300 is not above the maximum 1e+300"),
        (worse(.minimize), 9.1, 8.2, false, "mae 9.1 is worse than version 3's 8.2 by 0.9, more than the margin 0.5"),
        (worse(.minimize), 8.7, 8.2, true, "mae 8.7 is worse than version 3's 8.2 by 0.5, within the margin 0.5"),
        (worse(.minimize), 8, 8.2, true, "mae 8 is better than version 3's 8.2 by 0.2"),
        (worse(.maximize), 8, 8.2, true, "mae 8 is worse than version 3's 8.2 by 0.2, within the margin 0.5"),
        (worse(.maximize), 7.6, 8.2, false, "mae 7.6 is worse than version 3's 8.2 by 0.6, more than the margin 0.5"),
        (worse(.minimize), 8.2, 8.2, true, "mae 8.2 is equal to version 3's 8.2"),
        (worse(.minimize), 8.2, nil, true, "mae 8.2 has no champion to be compared with"),
    ]

    private static func worse(_ goal: Model.Goal) -> Model.Gate.Rule {
        .noWorseThanChampion(goal: goal, margin: 0.5, endpoint: nil)
    }

    @Test("a gate says in one sentence what was measured, against what, and by how much it missed", arguments: gates)
    func gate(rule: Model.Gate.Rule, value: MetricValue, champion: MetricValue?, passed: Bool, sentence: String) {
        let gate = Model.Gate(metric: "mae", rule: rule)
        let version = VersionID(ResourceName("flight-time")!, 3)
        let rules = GateRules(
            champions: champion == nil ? [:] : [gate: version],
            measured: Measured(candidate: ["mae": value], champions: champion.map { [version: ["mae": $0]] } ?? [:]))
        let result = rules.result(of: gate)
        #expect(result.passed == passed)
        #expect(result.sentence == sentence)
        #expect((result.missedBy == nil) == passed)
    }

    @Test("a gate on a metric that was not measured is not passed, on either side")
    func unmeasured() {
        let gate = Model.Gate(metric: "mae", rule: RuleTests.worse(.minimize))
        let version = VersionID(ResourceName("flight-time")!, 3)
        let none = GateRules(champions: [gate: version], measured: Measured(candidate: [:], champions: [:]))
        #expect(!none.result(of: gate).passed)
        let half = GateRules(
            champions: [gate: version], measured: Measured(candidate: ["mae": 1], champions: [version: [:]]))
        #expect(!half.result(of: gate).passed)
        #expect(half.result(of: gate).sentence == "the evaluation of version 3 gave no mae to compare with")
    }

    @Test("the generator gives the numbers of the published one")
    func splitMix() {
        var generator = SplitMix64(seed: 1_234_567)
        let drawn = (0..<3).map { _ in generator.next() }
        #expect(drawn == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test("a grid varies its last name fastest and refuses too many trials")
    func grid() throws {
        let search = Model.Sweep.Search.grid(["b": [.integer(1), .integer(2)], "a": [.string("x"), .string("y")]])
        let draws = try SweepDraws(search, seed: 0, limit: 4).draws()
        #expect(draws.map { "\($0["a"]!)\($0["b"]!)" } == ["x1", "x2", "y1", "y2"])
        #expect(throws: Halt.self) { try SweepDraws(search, seed: 0, limit: 3).draws() }
    }

    @Test("random draws stay in their ranges and repeat under their seed")
    func random() throws {
        let ranges: [String: Model.Sweep.Range] = [
            "depth": .init(minimum: 2, maximum: 4, integer: true),
            "rate": .init(minimum: 0.001, maximum: 1, scale: .logarithmic),
        ]
        let search = Model.Sweep.Search.random(samples: 200, ranges)
        let draws = try SweepDraws(search, seed: 7, limit: 1000).draws()
        #expect(draws == (try SweepDraws(search, seed: 7, limit: 1000).draws()))
        #expect(draws != (try SweepDraws(search, seed: 8, limit: 1000).draws()))
        #expect(Set(draws.map { $0["depth"]! }) == [.integer(2), .integer(3), .integer(4)])
        let rates = draws.compactMap { draw -> Double? in
            if case .number(let rate)? = draw["rate"] { rate.value } else { nil }
        }
        #expect(rates.count == 200 && rates.allSatisfy { (0.001...1).contains($0) })
        // On a logarithmic scale half of the draws lie below the geometric middle.
        #expect((70...130).contains(rates.count { $0 < 0.0316 }))
    }

    @Test("a hostile message stays on its line")
    func oneLine() {
        let finding = Finding(
            ResourceID(.dataset, ResourceName("x")!), .refused, Reason(.snapshotRefused, "row 1: \u{1B}[2Jgone\nnext"))
        let text = PlanText().render(Plan(revision: nil, actions: [], judgements: [], findings: [finding]))
        #expect(text == "! Dataset/x  SnapshotRefused  row 1: [2Jgone next\n")
    }

    @Test("colour is asked for, never assumed")
    func colour() throws {
        var world = World()
        world.commit(Manifests())
        let plan = try world.plan()
        #expect(!PlanText().render(plan).contains("\u{1B}"))
        #expect(PlanText(colour: true).render(plan).contains("\u{1B}[32m+\u{1B}[0m"))
    }
}
