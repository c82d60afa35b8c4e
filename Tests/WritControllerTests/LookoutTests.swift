// Backends that do not answer hold nobody up, and what depends on them says since when.
import Synchronization
import Testing
import WritBackends
import WritLedger
import WritSimulation
import WritVocabulary
@testable import WritController

struct LookoutTests {
    private let run = ExecutionID("run-0123456789ab-1")
    private let world = SimulatedWorld(seed: 1, start: Desk.start)

    @Test("one that ignores everything is asked once and delays no other; its late answer belongs to the next look")
    func deaf() async throws {
        let run = try #require(run)
        let trainer = DeafTrainer()
        var backends = world.backends
        backends.trainer = trainer
        let lookout = Lookout(backends, deadline: .seconds(600), patience: .milliseconds(1))
        await withDiscardingTaskGroup { group in
            let first = lookout.questions(executions: [run], files: [])
            #expect(first.count == 4)
            group.addTask { await first[0]() }
            for question in first.dropFirst() { await question() }
            #expect(await lookout.look().answered == [.serving, .gateway, .data])
            let second = lookout.questions(executions: [run], files: [])
            #expect(second.count == 3)
            for question in second { await question() }
            #expect(await lookout.look().answered == [.serving, .gateway, .data])
            trainer.wake()
        }
        #expect(trainer.calls == 1)
        #expect(await lookout.look().answered == [.trainer])
        #expect(lookout.questions(executions: [run], files: []).count == 4)
    }

    @Test("one that can be cancelled is, at the deadline, and is asked again")
    func slow() async throws {
        let run = try #require(run)
        var backends = world.backends
        backends.trainer = SlowTrainer()
        let lookout = Lookout(backends, deadline: .milliseconds(1), patience: .seconds(600))
        for _ in 0..<2 {
            let questions = lookout.questions(executions: [run], files: [])
            #expect(questions.count == 4)
            for question in questions.reversed() { await question() }
            guard case .failure(let failure) = await lookout.look().executions else {
                Issue.record("it cannot have answered")
                return
            }
            #expect(failure.code == "no-answer" && failure.retry == .transient)
        }
    }

    @Test("what depends on a backend that fell silent says when it was last heard, once, and no longer when it is heard")
    func told() async throws {
        var desk = try await Desk()
        try await desk.push([
            "files/model.bin": "weights",
            "manifests/model.yaml": """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: bought}
            spec:
              import: {path: files/model.bin}

            """,
            "manifests/live.yaml": """
            apiVersion: writ.dev/v1
            kind: Endpoint
            metadata: {name: live}
            spec:
              model: bought
              version: 1
              runtime: {command: [serve]}

            """,
        ])
        let live = try #require(ResourceID("Endpoint/live"))
        let model = try #require(ResourceID("Model/bought"))
        for _ in 0..<60 where desk.log.state.conditions[live]?.ready != true { try await desk.wait(.seconds(1)) }
        let before = try #require(desk.log.state.conditions[live])
        #expect(before.ready)
        let heard = try #require(desk.machine.heard[.serving])
        let seen = try #require(desk.machine.live)
        let deaf = Observation(
            executions: .success([:]),
            replicas: .failure(FailureRecord(code: "no-answer", message: "silence", retry: .transient)),
            gateway: .success(seen.gateway), files: .success([:]))
        let entries = desk.events.count
        for _ in 0..<90 {
            desk.now = desk.now + .seconds(1)
            _ = try desk.machine.handle([.observed(deaf)], at: desk.now)
        }
        let told = try #require(desk.log.state.conditions[live])
        #expect(told.ready, "what was last seen of it is what counts")
        #expect(told.reason.message == "\(before.reason.message); the serving backend was last heard at \(heard)")
        #expect(desk.events.count == entries + 1, "it is said once")
        #expect(desk.log.state.conditions[model]?.reason.message.contains("last heard") == false)
        let back = Observation(
            executions: .success([:]), replicas: .success(seen.replicas), gateway: .success(seen.gateway),
            files: .success([:]))
        _ = try desk.machine.handle([.observed(back)], at: desk.now)
        #expect(desk.log.state.conditions[live]?.reason.message == before.reason.message)
    }
}

/// Answers when it is told to, and listens to nothing else.
private final class DeafTrainer: Trainer {
    private struct State {
        var calls = 0
        var isAwake = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    var calls: Int { state.withLock { $0.calls } }

    func wake() {
        let waiting = state.withLock { state in
            state.isAwake = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase] {
        await withCheckedContinuation { continuation in
            let isAwake = state.withLock { state in
                state.calls += 1
                if !state.isAwake { state.waiting.append(continuation) }
                return state.isAwake
            }
            if isAwake { continuation.resume() }
        }
        return [:]
    }

    func start(_ order: ExecutionOrder) async throws {}
    func cancel(_ id: ExecutionID) async throws {}
    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] { [] }
}

/// Never answers, and ends when it is cancelled.
private struct SlowTrainer: Trainer {
    func observe(_ ids: Set<ExecutionID>) async throws -> [ExecutionID: ExecutionPhase] {
        try await Task.sleep(for: .seconds(86_400))
        return [:]
    }

    func start(_ order: ExecutionOrder) async throws {}
    func cancel(_ id: ExecutionID) async throws {}
    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] { [] }
}
