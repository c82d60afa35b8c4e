// The one thread on which everything of one repository happens.
import Foundation

/// A serial executor over a thread of its own.
///
/// libgit2's objects must not be used by two threads, and the reason of a failing call is kept per thread. An actor on
/// this executor gets both right by construction: between two `await`s nothing else runs and the thread does not
/// change.
final class RepositoryThread: SerialExecutor {
    private let inbox = Inbox()

    init(name: String) {
        let thread = Thread { [inbox] in
            while let work = inbox.next() {
                work.job.runSynchronously(on: work.executor.asUnownedSerialExecutor())
            }
        }
        thread.name = name
        // Recursion through folders is bounded by `treeDepthMaximum`; this leaves ample room for libgit2 below it.
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { inbox.close() }

    func enqueue(_ job: consuming ExecutorJob) {
        inbox.append(Work(job: UnownedJob(job), executor: self))
    }

    /// A piece of work with the executor it belongs to, which must outlive it.
    private struct Work {
        var job: UnownedJob
        var executor: RepositoryThread
    }

    // Every access to the two variables is under the condition's lock, so any thread may use it: hence the @unchecked.
    private final class Inbox: @unchecked Sendable {
        private let condition = NSCondition()
        private var waiting: [Work] = []
        private var isClosed = false

        func append(_ work: Work) {
            condition.withLock {
                waiting.append(work)
                condition.signal()
            }
        }

        func close() {
            condition.withLock {
                isClosed = true
                condition.signal()
            }
        }

        /// Waits for work; nil when there will be none.
        func next() -> Work? {
            condition.withLock {
                while waiting.isEmpty {
                    if isClosed { return nil }
                    condition.wait()
                }
                return waiting.removeFirst()
            }
        }
    }
}
