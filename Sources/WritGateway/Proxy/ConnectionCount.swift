// How many clients are connected, over all loops.
import Synchronization

final class ConnectionCount: Sendable {
    private let open = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Counts one more; false when there are as many as may be.
    func admit() -> Bool {
        if open.add(1, ordering: .relaxed).newValue <= limit { return true }
        decrement()
        return false
    }

    func decrement() { open.subtract(1, ordering: .relaxed) }
    var value: Int { open.load(ordering: .relaxed) }
}
