// Model: a line of versions, how they are trained, and what judges them.

public struct Model: Codable, Hashable, Sendable {
    public var origin: Origin
    public var evaluation: Evaluation?
    public var card: Card?

    public init(origin: Origin, evaluation: Evaluation? = nil, card: Card? = nil) {
        self.origin = origin
        self.evaluation = evaluation
        self.card = card
    }

    /// Where versions come from: `spec.training` or `spec.import`.
    public enum Origin: Codable, Hashable, Sendable {
        case training(Training)
        case `import`(Import)
    }

    public struct Training: Codable, Hashable, Sendable {
        public var command: Command
        /// Input name to dataset. The input's path is given to the command under this name.
        public var datasets: [String: ResourceName]
        public var parameters: [String: ParameterValue]
        public var sweep: Sweep?
        public var seed: Int64
        /// How often a failed run is tried again, 0 to 10.
        public var retries: Int

        public init(
            command: Command, datasets: [String: ResourceName] = [:], parameters: [String: ParameterValue] = [:],
            sweep: Sweep? = nil, seed: Int64 = 0, retries: Int = 0
        ) {
            self.command = command
            self.datasets = datasets
            self.parameters = parameters
            self.sweep = sweep
            self.seed = seed
            self.retries = retries
        }
    }

    /// Several runs of one training, the best of which is evaluated.
    public struct Sweep: Codable, Hashable, Sendable {
        public var search: Search
        public var objective: Objective
        /// How many trials run at once.
        public var parallel: Int

        public init(search: Search, objective: Objective, parallel: Int = 1) {
            self.search = search
            self.objective = objective
            self.parallel = parallel
        }

        public enum Search: Codable, Hashable, Sendable {
            /// Every combination of the listed values.
            case grid([String: [ParameterValue]])
            /// So many draws from the ranges, from the training's seed.
            case random(samples: Int, [String: Range])
        }

        public struct Range: Codable, Hashable, Sendable {
            public var minimum: MetricValue
            public var maximum: MetricValue
            public var scale: Scale
            public var integer: Bool

            public init(minimum: MetricValue, maximum: MetricValue, scale: Scale = .linear, integer: Bool = false) {
                self.minimum = minimum
                self.maximum = maximum
                self.scale = scale
                self.integer = integer
            }
        }

        public enum Scale: String, Codable, Hashable, Sendable, CaseIterable { case linear, logarithmic }
    }

    public struct Objective: Codable, Hashable, Sendable {
        public var metric: String
        public var goal: Goal
        public init(metric: String, goal: Goal) {
            self.metric = metric
            self.goal = goal
        }
    }

    public enum Goal: String, Codable, Hashable, Sendable, CaseIterable { case minimize, maximize }

    /// A version made elsewhere: files of the repository or of the controller's machine.
    public struct Import: Codable, Hashable, Sendable {
        public var source: Source
        /// The artefact manifest's digest, when the author pins it.
        public var digest: Digest?

        public init(source: Source, digest: Digest? = nil) {
            self.source = source
            self.digest = digest
        }

        public enum Source: Codable, Hashable, Sendable {
            case path(RepositoryPath)
            case file(String)
        }
    }

    public struct Evaluation: Codable, Hashable, Sendable {
        public var command: Command
        /// Never a dataset the training was given; validation refuses it.
        public var datasets: [String: ResourceName]
        public var gates: [Gate]

        public init(command: Command, datasets: [String: ResourceName], gates: [Gate]) {
            self.command = command
            self.datasets = datasets
            self.gates = gates
        }
    }

    /// One condition a version must meet.
    public struct Gate: Codable, Hashable, Sendable {
        public var metric: String
        public var rule: Rule

        public init(metric: String, rule: Rule) {
            self.metric = metric
            self.rule = rule
        }

        public enum Rule: Codable, Hashable, Sendable {
            case minimum(MetricValue)
            case maximum(MetricValue)
            /// At most `margin` worse than the version the endpoint pins, both evaluated on the same snapshots.
            /// Without a champion the gate passes.
            case noWorseThanChampion(goal: Goal, margin: MetricValue, endpoint: ResourceName?)
        }
    }

    public struct Card: Codable, Hashable, Sendable {
        public var intendedUse: String?
        public var limits: String?
        public var owner: String?
        public var riskTier: String?

        public init(intendedUse: String? = nil, limits: String? = nil, owner: String? = nil, riskTier: String? = nil) {
            self.intendedUse = intendedUse
            self.limits = limits
            self.owner = owner
            self.riskTier = riskTier
        }
    }

    public var training: Training? {
        if case .training(let training) = origin { training } else { nil }
    }

    /// Every dataset the training or the evaluation reads.
    public var datasets: Set<ResourceName> {
        Set(training?.datasets.values.map(\.self) ?? []).union(evaluation?.datasets.values.map(\.self) ?? [])
    }

    public var paths: Set<RepositoryPath> {
        let evaluated = evaluation?.command.paths ?? []
        switch origin {
        case .training(let training): return evaluated.union(training.command.paths)
        case .import(let imported):
            guard case .path(let path) = imported.source else { return evaluated }
            return evaluated.union([path])
        }
    }
}
