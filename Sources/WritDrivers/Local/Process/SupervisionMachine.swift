// When a supervised process is asked to end, killed, and what its ending is called. Pure.
import WritVocabulary

/// Events in, acts out. Times are milliseconds since the process was started.
struct SupervisionMachine {
    enum Act: Hashable {
        /// TERM to the process's group.
        case ask
        /// KILL to everything it started.
        case kill
        case finish(Ending)
    }

    /// What the kernel and the sandbox told about a child that has ended.
    enum Report: Hashable {
        case exited(Int)
        case signalled(Int)
        /// The sandbox could not be made, or the program not be found in it.
        case neverRan(String)
    }

    private enum Phase: Hashable {
        case running
        case ending(Ending, killAt: Int64)
        case killed(Ending)
        case ended
    }

    private let deadline: Int64?
    private let grace: Int64
    private var phase = Phase.running

    init(timeout: TimeSpan?, grace: TimeSpan) {
        deadline = timeout?.milliseconds
        self.grace = grace.milliseconds
    }

    /// When `passed` must be called next, at the latest.
    var wakeAt: Int64? {
        switch phase {
        case .running: deadline
        case .ending(_, let killAt): killAt
        case .killed, .ended: nil
        }
    }

    mutating func passed(to now: Int64) -> [Act] {
        switch phase {
        case .running:
            guard let deadline, now >= deadline else { return [] }
            return end(as: .timedOut, now: now, grace: grace)
        case .ending(let ending, let killAt):
            guard now >= killAt else { return [] }
            phase = .killed(ending)
            return [.kill]
        case .killed, .ended:
            return []
        }
    }

    /// Somebody asked for the end. A second time may only shorten what is left.
    mutating func stopRequested(at now: Int64, grace: TimeSpan?) -> [Act] {
        let patience = grace?.milliseconds ?? self.grace
        switch phase {
        case .running:
            return end(as: .cancelled, now: now, grace: patience)
        case .ending(let ending, let killAt):
            phase = .ending(ending, killAt: min(killAt, now + patience))
            return passed(to: now)
        case .killed, .ended:
            return []
        }
    }

    mutating func childEnded(_ report: Report, outOfMemoryKills: Int) -> [Act] {
        defer { phase = .ended }
        switch phase {
        case .running: return [.finish(SupervisionMachine.ending(report, outOfMemoryKills))]
        case .ending(let ending, _), .killed(let ending): return [.finish(ending)]
        case .ended: return []
        }
    }

    private mutating func end(as ending: Ending, now: Int64, grace: Int64) -> [Act] {
        guard grace > 0 else {
            phase = .killed(ending)
            return [.kill]
        }
        phase = .ending(ending, killAt: now + grace)
        return [.ask]
    }

    private static func ending(_ report: Report, _ outOfMemoryKills: Int) -> Ending {
        switch report {
        case .neverRan(let reason): .notStarted(reason: reason)
        case .exited(0): .exited(code: 0)
        case .exited where outOfMemoryKills > 0, .signalled where outOfMemoryKills > 0: .outOfMemory
        case .exited(let code): .exited(code: code)
        case .signalled(let signal): .signalled(signal: signal)
        }
    }
}
