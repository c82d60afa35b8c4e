// What becomes of a delivery: a hint to fetch the configured repository, whatever it says.
import Synchronization

/// How many deliveries met which end.
public struct WebhookCounts: Hashable, Sendable {
    public var genuine = 0
    /// Without a proof, or with a wrong one.
    public var forged = 0
    public var replayed = 0
    /// Larger than Writ reads, or cut off.
    public var unread = 0
    /// Times the controller was woken.
    public var wakes = 0

    public init() {}
}

/// Judges deliveries and joins their hints. The body is never looked into.
final class WebhookDesk: Sendable {
    enum Verdict: Hashable { case heard, replayed, forged }

    private struct State {
        var memory: WebhookMemory
        var counts = WebhookCounts()
    }

    private let state: Mutex<State>
    private let hints: AsyncStream<Void>
    private let hint: AsyncStream<Void>.Continuation

    init(memory: WebhookMemory = WebhookMemory()) {
        state = Mutex(State(memory: memory))
        (hints, hint) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var counts: WebhookCounts { state.withLock { $0.counts } }

    func judge(_ proof: WebhookProof, secret: String, delivery: String?, body: [UInt8]) -> Verdict {
        guard proof.holds(secret: secret, body: body) else { return .forged }
        let isNew = state.withLock { state in
            let isNew = state.memory.insert(id: delivery, body: body)
            if isNew { state.counts.genuine += 1 } else { state.counts.replayed += 1 }
            return isNew
        }
        guard isNew else { return .replayed }
        hint.yield()
        return .heard
    }

    /// The number of forged ones so far, for the log.
    func countForged() -> Int {
        state.withLock { state in
            state.counts.forged += 1
            return state.counts.forged
        }
    }

    func countUnread() { state.withLock { $0.counts.unread += 1 } }

    /// Wakes at the first hint, and after each pause once more if any came meanwhile. Runs until cancelled.
    func pass(on wake: @Sendable () async -> Void, pause: @Sendable () async throws -> Void) async throws {
        for await _ in hints {
            await wake()
            state.withLock { $0.counts.wakes += 1 }
            try await pause()
        }
    }
}
