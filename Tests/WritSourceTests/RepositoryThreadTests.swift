// The promise that a repository stays on one thread.
import Foundation
import Testing

@testable import WritSource

struct RepositoryThreadTests {
    private actor Probe {
        private let thread = RepositoryThread(name: "probe")
        private let freed: @Sendable (UInt) -> Void
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        init(freed: @escaping @Sendable (UInt) -> Void = { _ in }) { self.freed = freed }
        isolated deinit { freed(currentThread()) }

        func where_() async -> [UInt] {
            var seen = [currentThread()]
            for _ in 0..<20 {
                await Task.yield()
                seen.append(currentThread())
            }
            return seen
        }
    }

    @Test("an actor's work stays on one thread across suspensions and callers, and is not another actor's")
    func oneThread() async {
        let (one, two) = (Probe(), Probe())
        let seen = await withTaskGroup(of: (Int, [UInt]).self) { group in
            for index in 0..<10 { group.addTask { (index % 2, await (index % 2 == 0 ? one : two).where_()) } }
            return await group.reduce(into: [0: Set<UInt>(), 1: []]) { $0[$1.0]?.formUnion($1.1) }
        }
        #expect(seen[0]?.count == 1 && seen[1]?.count == 1)
        #expect(seen[0] != seen[1])
    }

    @Test("what the actor holds is freed on its thread, and the thread ends")
    func ends() async {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt.self)
        var probe: Probe? = Probe(freed: { continuation.yield($0) })
        let home = await probe?.where_().first
        probe = nil
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next() == home)
    }
}

private func currentThread() -> UInt { UInt(pthread_self()) }
