// Where events wait for the controller: many senders, one reader, nothing lost, nothing blocked.
import Synchronization

/// An unbounded queue of events with one reader. Its length is bounded by the effects in flight and by the operators'
/// acts, both of which have limits of their own.
final class Inbox: Sendable {
    private struct State {
        var events: [ControllerEvent] = []
        var reader: CheckedContinuation<Void, Never>?
    }

    // Guards the waiting events and the reader that sleeps until there are some.
    private let state = Mutex(State())

    func send(_ event: ControllerEvent) {
        let reader = state.withLock { state in
            state.events.append(event)
            return state.reader.take()
        }
        reader?.resume()
    }

    /// All events there are, at once.
    func drain() -> [ControllerEvent] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Returns when there is an event or the surrounding task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if !state.events.isEmpty || Task.isCancelled { return true }
                    state.reader = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume()
        }
    }
}
