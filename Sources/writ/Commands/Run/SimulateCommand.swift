// `writ simulate --seed N`: the production controller in a simulated world, with faults, from one seed or many.
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

    @Option(name: .long, help: "How many seeds, one after the other; each that breaks a law is told.")
    var seeds: UInt64 = 1

    @Option(
        name: .long, help: "Which course of commits; without it, each seed has its own.",
        completion: .list(Scenario.all.map(\.name)))
    var scenario: String?

    @Option(
        name: .long, help: "Only this fault; may be repeated. Without it, each seed has its own.",
        completion: .list(Faults.dials.map(\.name)))
    var fault: [String] = []

    @Flag(name: .long, help: "Let commits overtake each other.")
    var hurried = false

    @Flag(name: .long, help: "Let nothing go wrong.")
    var withoutFaults = false

    @OptionGroup var format: FormatOption

    func validate() throws {
        guard seeds > 0 else { throw ValidationError("There has to be at least one seed.") }
        if let scenario, Scenario.named(scenario) == nil {
            throw ValidationError(
                "There is no scenario “\(scenario)”. Scenarios are \(Scenario.all.map(\.name).joined(separator: ", "))."
            )
        }
        if let name = fault.first(where: { name in !Faults.dials.contains { $0.name == name } }) {
            throw ValidationError(
                "There is no fault “\(name)”. Faults are \(Faults.dials.map(\.name).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        guard seeds > 1 else {
            let trial = trial(seed)
            let report = try await trial.run()
            try say(SimulationAnswer(seed: seed, scenario: trial.scenario, report))
            guard report.violations.isEmpty, report.converged != .working else { throw CommandFailure.notSo }
            return
        }
        var broken = 0
        for seed in seed..<(seed + seeds) {
            let trial = trial(seed)
            let found = try await trial.judge()
            if found.isEmpty { continue }
            broken += 1
            Terminal.say("\(trial.command)\n" + found.map { "  \($0)\n" }.joined())
        }
        Terminal.say("\(seeds) seeds, \(broken) broke a law\n")
        guard broken == 0 else { throw CommandFailure.notSo }
    }

    private func trial(_ seed: UInt64) -> SwarmTrial {
        var trial = SwarmTrial(seed: seed, isPatient: !hurried)
        if let scenario = scenario.flatMap(Scenario.named) { trial.scenario = scenario }
        if !fault.isEmpty { trial.turn(only: fault) }
        if withoutFaults { trial.faults = .none }
        return trial
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
