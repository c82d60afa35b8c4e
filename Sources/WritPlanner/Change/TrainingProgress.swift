// How far the runs of a recipe have come that a change asks for.
import WritVocabulary

/// Looks the head's recipes up in the records, as the planner's own rules make them.
struct TrainingProgress {
    let course: ChangePlan.TrainingChange.Course
    /// The run whose files may become a version, or did.
    private(set) var finished: FinishedExecution?
    /// The version they became.
    private(set) var version: VersionID?
    /// Sentences on runs of these recipes that have not given anything.
    private(set) var notes: [String] = []

    init(of name: ResourceName, _ model: Model, _ training: Model.Training, world: ChangeWorld) {
        if let obstacle = TrainingProgress.obstacle(training, world.scope.after) {
            course = .train(trials: 0)
            notes = [obstacle]
            return
        }
        var wanted = WantedExecutions()
        let rules = TrainingRules(situation: world.after, name: name, training: training)
        // Without the snapshots of the head the recipes are not known.
        guard world.recorded != nil, let trials = try? rules.trials(&wanted) else {
            course = .train(trials: TrainingProgress.count(training, world))
            return
        }
        let registration = RegistrationRules(situation: world.after, name: name, model: model)
        if let version = registration.version(of: Set(trials.map(\.request.recipe))), let run = version.run {
            course = .known(run: run, version: version.id, metrics: version.metrics)
            self.version = version.id
            return
        }
        let progress = trials.map { ExecutionProgress(of: $0.request, world.after) }
        let finished = progress.compactMap(\.finished)
        if finished.count == trials.count, let best = TrainingProgress.best(finished, training.sweep) {
            course = .known(run: best.order.id, version: nil, metrics: best.metrics)
            self.finished = best
            return
        }
        course = .train(trials: progress.count(where: \.willTrain))
        notes = progress.compactMap(\.note)
        if !finished.isEmpty { notes.append("\(finished.count) of \(trials.count) trials were trained before") }
    }

    /// What the head lacks, as far as it can be told before anything is read.
    private static func obstacle(_ training: Model.Training, _ head: DesiredState) -> String? {
        for name in Set(training.datasets.values).sorted() {
            guard let dataset = head.dataset(name) else { return "Dataset/\(name) is not declared" }
            if let path = missing(dataset.paths, head) { return "the repository has no \(path) for Dataset/\(name)" }
        }
        return missing(training.command.paths, head).map { "the repository has no \($0)" }
    }

    private static func missing(_ paths: Set<RepositoryPath>, _ head: DesiredState) -> String? {
        paths.filter { head.contents[$0] == nil }.sorted().first.map { SpecTree.quoted($0.text) }
    }

    /// Equal draws are one run.
    private static func count(_ training: Model.Training, _ world: ChangeWorld) -> Int {
        guard let sweep = training.sweep else { return 1 }
        let draws = SweepDraws(sweep.search, seed: training.seed, limit: world.limits.planner.trials)
        return max(1, Set((try? draws.draws()) ?? []).count)
    }

    private static func best(_ finished: [FinishedExecution], _ sweep: Model.Sweep?) -> FinishedExecution? {
        guard let sweep else { return finished.last }
        let metric = sweep.objective.metric
        return finished.reduce(nil as FinishedExecution?) { best, next in
            guard let value = next.metrics[metric] else { return best }
            guard let known = best?.metrics[metric] else { return next }
            return sweep.objective.goal.prefers(value, to: known) ? next : best
        }
    }
}

extension ExecutionProgress {
    fileprivate var finished: FinishedExecution? {
        if case .succeeded(let finished) = self { finished } else { nil }
    }

    fileprivate var willTrain: Bool {
        switch self {
        case .due, .running, .pausing: true
        case .succeeded, .failed: false
        }
    }

    fileprivate var note: String? {
        switch self {
        case .succeeded, .due: nil
        case .running(let id, _): "\(id) of this recipe is under way"
        case .pausing(let id, let outcome, _): "\(id) of this recipe failed: \(outcome.summary); it is tried again"
        case .failed(let id, let outcome, _):
            "\(id) of this recipe failed: \(outcome.summary); it is not tried again"
        }
    }
}
