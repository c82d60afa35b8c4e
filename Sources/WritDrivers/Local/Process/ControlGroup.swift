// The control group of one supervised process: its limits, its out-of-memory count, its sure end.
import Foundation
import WritVocabulary

/// Made before the process runs, removed after it. Every folder has the same name, made from its supervisor's identity.
struct ControlGroup {
    private static let prefix = "writ-"

    let name: String
    private let layout: ControlGroupLayout
    private let folders: [String]

    init(_ layout: ControlGroupLayout, owner: ProcessIdentity, limits: ProcessLimits) throws {
        name = "\(ControlGroup.prefix)\(owner.pid)-\(owner.startTicks)"
        self.layout = layout
        let name = name
        folders = layout.parents.map { "\($0)/\(name)" }
        for folder in folders where mkdir(folder, 0o755) != 0 && errno != EEXIST {
            throw SystemCall.failure("make the control group", folder)
        }
        for (file, value) in settings(limits) { try ControlGroup.set(file, value) }
    }

    /// What is written where. Period and quota are microseconds.
    private func settings(_ limits: ProcessLimits) -> [(file: String, value: String)] {
        let period = 100_000
        let quota = max(1000, limits.cpuMillis * period / 1000)
        switch layout {
        case .unified(let parent, let names):
            let files: [String: [(String, String)]] = [
                "memory": [
                    ("memory.max", "\(limits.memory.bytes)"), ("memory.swap.max?", "0"), ("memory.oom.group?", "1"),
                ],
                "cpu": [("cpu.max", "\(quota) \(period)")], "pids": [("pids.max", "\(limits.processes)")],
            ]
            return names.flatMap { controller in
                (files[controller] ?? []).map { ("\(parent)/\(name)/\($0.0)", $0.1) }
            }
        case .perController(let parents, _):
            let files: [String: [(String, String)]] = [
                "memory": [
                    ("memory.limit_in_bytes", "\(limits.memory.bytes)"),
                    ("memory.memsw.limit_in_bytes?", "\(limits.memory.bytes)"),
                ],
                "cpu": [("cpu.cfs_period_us", "\(period)"), ("cpu.cfs_quota_us", "\(quota)")],
                "pids": [("pids.max", "\(limits.processes)")],
            ]
            return parents.sorted { $0.key < $1.key }.flatMap { controller, parent in
                (files[controller] ?? []).map { ("\(parent)/\(name)/\($0.0)", $0.1) }
            }
        case .unavailable:
            return []
        }
    }

    /// A file whose name ends in `?` is a matter of kernel configuration: where it is missing, nothing is bounded.
    private static func set(_ file: String, _ value: String) throws {
        let isOptional = file.hasSuffix("?")
        let path = isOptional ? String(file.dropLast()) : file
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 && isOptional && errno == ENOENT { return }
        guard descriptor >= 0 else { throw SystemCall.failure("set the limit", path) }
        defer { close(descriptor) }
        try SystemCall.writeAll(Array(value.utf8), to: descriptor, named: path)
    }

    /// Open files a child writes itself into, before it runs anything. The caller closes them.
    func entrances() throws -> [Int32] {
        var opened: [Int32] = []
        for folder in folders {
            let descriptor = open("\(folder)/cgroup.procs", O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let failure = SystemCall.failure("enter the control group", folder)
                opened.forEach { close($0) }
                throw failure
            }
            opened.append(descriptor)
        }
        return opened
    }

    /// How many of its processes the kernel killed for want of memory.
    var outOfMemoryKills: Int {
        let file: String
        switch layout {
        case .unified(let parent, _): file = "\(parent)/\(name)/memory.events"
        case .perController(let parents, _): file = "\(parents["memory"] ?? "")/\(name)/memory.oom_control"
        case .unavailable: return 0
        }
        for line in (SystemCall.kernelText(file) ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) ?? 0 }
        }
        return 0
    }

    /// Kills every process in the group, also those that left their session.
    func killAll() {
        for folder in folders {
            let descriptor = open("\(folder)/cgroup.kill", O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if write(descriptor, "1", 1) == 1 { return }
        }
        // Only v1 is there: one by one. Who forks faster than this is met again by the next round.
        for pid in processes { _ = kill(pid, SIGKILL) }
    }

    private var processes: [Int32] {
        folders.first.flatMap { SystemCall.kernelText("\($0)/cgroup.procs") }?.split(separator: "\n").compactMap {
            Int32($0)
        } ?? []
    }

    /// False while a process is still in it.
    func remove() -> Bool {
        folders.allSatisfy { rmdir($0) == 0 || errno == ENOENT }
    }

    /// Removes the groups of supervisors that were killed before they could. A group with a process in it stays.
    static func sweep(_ layout: ControlGroupLayout) {
        guard let boot = ProcessIdentity.currentBoot() else { return }
        for parent in layout.parents {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            where name.hasPrefix(prefix) {
                let parts = name.dropFirst(prefix.count).split(separator: "-")
                guard parts.count == 2, let pid = Int32(parts[0]), let ticks = UInt64(parts[1]) else { continue }
                if !ProcessIdentity(boot: boot, pid: pid, startTicks: ticks).isAlive { rmdir("\(parent)/\(name)") }
            }
        }
    }
}
