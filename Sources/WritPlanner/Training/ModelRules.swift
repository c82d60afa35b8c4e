// A model is settled when the version its manifest describes is registered: train or import, judge, register.
import WritVocabulary

struct ModelRules {
    let situation: Situation
    let name: ResourceName

    private var id: ResourceID { ResourceID(.model, name) }

    func plan(into draft: inout Draft) throws {
        let superseding = SupersededRules(situation: situation, resource: id)
        guard let model = situation.desired.model(name) else { return superseding.windDown(into: &draft) }
        var wanted = WantedExecutions()
        let result = Result { try advance(model, &wanted, into: &draft) }
        superseding.cancel(allBut: wanted, into: &draft)
        try result.get()
    }

    func advance(_ model: Model, _ wanted: inout WantedExecutions, into draft: inout Draft) throws {
        let registration = RegistrationRules(situation: situation, name: name, model: model)
        let judging = EvaluationRules(situation: situation, name: name, model: model)
        let last = ["register version \(registration.highestNumber + 1)"]
        let candidate: Candidate
        switch model.origin {
        case .training(let training):
            let rules = TrainingRules(situation: situation, name: name, training: training)
            let trials = try rules.trials(&wanted)
            if let version = registration.version(of: Set(trials.map(\.request.recipe))) {
                return settle(version, &wanted, into: &draft)
            }
            candidate = try following(judging.nextSteps + last, into: &draft) {
                try rules.candidate(of: trials, into: &$0)
            }
        case .import(let imported):
            let rules = ImportRules(situation: situation, name: name, imported: imported)
            candidate = try following(judging.nextSteps + last, into: &draft) { try rules.candidate(into: &$0) }
        }
        if let version = registration.version(of: candidate) { return settle(version, &wanted, into: &draft) }
        let judgement = try following(last, into: &draft) { try judging.judgement(of: candidate, &wanted, into: &$0) }
        try registration.register(candidate, judgement, into: &draft)
    }

    private func settle(_ version: VersionRecord, _ wanted: inout WantedExecutions, into draft: inout Draft) {
        // Nothing more is evaluated for a version that is registered.
        wanted.expect([], for: .evaluation)
        draft.note(Step(.settled, .converged, "version \(version.id.number) is registered"), for: id)
    }

    /// Runs one part of the way; when it halts, says what comes after it.
    private func following<Value>(
        _ words: [String], into draft: inout Draft, _ part: (inout Draft) throws -> Value
    ) throws -> Value {
        do {
            return try part(&draft)
        } catch {
            draft.follow(id, with: words)
            throw error
        }
    }
}
