// Performs the actions of a plan: one call to one port each, under the action's key.
import WritBackends
import WritVocabulary

/// What came of one action.
public struct Performed: Sendable {
    public var planned: PlannedAction
    public var result: Result<ActionResult, FailureRecord>

    public init(planned: PlannedAction, result: Result<ActionResult, FailureRecord>) {
        self.planned = planned
        self.result = result
    }
}

extension FailureRecord: Error {}

/// Turns actions into calls on the ports. It chooses nothing: an action says all there is to do, and doing it twice is
/// doing it once.
public struct Executor: Sendable {
    private let backends: Backends

    public init(backends: Backends) { self.backends = backends }

    /// Performs one action whose intent is already in the ledger. Errors become part of the outcome; none is thrown.
    public func perform(_ planned: PlannedAction) async -> Performed {
        do {
            return Performed(planned: planned, result: .success(try await result(of: planned.action)))
        } catch {
            return Performed(planned: planned, result: .failure(FailureRecord(error)))
        }
    }

    private func result(of action: Action) async throws -> ActionResult {
        switch action {
        case .snapshot(let order):
            return .snapshot(try await backends.data.snapshot(order))
        case .execute(let order):
            try await backends.trainer.start(order)
            return .started
        case .cancel(let id):
            try await backends.trainer.cancel(id)
            return .cancelled
        case .importArtefacts(let order):
            let imported = try await backends.data.importArtefacts(order)
            return .imported(artefacts: imported.artefacts, size: imported.size)
        case .register(let order):
            var version = order.version
            version.formats = try await backends.registry.register(version)
            return .registered(version)
        case .startReplica(let order):
            try await backends.serving.start(order)
            return .started
        case .stopReplica(let order):
            try await backends.serving.stop(order)
            return .stopped
        case .publish(let change):
            try await backends.router.publish(change)
            return .published(number: change.number)
        case .propose(let order):
            return .proposed(try await backends.proposer.propose(order))
        case .attest(let order):
            return .attested(try await backends.attestor.attest(order))
        }
    }
}
