// How far the attempts at one recipe have come, and what that asks for.
import WritVocabulary

/// An execution that gave what was asked for.
struct FinishedExecution {
    let order: ExecutionOrder
    let artefacts: Digest
    let metrics: [String: MetricValue]
}

enum ExecutionProgress {
    case succeeded(FinishedExecution)
    case running(ExecutionID, until: Timestamp?)
    case due(ExecutionOrder, Reason)
    case pausing(ExecutionID, ExecutionOutcome, until: Timestamp)
    /// It failed and is not tried again.
    case failed(ExecutionID, ExecutionOutcome, attempts: Int)

    init(of request: ExecutionRequest, _ situation: Situation) {
        let ids = situation.recorded.executionsByRecipe[request.recipe] ?? []
        let attempts = ids.compactMap { situation.recorded.executions[$0] }.filter {
            $0.order.purpose == request.purpose
        }
        if let finished = attempts.compactMap(FinishedExecution.init).last {
            self = .succeeded(finished)
        } else if let last = attempts.last {
            self = ExecutionProgress.after(last, of: attempts, request, situation)
        } else {
            self = .due(request.order(attempt: 1), request.reason)
        }
    }

    private static func after(
        _ last: RecordedState.ExecutionRecord, of attempts: [RecordedState.ExecutionRecord],
        _ request: ExecutionRequest,
        _ situation: Situation
    ) -> ExecutionProgress {
        guard let outcome = last.outcome else { return unfinished(last, situation) }
        let next = request.order(attempt: last.order.attempt + 1)
        // Who cancelled it did not want it then; it is wanted now.
        if outcome.ending == .cancelled, attempts.count < situation.limits.attempts {
            return .due(next, request.reason)
        }
        let endings = attempts.compactMap(\.outcome?.ending).filter { $0 != .cancelled }
        guard mayRetry(after: endings, retries: request.retries), attempts.count < situation.limits.attempts else {
            return .failed(last.order.id, outcome, attempts: attempts.count)
        }
        // The trainer's clock may be behind the one entries are dated by.
        let finishedAt = max(outcome.finishedAt, last.intendedAt)
        let due = finishedAt + situation.limits.executionBackoff.pause(afterFailures: endings.count)
        if situation.now < due { return .pausing(last.order.id, outcome, until: due) }
        return .due(next, Reason(.retrying, "\(last.order.id) failed: \(outcome.summary)"))
    }

    /// The declared number of retries; and once more where the process had no chance to show whether it can.
    private static func mayRetry(after endings: [Ending], retries: Int) -> Bool {
        if endings.count <= retries { return true }
        return endings.last.map(\.isMishap) == true && endings.filter(\.isMishap).count == 1
    }

    private static func unfinished(_ record: RecordedState.ExecutionRecord, _ situation: Situation) -> ExecutionProgress
    {
        let id = record.order.id
        if situation.live.executions[id] != nil { return .running(id, until: nil) }
        let hasTrouble = situation.recorded.failures[Action.execute(record.order).key] != nil
        if record.started, !hasTrouble, situation.isRecent(record.intendedAt) {
            return .running(id, until: record.intendedAt + situation.limits.observationGrace)
        }
        return .due(record.order, Reason(.retrying, "\(id) was to start and the backend does not know it"))
    }
}

extension FinishedExecution {
    fileprivate init?(_ record: RecordedState.ExecutionRecord) {
        guard let outcome = record.outcome, outcome.succeeded, let artefacts = outcome.artefacts else { return nil }
        self.init(order: record.order, artefacts: artefacts, metrics: outcome.metrics)
    }
}

extension Ending {
    fileprivate var isMishap: Bool {
        switch self {
        case .lost, .notStarted: true
        case .exited, .signalled, .outOfMemory, .timedOut, .cancelled: false
        }
    }
}
