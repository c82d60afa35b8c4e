// Asks the backends how things are, each for itself: one that is slow or never answers delays no other.
import Synchronization
import WritBackends
import WritVocabulary

/// The backends a look asks.
enum WatchedBackend: String, CaseIterable, Sendable {
    case trainer
    case serving
    case gateway
    case data
}

/// Holds one question to each backend at a time. What comes too late for a look is part of the next one.
final class Lookout: Sendable {
    private struct Board {
        /// Asked, and not answered yet.
        var open: Set<WatchedBackend> = []
        /// Of those, what the look that goes on now waits for.
        var awaited: Set<WatchedBackend> = []
        var observation = Observation.unanswered
        var reader: CheckedContinuation<Void, Never>?
    }

    // Guards the board: answers come from child tasks of the controller, and one look reads them.
    private let board = Mutex(Board())
    private let backends: Backends
    /// How long one call may take.
    private let deadline: Duration
    /// How long a look waits for those it asked.
    private let patience: Duration

    init(
        _ backends: Backends, deadline: Duration = ControllerLimits.observationDeadline,
        patience: Duration = ControllerLimits.observationPatience
    ) {
        self.backends = backends
        self.deadline = deadline
        self.patience = patience
    }

    /// The calls of one look, to be made at the same time; none to a backend whose last answer is still awaited.
    func questions(executions: Set<ExecutionID>, files: Set<String>) -> [@Sendable () async -> Void] {
        let (backends, deadline) = (backends, deadline)
        return WatchedBackend.allCases.filter(begin).map { backend in
            { @Sendable [self] in
                switch backend {
                case .trainer:
                    let answer = await answer(of: backend, within: deadline) {
                        executions.isEmpty ? [:] : try await backends.trainer.observe(executions)
                    }
                    note(backend) { $0.executions = answer }
                case .serving:
                    let answer = await answer(of: backend, within: deadline) { try await backends.serving.observe() }
                    note(backend) { $0.replicas = answer }
                case .gateway:
                    let answer = await answer(of: backend, within: deadline) { try await backends.router.observe() }
                    note(backend) { $0.gateway = answer }
                case .data:
                    let answer = await answer(of: backend, within: deadline) {
                        files.isEmpty ? [:] : try await backends.data.observe(files)
                    }
                    note(backend) { $0.files = answer }
                }
            }
        }
    }

    /// What was answered, once all asked in this look have answered or its patience is over.
    func look() async -> Observation {
        await withTaskGroup { group in
            group.addTask { await self.settle() }
            // Cancelled when all have answered; there is nothing to do about a cancelled sleep but to go on.
            group.addTask { [patience] in try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
        return board.withLock { board in
            defer { board.observation = .unanswered }
            board.awaited = []
            return board.observation
        }
    }

    private func begin(_ backend: WatchedBackend) -> Bool {
        board.withLock { board in
            guard board.open.insert(backend).inserted else { return false }
            board.awaited.insert(backend)
            return true
        }
    }

    private func note(_ backend: WatchedBackend, _ change: (inout Observation) -> Void) {
        let reader = board.withLock { board in
            board.open.remove(backend)
            board.awaited.remove(backend)
            change(&board.observation)
            return board.awaited.isEmpty ? board.reader.take() : nil
        }
        reader?.resume()
    }

    private func settle() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = board.withLock { board in
                    if board.awaited.isEmpty || Task.isCancelled { return true }
                    board.reader = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            board.withLock { $0.reader.take() }?.resume()
        }
    }
}

/// Runs a call against a deadline. At the deadline the call is cancelled; one that does not listen is waited for.
private func answer<Value: Sendable>(
    of backend: WatchedBackend, within deadline: Duration, _ call: @escaping @Sendable () async throws -> Value
) async -> Result<Value, FailureRecord> {
    await withTaskGroup(of: Result<Value, FailureRecord>.self) { group in
        group.addTask { await attempt(call) }
        group.addTask {
            // Cancelled when the call ends first; then nobody reads this.
            try? await Task.sleep(for: deadline)
            return .failure(.unanswered(backend))
        }
        defer { group.cancelAll() }
        return await group.next() ?? .failure(.unanswered(backend))
    }
}

extension FailureRecord {
    fileprivate static func unanswered(_ backend: WatchedBackend) -> FailureRecord {
        FailureRecord(
            code: "no-answer", message: "the \(backend.rawValue) backend has not answered; it is asked again",
            retry: .transient)
    }
}

extension Observation {
    /// Nobody has answered yet.
    fileprivate static var unanswered: Observation {
        Observation(
            executions: .failure(.unanswered(.trainer)), replicas: .failure(.unanswered(.serving)),
            gateway: .failure(.unanswered(.gateway)), files: .failure(.unanswered(.data)))
    }

    /// The backends that answered.
    var answered: Set<WatchedBackend> {
        var found: Set<WatchedBackend> = []
        if case .success = executions { found.insert(.trainer) }
        if case .success = replicas { found.insert(.serving) }
        if case .success(.some) = gateway { found.insert(.gateway) }
        if case .success = files { found.insert(.data) }
        return found
    }
}

extension Backends {
    /// Asks every backend once, at the same time, and ends when all calls have ended.
    public func observation(executions: Set<ExecutionID>, files: Set<String>) async -> Observation {
        let lookout = Lookout(self)
        return await withDiscardingTaskGroup { group in
            for question in lookout.questions(executions: executions, files: files) {
                group.addTask { await question() }
            }
            return await lookout.look()
        }
    }
}
