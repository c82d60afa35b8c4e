// Actions through the ports, and the journal that remembers them.
import Testing
import WritBackends
import WritExecutor
import WritLedger
import WritSimulation
import WritVocabulary

struct ExecutorTests {
    let endpoint = ResourceName("live")!
    let now = Timestamp(milliseconds: 1_767_225_600_000)

    func planned(_ action: Action) -> PlannedAction {
        PlannedAction(
            resource: ResourceID(.endpoint, endpoint), action: action, reason: Reason(.replicasReady, "ready"))
    }

    func change(_ number: Int64) -> Action { .publish(RoutingChange(number: number, routes: [], removed: [endpoint])) }

    @Test("an action gives its result, and doing it twice is doing it once")
    func twice() async throws {
        let world = SimulatedWorld(seed: 1, start: now)
        let executor = Executor(backends: world.backends)
        for _ in 0..<2 {
            let performed = await executor.perform(planned(change(1)))
            #expect(try performed.result.get() == .published(number: 1))
        }
        #expect(world.table.number == 1)
    }

    @Test("what a port throws becomes part of the outcome, with how to retry")
    func failure() async {
        var faults = Faults()
        faults.timeoutBefore = 100
        let executor = Executor(backends: SimulatedWorld(seed: 1, faults: faults, start: now).backends)
        let performed = await executor.perform(planned(change(1)))
        guard case .failure(let failure) = performed.result else {
            Issue.record("a call that timed out succeeded")
            return
        }
        #expect(failure.retry == .transient && failure.code == "timeout")
    }

    @Test("an intent stays open until its outcome is recorded, and is what a restart performs again")
    func journal() throws {
        let log = MemoryEntryLog()
        let (first, second) = (planned(change(1)), planned(change(2)))
        try log.append([first, second].map { Journal.intent($0, cause: .schedule("test"), at: now) })
        #expect(Journal.unfinished(log.state).map(\.key) == [first.key, second.key], "oldest first")
        let done = Performed(planned: first, result: .success(.published(number: 1)))
        try log.append([Journal.outcome(done, cause: .schedule("test"), at: now)])
        #expect(Journal.unfinished(log.restarted().state).map(\.action) == [second.action])
    }
}
