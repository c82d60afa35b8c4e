// The plan of a change: what following a commit would do, for those who decide whether to merge it.

/// What differs, what follows, and what is still missing. A function of base, head and observation: the same three
/// give the same bytes on a laptop, in CI and in the controller.
public struct ChangePlan: Codable, Hashable, Sendable {
    public var format = 1
    /// nil is an empty repository.
    public var base: RevisionID?
    public var head: RevisionID
    public var basis: Basis
    /// Sorted by id; every resource whose declaration, content or dependency differs.
    public var resources: [ResourceChange]
    /// Sorted by model.
    public var trainings: [TrainingChange]
    public var evaluations: [EvaluationChange]
    /// Sorted by endpoint.
    public var moves: [EndpointMove]
    /// Sorted by id.
    public var deletions: [Deletion]
    /// nil where no policy is in force at the base.
    public var decision: PolicyDecision?

    public init(
        base: RevisionID?, head: RevisionID, basis: Basis, resources: [ResourceChange] = [],
        trainings: [TrainingChange] = [], evaluations: [EvaluationChange] = [], moves: [EndpointMove] = [],
        deletions: [Deletion] = [], decision: PolicyDecision? = nil
    ) {
        self.base = base
        self.head = head
        self.basis = basis
        self.resources = resources.sorted { $0.resource < $1.resource }
        self.trainings = trainings.sorted { $0.model < $1.model }
        self.evaluations = evaluations.sorted { $0.model < $1.model }
        self.moves = moves.sorted { $0.endpoint < $1.endpoint }
        self.deletions = deletions.sorted { $0.resource < $1.resource }
        self.decision = decision
    }

    public var isEmpty: Bool { resources.isEmpty }

    /// The digest over base, head, observation and all that follows from them.
    public var digest: Digest {
        get throws { try Digest(canonical: self) }
    }

    /// What the plan knows of the world.
    public enum Basis: Codable, Hashable, Sendable {
        /// Nothing was observed: planned as if the base had converged.
        case assumed
        /// `digest` names exactly what was looked at, `entries` how many ledger entries it folds.
        case observed(digest: Digest, entries: Int64)
    }

    public struct ResourceChange: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Hashable, Sendable {
            case created, changed, deleted
            /// It is declared as before, and something it depends on differs.
            case affected
        }

        public var resource: ResourceID
        public var kind: Kind
        /// Where it is declared at the head, or was at the base when it is deleted.
        public var location: ManifestLocation
        /// What differs, each as `spec.replicas: 1 → 2`, or `content of data/flights.csv`; at most 50.
        public var differences: [String]
        /// For `affected`: the resources among the changed ones it depends on, sorted.
        public var because: [ResourceID]

        public init(
            resource: ResourceID, kind: Kind, location: ManifestLocation, differences: [String] = [],
            because: [ResourceID] = []
        ) {
            self.resource = resource
            self.kind = kind
            self.location = location
            self.differences = differences
            self.because = because
        }
    }

    /// A part of a recipe, and so a reason to train.
    public enum RecipePart: String, Codable, Hashable, Sendable, CaseIterable {
        case data, code, command, environment, parameters, seed
    }

    public struct TrainingChange: Codable, Hashable, Sendable {
        public enum Course: Codable, Hashable, Sendable {
            /// A run starts once the data is there. `trials` is more than one for a sweep.
            case train(trials: Int)
            /// This recipe was trained before; the run's metrics are known.
            case known(run: ExecutionID, version: VersionID?, metrics: [String: MetricValue])
            /// Files made elsewhere are brought in.
            case importFiles
        }

        public var model: ResourceName
        /// In the order of the declaration above; empty for a new model.
        public var parts: [RecipePart]
        /// What differs in words: `parameters.depth: 4 → 6`, `code training/: 1a2b… → 3c4d…`.
        public var differences: [String]
        public var course: Course
        /// The version it is likely to become, when the records say which was the last.
        public var nextVersion: Int?

        public init(
            model: ResourceName, parts: [RecipePart], differences: [String] = [], course: Course,
            nextVersion: Int? = nil
        ) {
            self.model = model
            self.parts = parts
            self.differences = differences
            self.course = course
            self.nextVersion = nextVersion
        }
    }

    public struct EvaluationChange: Codable, Hashable, Sendable {
        public var model: ResourceName
        /// Why: `a new candidate`, `gates changed`.
        public var why: String
        /// Input name to dataset.
        public var datasets: [String: ResourceName]
        public var gates: [Model.Gate]
        /// Gates the base had and the head has not.
        public var removedGates: [Model.Gate]

        public init(
            model: ResourceName, why: String, datasets: [String: ResourceName], gates: [Model.Gate],
            removedGates: [Model.Gate] = []
        ) {
            self.model = model
            self.why = why
            self.datasets = datasets
            self.gates = gates
            self.removedGates = removedGates
        }
    }

    public struct EndpointMove: Codable, Hashable, Sendable {
        public var endpoint: ResourceName
        public var model: ResourceName
        public var from: VersionID?
        public var to: VersionID?
        /// What happens in order: `start 2 replicas of version 8`, `route 100% to version 8`, `stop 2 replicas of
        /// version 7`.
        public var steps: [String]
        /// Champion beside challenger, when both are on record.
        public var comparison: Comparison?
        /// Why the move cannot be followed as it stands: an unknown version, another digest.
        public var problem: String?
        /// Whether the version served stays and only how it is served differs.
        public var isRestart: Bool

        public init(
            endpoint: ResourceName, model: ResourceName, from: VersionID?, to: VersionID?, steps: [String],
            comparison: Comparison? = nil, problem: String? = nil, isRestart: Bool = false
        ) {
            self.endpoint = endpoint
            self.model = model
            self.from = from
            self.to = to
            self.steps = steps
            self.comparison = comparison
            self.problem = problem
            self.isRestart = isRestart
        }
    }

    public struct Deletion: Codable, Hashable, Sendable {
        public var resource: ResourceID
        /// Everything that depends on it, sorted: what goes with it or breaks.
        public var dependents: [ResourceID]
        /// What it takes away now: `version 7 serves with 2 replicas`, `3 versions stay registered and can be pinned
        /// no more`.
        public var losses: [String]

        public init(resource: ResourceID, dependents: [ResourceID], losses: [String] = []) {
            self.resource = resource
            self.dependents = dependents.sorted()
            self.losses = losses
        }
    }
}

/// Champion and challenger, number beside number.
public struct Comparison: Codable, Hashable, Sendable {
    public var champion: VersionID?
    public var challenger: VersionID
    /// Sorted by name; a slice is part of the name, as in `mae[carrier=AA]`.
    public var metrics: [Line]
    public var gates: [GateResult]
    /// Sentences on where both come from: data, code, run.
    public var lineage: [String]

    public init(
        champion: VersionID?, challenger: VersionID, metrics: [Line], gates: [GateResult], lineage: [String]
    ) {
        self.champion = champion
        self.challenger = challenger
        self.metrics = metrics
        self.gates = gates
        self.lineage = lineage
    }

    public struct Line: Codable, Hashable, Sendable {
        public var metric: String
        public var champion: MetricValue?
        public var challenger: MetricValue?
        /// Challenger minus champion.
        public var difference: MetricValue?
        /// nil where no gate says which way is better.
        public var isBetter: Bool?

        public init(
            metric: String, champion: MetricValue?, challenger: MetricValue?, difference: MetricValue?, isBetter: Bool?
        ) {
            self.metric = metric
            self.champion = champion
            self.challenger = challenger
            self.difference = difference
            self.isBetter = isBetter
        }
    }
}

/// Everything a plan of a change may know of the world, as it is exported: what the ledger adds up to.
public struct ObservationRecord: Codable, Sendable, Hashable {
    public var format = 1
    /// The ledger's root over exactly the entries that were folded, in hexadecimal digits: names them all without
    /// reading them again. nil where there is no ledger behind the record.
    public var root: String?
    public var recorded: RecordedState
    public var live: LiveState?

    public init(recorded: RecordedState, live: LiveState? = nil, root: String? = nil) {
        self.recorded = recorded
        self.live = live
        self.root = root
    }

    /// How a plan names this observation. Costs nothing where the ledger's root is known.
    public var basis: ChangePlan.Basis {
        get throws {
            if let root, live == nil {
                let name = Digest(of: Array("writ observation\n\(recorded.next)\n\(root)\n".utf8))
                return .observed(digest: name, entries: recorded.next)
            }
            return .observed(digest: try Digest(canonical: self), entries: recorded.next)
        }
    }
}
