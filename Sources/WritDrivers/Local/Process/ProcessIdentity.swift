// How a process is recognised after a restart of the controller, and never another one in its place.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

/// Boot, pid and start time: no two processes share them, because the kernel hands a pid out again only later.
public struct ProcessIdentity: Codable, Hashable, Sendable {
    public var boot: String
    public var pid: Int32
    /// Clock ticks since boot, field 22 of `/proc/PID/stat`.
    public var startTicks: UInt64

    public init(boot: String, pid: Int32, startTicks: UInt64) {
        self.boot = boot
        self.pid = pid
        self.startTicks = startTicks
    }

    /// The calling process.
    public static func current() throws -> ProcessIdentity {
        guard let boot = currentBoot(), let facts = ProcessFacts(pid: getpid()) else {
            throw BackendFailure(
                code: "proc-missing",
                message: "Could not read /proc/self/stat; mount /proc, Writ recognises processes by it.",
                retry: .stalled)
        }
        return ProcessIdentity(boot: boot, pid: getpid(), startTicks: facts.startTicks)
    }

    /// Whether this very process still runs. One that has ended and was not yet waited for does not.
    public var isAlive: Bool {
        guard ProcessIdentity.currentBoot() == boot, let facts = ProcessFacts(pid: pid) else { return false }
        return facts.startTicks == startTicks && !facts.hasEnded
    }

    /// Signals this process and no other; false when it has ended.
    public func signal(_ number: Int32) throws -> Bool {
        let descriptor = writ_pidfd_open(pid)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The pidfd holds on to whoever has the pid now; only then is it compared.
        guard isAlive else { return false }
        if writ_pidfd_send_signal(descriptor, number) == 0 { return true }
        if errno == ESRCH { return false }
        throw SystemCall.failure("signal process", "\(pid)")
    }

    static func currentBoot() -> String? {
        SystemCall.kernelText("/proc/sys/kernel/random/boot_id").map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

/// What `/proc/PID/stat` tells.
struct ProcessFacts: Hashable {
    var startTicks: UInt64
    var parent: Int32
    var hasEnded: Bool

    init?(pid: Int32) {
        guard let text = SystemCall.kernelText("/proc/\(pid)/stat") else { return nil }
        self.init(stat: text)
    }

    init?(stat: String) {
        // The name in parentheses may itself hold spaces and parentheses; the last one ends it. Field 3 follows.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = UInt64(fields[19]), let parent = Int32(fields[1]) else { return nil }
        startTicks = ticks
        self.parent = parent
        hasEnded = fields[0] == "Z" || fields[0] == "X"
    }

    /// Processes whose parent is `parent`, from a walk over `/proc`.
    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.sorted().filter { ProcessFacts(pid: $0)?.parent == parent }
    }
}
