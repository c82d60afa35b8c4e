// `writ simulate --seed N`: the production controller in a simulated world, with faults, from one seed.
import ArgumentParser
import WritController
import WritSimulation
import WritVocabulary

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run the controller in a simulated world with faults, reproducibly.",
        discussion: "Equal seeds give equal courses. Exit code 1 when a law was broken or it did not come to rest.")

    @Option(name: .long, help: "Where all chance comes from.")
    var seed: UInt64

    @Option(name: .long, help: "Which course of commits.", completion: .list(Scenario.all.map(\.name)))
    var scenario = Scenario.lifeCycle.name

    @Flag(name: .long, help: "Let nothing go wrong.")
    var withoutFaults = false

    @OptionGroup var format: FormatOption

    func run() async throws {
        guard let scenario = Scenario.named(scenario) else {
            throw ValidationError(
                "There is no scenario “\(scenario)”. Scenarios are \(Scenario.all.map(\.name).joined(separator: ", "))."
            )
        }
        var random = SeededGenerator(seed: seed)
        let faults = withoutFaults ? Faults.none : Faults.swarm(&random)
        let report = try await Simulation(seed: seed, scenario: scenario, faults: faults).run()
        try say(SimulationAnswer(seed: seed, scenario: scenario, report))
        guard report.violations.isEmpty, report.converged != .working else { throw CommandFailure.notSo }
    }

    private func say(_ answer: SimulationAnswer) throws {
        if format.format == .json { return Terminal.say(try Canonical.encodePretty(answer)) }
        var text = "\(answer.scenario), seed \(answer.seed): \(answer.steps) steps, \(answer.entries) entries, "
        text +=
            "\(answer.crashes) crashes, \(answer.virtualTime) of virtual time\n\(answer.atRest ? "at rest" : "not at rest")\n"
        for (resource, condition) in answer.end.conditions.sorted(by: { $0.key < $1.key }) {
            text += "  \(resource)  \(condition)\n"
        }
        for violation in answer.violations { text += "broken: \(violation)\n" }
        Terminal.say(text)
    }
}

/// `writ simulate --format json`.
private struct SimulationAnswer: Encodable {
    var seed: UInt64
    var scenario: String
    var steps: Int
    var entries: Int
    var crashes: Int
    var virtualTime: TimeSpan
    var atRest: Bool
    var violations: [String]
    var end: EndState

    init(seed: UInt64, scenario: Scenario, _ report: SimulationReport) {
        self.seed = seed
        self.scenario = scenario.name
        (steps, entries, crashes) = (report.steps, report.entries, report.crashes)
        virtualTime = report.virtualTime
        atRest = report.converged != .working
        violations = report.violations
        end = report.end
    }
}
