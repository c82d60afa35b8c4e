// Several runs of one training, side by side up to a limit, and the best of them.
import WritVocabulary

struct SweepRules {
    let situation: Situation
    let model: ResourceID
    let sweep: Model.Sweep

    /// The best finished trial by the objective; of equal ones the first. Trials that failed are left out as long as
    /// one succeeded. Halts until all are done.
    func best(of trials: [Trial], into draft: inout Draft) throws -> Candidate {
        let progress = trials.map { ExecutionProgress(of: $0.request, situation) }
        guard progress.allSatisfy(\.isDone) else {
            advance(trials, progress, into: &draft)
            throw Halt.noted
        }
        let finished = progress.compactMap { progress -> FinishedExecution? in
            guard case .succeeded(let finished) = progress else { return nil }
            return finished
        }
        var best: (execution: FinishedExecution, value: MetricValue)?
        for execution in finished {
            guard let value = execution.metrics[sweep.objective.metric] else { continue }
            if let best, !sweep.objective.goal.prefers(value, to: best.value) { continue }
            best = (execution, value)
        }
        guard let best else { throw Halt(.refused, .nothingSucceeded, sentence(progress, finished.count)) }
        return Candidate(best.execution)
    }

    private func advance(_ trials: [Trial], _ progress: [ExecutionProgress], into draft: inout Draft) {
        var places = sweep.parallel - progress.count { $0.isRunning(in: situation) }
        var waiting = 0
        for (trial, progress) in zip(trials, progress) where !progress.isDone {
            if case .due = progress, !progress.isRunning(in: situation) {
                guard places > 0 else {
                    waiting += 1
                    continue
                }
                places -= 1
            }
            ExecutionRules(situation: situation).advance(progress, trial.request, into: &draft)
        }
        if waiting > 0 {
            let words = "\(waiting) trials wait: \(sweep.parallel) may run at once"
            draft.note(Step(.waiting, .parallelLimit, words), for: model)
            draft.follow(model, with: ["start \(waiting) more \(waiting == 1 ? "trial" : "trials")"])
        }
        draft.follow(model, with: ["take the best of \(trials.count) trials by \(sweep.objective.metric)"])
    }

    private func sentence(_ progress: [ExecutionProgress], _ finished: Int) -> String {
        if finished > 0 {
            return "\(finished) of \(progress.count) trials ended well, none with the metric \(sweep.objective.metric)"
        }
        for case .failed(let id, let outcome, _) in progress {
            return "all \(progress.count) trials failed; \(id): \(outcome.summary)"
        }
        return "the sweep has no trials"
    }
}

extension Model.Goal {
    func prefers(_ a: MetricValue, to b: MetricValue) -> Bool {
        switch self {
        case .minimize: a < b
        case .maximize: a > b
        }
    }
}

extension ExecutionProgress {
    fileprivate var isDone: Bool {
        switch self {
        case .succeeded, .failed: true
        case .running, .due, .pausing: false
        }
    }

    fileprivate func isRunning(in situation: Situation) -> Bool {
        switch self {
        case .running: true
        case .due(let order, _): situation.isOpen(Action.execute(order).key)
        case .succeeded, .pausing, .failed: false
        }
    }
}
