// Many producers, one flush: what is waiting while the disk is busy becomes durable together.
import Synchronization
import WritVocabulary

/// Puts the appends of concurrent producers together into batches, each durable with one flush (group commit).
///
/// Whoever finds nobody writing writes for all who wait, until nobody does. One producer alone pays nothing for it.
public final class AppendGroup: Sendable {
    private struct Waiting {
        var drafts: [EntryDraft]
        var continuation: CheckedContinuation<[LedgerEntry], any Error>
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isWriting = false
    }

    private let log: any EntryLog
    /// Appends that wait, and whether somebody writes.
    private let queue = Mutex(Queue())

    public init(_ log: any EntryLog) { self.log = log }

    /// As `EntryLog.append`: durable on return, all of the drafts or none.
    public func append(_ drafts: [EntryDraft]) async throws -> [LedgerEntry] {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = queue.withLock { queue in
                queue.waiting.append(Waiting(drafts: drafts, continuation: continuation))
                defer { queue.isWriting = true }
                return !queue.isWriting
            }
            if isFirst { writeAll() }
        }
    }

    private func writeAll() {
        while let batch = next() {
            do {
                var rest = try log.append(batch.flatMap(\.drafts))[...]
                for one in batch {
                    one.continuation.resume(returning: Array(rest.prefix(one.drafts.count)))
                    rest = rest.dropFirst(one.drafts.count)
                }
            } catch {
                // One producer's entry may be the reason; the others must not fail with it.
                guard batch.count > 1 else { batch[0].continuation.resume(throwing: error); continue }
                for one in batch { one.continuation.resume(with: Result { try log.append(one.drafts) }) }
            }
        }
    }

    /// The appends that wait, up to what one batch takes; nil, and nobody writing, when there are none.
    private func next() -> [Waiting]? {
        queue.withLock { queue in
            var (count, entries) = (0, 0)
            for one in queue.waiting {
                entries += one.drafts.count
                if count > 0, entries > Limits.groupEntries { break }
                count += 1
            }
            queue.isWriting = count > 0
            guard count > 0 else { return nil }
            defer { queue.waiting.removeFirst(count) }
            return Array(queue.waiting.prefix(count))
        }
    }
}
