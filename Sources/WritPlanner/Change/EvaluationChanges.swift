// What is evaluated because of a change, and against which gates.
import WritVocabulary

/// Comes after the trainings: every new candidate is evaluated.
struct EvaluationChanges {
    let world: ChangeWorld

    func plan(into draft: inout ChangeDraft) throws {
        for name in world.reached(.model) {
            guard let new = world.scope.after.model(name) else { continue }
            let training = draft.training(of: name)
            if let change = change(name, world.scope.before.model(name), new, training) {
                draft.evaluations.append(change)
            }
        }
    }

    private func change(
        _ name: ResourceName, _ old: Model?, _ new: Model, _ training: ChangePlan.TrainingChange?
    ) -> ChangePlan.EvaluationChange? {
        let gates = GateDifference(from: old?.evaluation?.gates ?? [], to: new.evaluation?.gates ?? [])
        guard let evaluation = new.evaluation else {
            guard old?.evaluation != nil else { return nil }
            return ChangePlan.EvaluationChange(
                model: name, why: "the evaluation is removed: nothing judges its versions from now on", datasets: [:],
                gates: [], removedGates: gates.removed)
        }
        var why: [String] = []
        let isNewCandidate = training?.course.givesNewVersion == true
        if isNewCandidate { why.append("a new candidate") }
        if let before = old?.evaluation {
            why += differences(from: before, to: evaluation) + gates.sentences
        } else if old != nil {
            why.append("the evaluation is new")
        }
        if !gates.removed.isEmpty {
            why.append("\(Words.count(gates.removed.count, "gate")) \(gates.removed.count == 1 ? "is" : "are") removed")
        }
        guard !why.isEmpty else { return nil }
        why += verdict(name, new, isNewCandidate: isNewCandidate)
        return ChangePlan.EvaluationChange(
            model: name, why: world.limits.bounded(why).joined(separator: "; "), datasets: evaluation.datasets,
            gates: evaluation.gates, removedGates: gates.removed)
    }

    private func differences(from old: Model.Evaluation, to new: Model.Evaluation) -> [String] {
        // An evaluation is a command over data, as a training is: what differs has the same words.
        let difference = RecipeDifference(
            from: Model.Training(command: old.command, datasets: old.datasets),
            to: Model.Training(command: new.command, datasets: new.datasets), world: world)
        return difference.words
    }

    // MARK: What comes of it

    /// A version that is registered is judged no more; a candidate that is not, is judged again.
    private func verdict(_ name: ResourceName, _ model: Model, isNewCandidate: Bool) -> [String] {
        guard let training = model.training else { return [] }
        guard world.recorded != nil else {
            return isNewCandidate ? [] : ["the registered version is not judged again, the next candidate is"]
        }
        let progress = TrainingProgress(of: name, model, training, world: world)
        if let version = progress.version {
            return ["version \(version.number) is registered and not judged again, the next candidate is"]
        }
        guard let finished = progress.finished else { return [] }
        let candidate = Candidate(finished)
        guard let judgement = judgement(name, model, candidate) else { return ["\(candidate.words) is evaluated"] }
        let sentence = judgement.sentence(of: candidate.words)
        return [judgement.passed ? "\(sentence): it becomes a version" : sentence]
    }

    /// The verdict the records already hold, or that follows from them.
    private func judgement(_ name: ResourceName, _ model: Model, _ candidate: Candidate) -> Judgement? {
        var wanted = WantedExecutions()
        var draft = Draft()
        let rules = EvaluationRules(situation: world.after, name: name, model: model)
        let known = try? rules.judgement(of: candidate, &wanted, into: &draft)
        return known ?? draft.judgements.first
    }
}
