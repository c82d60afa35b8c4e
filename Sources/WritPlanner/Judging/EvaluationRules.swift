// A candidate, and the champion it is compared with, evaluated on the same snapshots; then the gates speak.
import WritVocabulary

struct EvaluationRules {
    let situation: Situation
    let name: ResourceName
    let model: Model

    private var id: ResourceID { ResourceID(.model, name) }

    /// What is left to do before registration, for people.
    var nextSteps: [String] {
        guard let evaluation = model.evaluation else { return [] }
        let datasets = Set(evaluation.datasets.values).sorted().map(\.text).joined(separator: ", ")
        let gates = evaluation.gates.count == 1 ? "1 gate" : "\(evaluation.gates.count) gates"
        return ["evaluate on \(datasets)", "judge by \(gates)"]
    }

    /// The recorded verdict on the candidate. Halts until there is one: what is missing is evaluated, and a verdict
    /// reached in this plan is recorded before anything follows from it.
    func judgement(
        of candidate: Candidate, _ wanted: inout WantedExecutions, into draft: inout Draft
    ) throws -> Judgement {
        guard let evaluation = model.evaluation else {
            wanted.expect([], for: .evaluation)
            let identity = JudgementIdentity(model: name, artefacts: candidate.artefacts, evaluation: nil, gates: [])
            return try recorded(identity, candidate, into: &draft) { [] }
        }
        let inputs = try situation.inputs(evaluation.datasets)
        let request = try request(candidate.artefacts, evaluation, inputs, of: candidate.words, .evaluationMissing)
        wanted.expect([request.recipe], for: .evaluation)
        let identity = JudgementIdentity(
            model: name, artefacts: candidate.artefacts, evaluation: request.recipe, gates: evaluation.gates)
        if let known = situation.recorded.judgements[try identity.digest] { return known }

        let champions = try ChampionRules(situation: situation, model: name).champions(of: evaluation.gates)
        let versions = Set(champions.values).sorted { $0.id < $1.id }
        let requests = try versions.map { version in
            let words = "version \(version.id.number)"
            return (
                version.id, try self.request(version.artefacts, evaluation, inputs, of: words, .championNotComparable)
            )
        }
        wanted.expect(requests.map(\.1.recipe), for: .evaluation)
        let measured = try measure(request, requests, into: &draft)
        return try recorded(identity, candidate, into: &draft) {
            let rules = GateRules(champions: champions.mapValues(\.id), measured: measured)
            return evaluation.gates.map(rules.result)
        }
    }

    /// The metrics of the candidate and of every champion. Halts until all are known; they are evaluated side by side.
    private func measure(
        _ candidate: ExecutionRequest, _ champions: [(VersionID, ExecutionRequest)], into draft: inout Draft
    ) throws -> Measured {
        let execution = ExecutionRules(situation: situation)
        let progress = ExecutionProgress(of: candidate, situation)
        var measured = Measured(candidate: [:], champions: [:])
        var isComplete = true
        if case .succeeded(let finished) = progress {
            measured.candidate = finished.metrics
        } else {
            execution.advance(progress, candidate, into: &draft)
            isComplete = false
        }
        for (version, request) in champions {
            let progress = ExecutionProgress(of: request, situation)
            switch progress {
            case .succeeded(let finished): measured.champions[version] = finished.metrics
            case .failed(_, let outcome, _):
                let words = "version \(version.number) cannot be evaluated for comparison: \(outcome.summary)"
                draft.note(Step(.refused, .championNotComparable, words), for: id)
                isComplete = false
            case .running, .due, .pausing:
                execution.advance(progress, request, into: &draft)
                isComplete = false
            }
        }
        guard isComplete else {
            draft.follow(id, with: Array(nextSteps.dropFirst()))
            throw Halt.noted
        }
        return measured
    }

    private func request(
        _ artefacts: Digest, _ evaluation: Model.Evaluation, _ inputs: [String: InputOrder], of words: String,
        _ code: Reason.Code
    ) throws -> ExecutionRequest {
        try ExecutionRequest(
            .evaluation, for: id, evaluation.command, inputs: inputs, parameters: [:], seed: 0, model: artefacts,
            retries: model.training?.retries ?? 0, reason: Reason(code, "\(words) has no result on these snapshots"),
            situation)
    }

    private func recorded(
        _ identity: JudgementIdentity, _ candidate: Candidate, into draft: inout Draft, _ results: () -> [GateResult]
    ) throws -> Judgement {
        let digest = try identity.digest
        if let known = situation.recorded.judgements[digest] { return known }
        let judgement = Judgement(
            id: digest, model: name, run: candidate.run, artefacts: candidate.artefacts,
            evaluation: identity.evaluation,
            results: results())
        draft.judge(judgement, for: id)
        if judgement.passed { throw Halt(.acting, .gatesPassed, judgement.sentence(of: candidate.words)) }
        throw Halt(.refused, .gatesFailed, judgement.sentence(of: candidate.words))
    }
}

extension Judgement {
    /// The verdict in one sentence: what missed, or how much was met.
    func sentence(of candidate: String) -> String {
        let missed = results.filter { !$0.passed }.map(\.sentence)
        if !missed.isEmpty { return "\(candidate) gives no version: " + missed.joined(separator: "; ") }
        if results.isEmpty { return "\(candidate) has no gates to pass" }
        return "\(candidate) passed \(results.count == 1 ? "its gate" : "all \(results.count) gates")"
    }
}
