// The production controller, planner and executor in a world where things go wrong.
import Foundation
import Testing
import WritController
import WritSimulation
import WritVocabulary

/// Seeds of a swarm; `WRIT_SWARM_SEEDS` asks for another number of them.
private func seeds(_ first: Int, _ count: Int) -> [Int] {
    let asked = ProcessInfo.processInfo.environment["WRIT_SWARM_SEEDS"].flatMap { Int($0) }
    return Array(first..<(first + (asked ?? count)))
}

struct SimulationTests {
    @Test("every scenario comes to rest without faults and breaks no law", arguments: Scenario.all.map(\.name))
    func faultless(name: String) async throws {
        let scenario = try #require(Scenario.named(name))
        let report = try await Simulation(seed: 1, scenario: scenario, faults: .none).run()
        #expect(report.violations.isEmpty)
        #expect(report.converged != .working)
    }

    @Test("the life cycle ends with version 2 serving")
    func lifeCycle() async throws {
        let report = try await Simulation(seed: 7, scenario: .lifeCycle, faults: .none).run()
        let endpoint = try #require(ResourceName("times-live"))
        #expect(report.end.routes[endpoint] == ["times:2 100% x2"])
        #expect(report.end.versions.count == 2)
        guard case .converged = report.converged else {
            Issue.record("not converged: \(report.converged) \(report.end)")
            return
        }
    }

    @Test("equal seeds give equal courses")
    func deterministic() async throws {
        var random = SeededGenerator(seed: 4711)
        let faults = Faults.swarm(&random)
        let first = try await Simulation(seed: 4711, scenario: .lifeCycle, faults: faults).run()
        let second = try await Simulation(seed: 4711, scenario: .lifeCycle, faults: faults).run()
        #expect(first.steps == second.steps)
        #expect(first.entries == second.entries)
        #expect(first.end == second.end)
    }

    @Test(
        "a crash at any append of the ledger leads to the end of the run that did not crash", arguments: [false, true])
    func crashEverywhere(keeping: Bool) async throws {
        try await crash(in: .lifeCycle, keeping: keeping, every: 1, from: 0)
    }

    @Test(
        "so it does where Writ commits, proposes, gives way, takes back and waits for a signature",
        arguments: ["promotion", "proposed", "taken-back", "returned", "unsigned"], [false, true])
    func crashWhileGoverning(name: String, keeping: Bool) async throws {
        let scenario = try #require(Scenario.named(name))
        let every = ProcessInfo.processInfo.environment["WRIT_CRASH_EVERY"].flatMap { Int($0) } ?? 19
        try await crash(in: scenario, keeping: keeping, every: max(1, every), from: keeping ? 7 : 0)
    }

    /// Crashes at one append in `every`, each in a run of its own.
    private func crash(in scenario: Scenario, keeping: Bool, every: Int, from first: Int) async throws {
        let calm = try await Simulation(seed: 3, scenario: scenario, faults: .none).run()
        #expect(calm.violations.isEmpty && calm.appends > 20)
        for append in stride(from: first % every, to: calm.appends, by: every) {
            let crash = Simulation.Crash(append: append, keeping: keeping)
            let report = try await Simulation(seed: 3, scenario: scenario, faults: .none, crash: crash).run()
            #expect(report.crashes == 1, "no crash at append \(append)")
            #expect(report.violations.isEmpty, "crash at append \(append)")
            #expect(report.end == calm.end, "crash at append \(append)")
        }
    }

    @Test("a proposal that is replaced is told so once, and the one in its place is merged")
    func replaced() async throws {
        let report = try await Simulation(seed: 3, scenario: try #require(.named("proposed")), faults: .none).run()
        #expect(report.violations.isEmpty)
        #expect(report.end.proposals == ["times-live/promotion/2": "superseded", "times-live/promotion/3": "merged"])
    }

    @Test("a version that cannot serve is taken back, and Git agrees in the end", arguments: ["taken-back", "returned"])
    func takenBack(name: String) async throws {
        let report = try await Simulation(seed: 3, scenario: try #require(.named(name)), faults: .none).run()
        let endpoint = try #require(ResourceName("times-live"))
        #expect(report.violations.isEmpty && report.rejections == 1)
        #expect(report.end.routes[endpoint] == ["times:1 100% x2"])
        #expect(report.end.proposals == ["times-live/promotion/2": "merged", "times-live/rollback/1": "merged"])
    }

    @Test("swarms of faults break no law and end where the calm run ends", arguments: seeds(1, 11))
    func swarm(seed: Int) async throws {
        let trial = SwarmTrial(seed: UInt64(seed))
        let broken = try await trial.judge()
        #expect(broken.isEmpty, "repeat with: \(trial.command)")
    }

    @Test(
        "an unsigned commit takes no effect under any faults, and the signed one in its place does",
        arguments: seeds(1, 6))
    func unsigned(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) &+ 77)
        var faults = Faults.swarm(&random)
        faults.ledgerFailure = seed % 3 == 0 ? 2 : 0
        let scenario = try #require(Scenario.named("unsigned"))
        let report = try await Simulation(seed: UInt64(seed), scenario: scenario, faults: faults).run()
        let endpoint = try #require(ResourceName("times-live"))
        #expect(report.violations.isEmpty)
        #expect(report.end.routes[endpoint] == ["times:1 100% x2"])
        #expect(report.end.versions.count == 2)
        #expect(report.held.count == 1, "one commit was held, and recorded once")
        #expect(report.held.isDisjoint(with: report.accepted))
    }

    @Test("bytes that change under replicas are left, every version and deployment is attested", arguments: seeds(1, 3))
    func bytes(seed: Int) async throws {
        var faults = Faults()
        faults.bytesChange = 4 + seed % 3
        faults.timeoutBefore = seed % 2 == 0 ? 10 : 0
        faults.crash = seed % 3 == 0 ? 2 : 0
        let calm = try await Simulation(seed: UInt64(seed), scenario: .lifeCycle, faults: .none).run()
        let report = try await Simulation(seed: UInt64(seed), scenario: .lifeCycle, faults: faults).run()
        #expect(report.violations.isEmpty)
        #expect(report.end == calm.end)
        #expect(report.incidents > 0 && calm.incidents == 0)
        // Two versions, and two deployments that served.
        #expect(calm.attestations == 4 && report.attestations == 4)
    }

    @Test(
        "commits that overtake each other under faults break no law, and all comes to rest", arguments: seeds(1_000, 6))
    func hurried(seed: Int) async throws {
        let trial = SwarmTrial(seed: UInt64(seed), isPatient: false)
        let broken = try await trial.judge()
        #expect(broken.isEmpty, "repeat with: \(trial.command)")
    }
}
