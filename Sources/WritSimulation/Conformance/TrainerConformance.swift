// The promises of a `Trainer`.
import WritBackends
import WritVocabulary

public struct TrainerConformance: Sendable {
    let trainer: any Trainer
    let clock: ConformanceClock
    /// An order of its own recipe whose process succeeds soon and leaves one artefact.
    let succeeding: ExecutionOrder
    /// An order of its own recipe whose process runs until it is cancelled, or for long.
    let lasting: ExecutionOrder

    public init(trainer: any Trainer, clock: ConformanceClock, succeeding: ExecutionOrder, lasting: ExecutionOrder) {
        self.trainer = trainer
        self.clock = clock
        self.succeeding = succeeding
        self.lasting = lasting
    }

    public func run() async throws {
        try await success()
        try await cancelling()
        try await unknown()
    }

    private func success() async throws {
        try await trainer.start(succeeding)
        try await trainer.start(succeeding)
        let outcome = try await finish(succeeding.id)
        try demand(outcome.succeeded, "a process that exits 0 has succeeded: \(outcome.summary)")
        try demand(outcome.artefacts != nil, "a successful execution has artefacts")
        try demand(outcome.startedAt <= outcome.finishedAt, "an execution ends after it started")
        try await trainer.start(succeeding)
        let again = try await finish(succeeding.id)
        try demand(again == outcome, "starting a finished execution again changes nothing")
        try await trainer.cancel(succeeding.id)
        let cancelled = try await finish(succeeding.id)
        try demand(cancelled == outcome, "cancelling a finished execution changes nothing")
    }

    private func cancelling() async throws {
        try await trainer.start(lasting)
        try await clock.wait(for: "\(lasting.id) to run") {
            switch try await trainer.observe([lasting.id])[lasting.id] {
            case .running?: true
            case .preparing?, nil: nil
            case .finished(let outcome)?:
                throw ConformanceFailure(description: "it ended by itself: \(outcome.summary)")
            }
        }
        try await trainer.cancel(lasting.id)
        let outcome = try await finish(lasting.id)
        try demand(outcome.ending == .cancelled, "a cancelled execution says so: \(outcome.summary)")
        try demand(outcome.artefacts == nil, "a cancelled execution has no artefacts")
        try await trainer.cancel(lasting.id)
    }

    private func unknown() async throws {
        let id = ExecutionID(.training, of: Digest(of: Array("never started".utf8)), attempt: 1)
        try await trainer.cancel(id)
        try demand(try await trainer.observe([id]).isEmpty, "an execution the backend does not know is left out")
    }

    private func finish(_ id: ExecutionID) async throws -> ExecutionOutcome {
        try await clock.wait(for: "\(id) to end") {
            guard case .finished(let outcome)? = try await trainer.observe([id])[id] else { return nil }
            return outcome
        }
    }
}
