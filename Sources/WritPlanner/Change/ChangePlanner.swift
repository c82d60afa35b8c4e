// From what the repository asked for to what it would ask for: everything that follows from a change.
import WritVocabulary

/// Plans a change before it is made. No I/O, no clock, no randomness: the same base, change and observation give the
/// same bytes wherever they are planned.
public struct ChangePlanner: Sendable {
    public var limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// What following `change` does to a repository that is at `base`.
    ///
    /// `base` may be a part of the desired state, as long as the part holds what differs, all that depends on it
    /// directly or through others, and what those name, with their contents: the plan is the same. The cost follows
    /// that part, never the number of resources. `change` holds the content of every path its resources name, unless
    /// `base` does. Without an observation the plan is made as if the base had converged; `basis` says which.
    /// Throws only when something cannot be encoded.
    public func plan(
        base: DesiredState, change: DesiredState.Change, observation: ObservationRecord?, basis: ChangePlan.Basis,
        decision: PolicyDecision?
    ) throws -> ChangePlan {
        let scope = ChangeScope(base: base, change: change)
        let world = ChangeWorld(scope: scope, observation: observation, limits: limits)
        let resources = ResourceChanges(world: world)
        let trainings = TrainingChanges(world: world)
        let evaluations = EvaluationChanges(world: world)
        var draft = ChangeDraft()
        try trainings.plan(into: &draft)
        try evaluations.plan(into: &draft)
        try EndpointMoves(world: world).plan(into: &draft)
        try resources.plan(into: &draft)
        return ChangePlan(
            base: base.revision, head: change.revision, basis: basis, resources: draft.resources,
            trainings: draft.trainings, evaluations: draft.evaluations, moves: draft.moves,
            deletions: DeletionChanges(world: world).deletions(), decision: decision)
    }
}

/// A plan of a change in the making: later parts look at what earlier ones found.
struct ChangeDraft {
    var resources: [ChangePlan.ResourceChange] = []
    private(set) var trainings: [ChangePlan.TrainingChange] = []
    private var trainingByModel: [ResourceName: ChangePlan.TrainingChange] = [:]
    var evaluations: [ChangePlan.EvaluationChange] = []
    var moves: [ChangePlan.EndpointMove] = []

    mutating func add(_ training: ChangePlan.TrainingChange) {
        trainings.append(training)
        trainingByModel[training.model] = training
    }

    func training(of model: ResourceName) -> ChangePlan.TrainingChange? { trainingByModel[model] }
}
