// From a training spec to the files that may become a version.
import WritVocabulary

/// One run a training asks for: the only one, or one of a sweep.
struct Trial {
    let request: ExecutionRequest
    /// `units=20`; empty without a sweep.
    let words: String
}

struct TrainingRules {
    let situation: Situation
    let name: ResourceName
    let training: Model.Training

    private var id: ResourceID { ResourceID(.model, name) }

    /// The runs the training asks for, in their order. Halts while an input has no accepted snapshot.
    func trials(_ wanted: inout WantedExecutions) throws -> [Trial] {
        let inputs = try situation.inputs(training.datasets)
        guard let sweep = training.sweep else {
            let reason = Reason(.recipeIsNew, "its recipe is new")
            let only = Trial(request: try request(training.parameters, inputs, reason), words: "")
            wanted.expect([only.request.recipe], for: .training)
            return [only]
        }
        let draws = try SweepDraws(sweep.search, seed: training.seed, limit: situation.limits.trials).draws()
        var seen: Set<RecipeID> = []
        let trials = try draws.enumerated().compactMap { index, draw -> Trial? in
            let words = draw.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            let reason = Reason(.trialOfSweep, "it is trial \(index + 1) of \(draws.count) with \(words)")
            let request = try request(training.parameters.merging(draw) { _, drawn in drawn }, inputs, reason)
            // Two draws may be equal; they are one run.
            return seen.insert(request.recipe).inserted ? Trial(request: request, words: words) : nil
        }
        wanted.expect(seen, for: .training)
        return trials
    }

    /// The best the trials gave; halts until they are done.
    func candidate(of trials: [Trial], into draft: inout Draft) throws -> Candidate {
        guard let sweep = training.sweep else {
            return Candidate(try ExecutionRules(situation: situation).finish(trials[0].request, into: &draft))
        }
        return try SweepRules(situation: situation, model: id, sweep: sweep).best(of: trials, into: &draft)
    }

    private func request(
        _ parameters: [String: ParameterValue], _ inputs: [String: InputOrder], _ reason: Reason
    ) throws -> ExecutionRequest {
        try ExecutionRequest(
            .training, for: id, training.command, inputs: inputs, parameters: parameters, seed: training.seed,
            model: nil,
            retries: training.retries, reason: reason, situation)
    }
}

extension Situation {
    /// The snapshots of named datasets. Halts at the first, in order of input name, that has none.
    func inputs(_ datasets: [String: ResourceName]) throws -> [String: InputOrder] {
        var inputs: [String: InputOrder] = [:]
        for (input, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
            inputs[input] = try DatasetRules(situation: self, name: dataset).snapshot()
        }
        return inputs
    }
}
