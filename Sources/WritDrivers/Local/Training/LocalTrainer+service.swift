// The part of the trainer that takes time: preparing, collecting, and noticing what has ended.
import Foundation
import NIOPosix
import WritBackends
import WritVocabulary

extension LocalTrainer {
    /// Works until cancelled. What it leaves undone, the next one does.
    public func run() async throws {
        try await findUnfinished()
        // Threads of its own: copying a large model must not keep others from being observed.
        let hands = NIOThreadPool(numberOfThreads: limits.preparations)
        hands.start()
        await withDiscardingTaskGroup { group in
            var wakes = agenda.wakes().makeAsyncIterator()
            while !Task.isCancelled {
                for id in agenda.take(width: limits.attended, at: .now) {
                    group.addTask { await self.attend(id, hands) }
                }
                if agenda.isEmpty {
                    await wakes.next()
                } else {
                    await pause(limits.pollMilliseconds)
                }
            }
        }
        try await hands.shutdownGracefully()
    }

    func pause(_ milliseconds: Int64) async {
        do {
            try await Task.sleep(for: .milliseconds(milliseconds))
        } catch {
            // Cancelled: the loop sees it.
            return
        }
    }

    /// Also those a controller before this one has begun.
    private func findUnfinished() async throws {
        let runs = runs
        let unfinished = try await offLoop {
            ControlGroup.sweep(.ofThisMachine())
            try FileManager.default.createDirectory(atPath: runs, withIntermediateDirectories: true)
            return try FileManager.default.contentsOfDirectory(atPath: runs).compactMap(ExecutionID.init).filter { id in
                access(RunFolder(runs: runs, id).outcome, F_OK) != 0
            }
        }
        unfinished.forEach(agenda.add)
    }

    private func attend(_ id: ExecutionID, _ hands: NIOThreadPool) async {
        do {
            let isDone = try await advance(id, hands)
            agenda.giveBack(id, isDone: isDone, next: ContinuousClock.now + .milliseconds(limits.pollMilliseconds))
        } catch is CancellationError {
            agenda.giveBack(id, isDone: false)
        } catch {
            await giveUpOrRetry(id, FailureRecord(error))
        }
    }

    /// A passing trouble is met again after a growing pause; any other ends the execution before it began.
    private func giveUpOrRetry(_ id: ExecutionID, _ failure: FailureRecord) async {
        let attempts = agenda.countFailure(id)
        let pause = limits.preparationPauseMilliseconds << min(attempts, 10)
        let again = ContinuousClock.now + .milliseconds(pause)
        guard failure.retry != .transient || attempts > limits.preparationAttempts else {
            return agenda.giveBack(id, isDone: false, next: again)
        }
        do {
            let folder = RunFolder(runs: runs, id)
            let isDone = try await offLoop { try self.finishUnstarted(folder, .notStarted(reason: failure.message)) }
            agenda.giveBack(id, isDone: isDone, next: again)
        } catch {
            // Not even the outcome can be written: the disk is full, say. It stays open and is met again.
            agenda.giveBack(id, isDone: false, next: again)
        }
    }

    /// Does the next thing about an execution; true when nothing is left to do.
    private func advance(_ id: ExecutionID, _ hands: NIOThreadPool) async throws -> Bool {
        let folder = RunFolder(runs: runs, id)
        switch try await offLoop({ try folder.situation() }) {
        case .unknown, .finished:
            return true
        case .running:
            if folder.isCancelled { try await offLoop { _ = try self.launcher.stop(folder.process) } }
            return false
        case .ended(let ending):
            try await hands.runIfActive { try self.collect(ending, folder) }
            return true
        case .lost:
            try await hands.runIfActive { try self.finishLost(folder) }
            return true
        case .preparing:
            if folder.isCancelled {
                return try await offLoop { try self.finishUnstarted(folder, .cancelled) }
            }
            try await prepare(folder, hands)
            return false
        }
    }
}
