// Executions nobody wants any more are cancelled.
import WritVocabulary

/// The recipes a resource wants executed, by purpose, as far as they are known in this plan. Of a purpose that was not
/// mentioned nothing is cancelled: what will be wanted is not known yet.
struct WantedExecutions {
    private var recipes: [Purpose: Set<RecipeID>] = [:]

    mutating func expect(_ wanted: some Sequence<RecipeID>, for purpose: Purpose) {
        recipes[purpose, default: []].formUnion(wanted)
    }

    func isSuperseded(_ order: ExecutionOrder) -> Bool {
        recipes[order.purpose].map { !$0.contains(order.recipe) } ?? false
    }

    func wants(_ order: ExecutionOrder) -> Bool { recipes[order.purpose]?.contains(order.recipe) ?? false }

    static var none: WantedExecutions {
        var wanted = WantedExecutions()
        for purpose in Purpose.allCases { wanted.expect([], for: purpose) }
        return wanted
    }
}

struct SupersededRules {
    let situation: Situation
    let resource: ResourceID

    func cancel(allBut wanted: WantedExecutions, into draft: inout Draft) {
        for id in situation.recorded.unfinished[resource] ?? [] {
            guard let record = situation.recorded.executions[id], wanted.isSuperseded(record.order),
                !isWantedElsewhere(record.order)
            else { continue }
            cancel(id, record, into: &draft)
        }
    }

    /// The resource is no longer declared: nothing it started goes on.
    func windDown(into draft: inout Draft) {
        cancel(allBut: .none, into: &draft)
        draft.note(Step(.settled, .notDeclared, "it is no longer declared and nothing of it is left"), for: resource)
    }

    /// Whether another resource counts on the same recipe: it was started for one and is computed for both. Only those
    /// that use the same code can.
    private func isWantedElsewhere(_ order: ExecutionOrder) -> Bool {
        let others = situation.desired.users(of: order.code)
        return others.contains { other in
            guard other != resource, situation.suspension(of: other) == nil else { return false }
            var wanted = WantedExecutions()
            var draft = Draft()
            switch other.kind {
            case .dataset:
                guard let dataset = situation.desired.dataset(other.name) else { return false }
                let rules = DatasetRules(situation: situation, name: other.name)
                // Where its rules halt does not matter here, only what they asked for before.
                _ = Result { try rules.advance(dataset, &wanted, into: &draft) }
            case .model:
                guard let model = situation.desired.model(other.name) else { return false }
                let rules = ModelRules(situation: situation, name: other.name)
                _ = Result { try rules.advance(model, &wanted, into: &draft) }
            case .endpoint, .policy: return false
            }
            return wanted.wants(order)
        }
    }

    private func cancel(_ id: ExecutionID, _ record: RecordedState.ExecutionRecord, into draft: inout Draft) {
        let reason = Reason(.superseded, "\(id) is no longer wanted")
        if situation.isOpen(Action.execute(record.order).key) {
            return draft.note(
                Step(.waiting, .actionRunning, "\(id) is being started and will be cancelled"), for: resource)
        }
        if let cancelled = record.cancelledAt, situation.isRecent(cancelled) {
            let until = cancelled + situation.limits.observationGrace
            return draft.note(
                Step(.waiting, .superseded, "\(id) was cancelled and is ending", until: until), for: resource)
        }
        switch situation.live.executions[id] {
        case .preparing, .running: draft.propose(.cancel(id), for: resource, because: reason, in: situation)
        case .finished: draft.note(Step(.waiting, .superseded, "\(id) is ending"), for: resource)
        case nil:
            // Unknown to the backend: nothing is left to cancel, unless it began just now.
            guard situation.isRecent(record.intendedAt) else { return }
            let until = record.intendedAt + situation.limits.observationGrace
            draft.note(Step(.waiting, .notObserved, "\(id) was started and not seen yet", until: until), for: resource)
        }
    }
}
