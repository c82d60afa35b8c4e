// Which executions still need something done, each worked on by one at a time.
import Synchronization
import WritVocabulary

/// A bounded worker asks for the next; callers add. Guards a few small collections that change together.
final class Agenda: Sendable {
    private struct Entries {
        var open: Set<ExecutionID> = []
        var busy: Set<ExecutionID> = []
        var wake: AsyncStream<Void>.Continuation?
        var pauses: [ExecutionID: (until: ContinuousClock.Instant, attempts: Int)] = [:]
    }

    private let entries = Mutex(Entries())

    func add(_ id: ExecutionID) {
        entries.withLock { if $0.open.insert(id).inserted { $0.wake?.yield() } }
    }

    /// Tells its one listener, the latest to ask, when something was added.
    func wakes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        entries.withLock { $0.wake = continuation }
        return stream
    }

    /// Up to `width` executions are busy at once; each of those returned must be given back.
    func take(width: Int, at now: ContinuousClock.Instant) -> [ExecutionID] {
        entries.withLock { entries in
            let idle = entries.open.subtracting(entries.busy).filter { id in
                entries.pauses[id].map { $0.until <= now } ?? true
            }
            let taken = idle.sorted().prefix(max(0, width - entries.busy.count))
            entries.busy.formUnion(taken)
            return Array(taken)
        }
    }

    func giveBack(_ id: ExecutionID, isDone: Bool, next: ContinuousClock.Instant? = nil) {
        entries.withLock { entries in
            entries.busy.remove(id)
            if isDone {
                entries.open.remove(id)
                entries.pauses[id] = nil
            } else if let next {
                entries.pauses[id] = (next, entries.pauses[id]?.attempts ?? 0)
            }
        }
    }

    /// Counts one more failed attempt and returns how many there were.
    func countFailure(_ id: ExecutionID) -> Int {
        entries.withLock { entries in
            let pause = entries.pauses[id] ?? (ContinuousClock.now, 0)
            entries.pauses[id] = (pause.until, pause.attempts + 1)
            return pause.attempts + 1
        }
    }

    var isEmpty: Bool { entries.withLock { $0.open.isEmpty } }
}
