// One recipe, brought to its end: started, tried again, waited for.
import WritVocabulary

struct ExecutionRules {
    let situation: Situation

    /// The finished execution of the request; halts while there is none, having proposed what brings it nearer.
    func finish(_ request: ExecutionRequest, into draft: inout Draft) throws -> FinishedExecution {
        let progress = ExecutionProgress(of: request, situation)
        if case .succeeded(let finished) = progress { return finished }
        advance(progress, request, into: &draft)
        throw Halt.noted
    }

    /// Notes where an execution stands, and proposes its start when it is due.
    func advance(_ progress: ExecutionProgress, _ request: ExecutionRequest, into draft: inout Draft) {
        let resource = request.resource
        switch progress {
        case .succeeded: break
        case .running(let id, let until):
            draft.note(Step(.waiting, .executionRunning, "\(id) is running", until: until), for: resource)
        case .due(let order, let reason):
            draft.propose(.execute(order), for: resource, because: reason, in: situation)
        case .pausing(let id, let outcome, let until):
            draft.note(Step(.waiting, .backingOff, "\(id) failed: \(outcome.summary)", until: until), for: resource)
        case .failed(let id, let outcome, let attempts):
            let count = attempts == 1 ? "" : ", the last of \(attempts) attempts"
            draft.note(Step(.refused, .executionFailed, "\(id) failed: \(outcome.summary)\(count)"), for: resource)
        }
    }
}
