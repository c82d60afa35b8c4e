// One seed of a swarm: which scenario and faults it has, and whether the run under them ends as the calm one.

/// What a seed alone decides, unless something is set otherwise.
public struct SwarmTrial: Sendable {
    public let seed: UInt64
    public var scenario: Scenario
    public var faults: Faults
    public let isPatient: Bool
    private var named: [String] = []

    public init(seed: UInt64, isPatient: Bool = true) {
        var random = SeededGenerator(seed: seed)
        self.seed = seed
        self.isPatient = isPatient
        scenario = Scenario.all[Int(seed % UInt64(Scenario.all.count))]
        faults = Faults.swarm(&random)
    }

    /// Lets only the named faults happen.
    public mutating func turn(only names: [String]) {
        var random = SeededGenerator(seed: seed)
        faults = Faults.only(names, &random)
        named = names
    }

    /// The command that repeats it.
    public var command: String {
        "writ simulate --seed \(seed) --scenario \(scenario.name)" + named.map { " --fault \($0)" }.joined()
            + (isPatient ? "" : " --hurried")
    }

    public func run() async throws -> SimulationReport {
        try await Simulation(seed: seed, scenario: scenario, faults: faults, isPatient: isPatient).run()
    }

    /// The laws it broke, a sentence each. Commits that overtake each other end as time would have it, and are not
    /// compared with a calm run.
    public func judge() async throws -> [String] {
        let report = try await run()
        guard isPatient else { return report.violations }
        let calm = try await Simulation(seed: seed, scenario: scenario, faults: .none).run()
        // Deaths in a row may have a deployment taken back, as they should: that is another end.
        if report.rejections != calm.rejections { return report.violations }
        return report.violations + report.end.differences(from: calm.end)
    }
}

extension EndState {
    /// What of an end is not as in another one.
    func differences(from calm: EndState) -> [String] {
        var found: [String] = []
        if versions != calm.versions {
            found.append("versions are \(versions.keys.sorted()), without faults \(calm.versions.keys.sorted())")
        }
        for name in Set(routes.keys).union(calm.routes.keys).sorted() where routes[name] != calm.routes[name] {
            found.append("\(name) routes to \(routes[name] ?? []), without faults to \(calm.routes[name] ?? [])")
        }
        let ids = Set(conditions.keys).union(calm.conditions.keys)
        for id in ids.sorted() where conditions[id] != calm.conditions[id] {
            found.append("\(id) is \(conditions[id] ?? "gone"), without faults \(calm.conditions[id] ?? "gone")")
        }
        if found.isEmpty, self != calm { found.append("the end is not that of the run without faults") }
        return found
    }
}
