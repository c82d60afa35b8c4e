// The pure parts under the supervisor: when it kills, what it calls an ending, what it reads from /proc.
import Foundation
import Testing
import WritVocabulary

@testable import WritDrivers

@Suite struct ProcessRulesTests {
    @Test("a process is asked at its timeout, killed after its grace, and has timed out whatever it then says")
    func timeout() {
        var machine = SupervisionMachine(timeout: .seconds(10), grace: .seconds(2))
        #expect(machine.wakeAt == 10_000)
        #expect(machine.passed(to: 9_999) == [])
        #expect(machine.passed(to: 10_000) == [.ask])
        #expect(machine.wakeAt == 12_000)
        #expect(machine.passed(to: 11_999) == [])
        #expect(machine.passed(to: 12_000) == [.kill])
        #expect(machine.wakeAt == nil)
        #expect(machine.childEnded(.exited(0), outOfMemoryKills: 1) == [.finish(.timedOut)])
        #expect(machine.childEnded(.exited(0), outOfMemoryKills: 0) == [])
    }

    @Test("a second stop can only shorten the patience")
    func stops() {
        var machine = SupervisionMachine(timeout: nil, grace: .seconds(30))
        #expect(machine.wakeAt == nil)
        #expect(machine.stopRequested(at: 100, grace: .seconds(5)) == [.ask])
        #expect(machine.stopRequested(at: 200, grace: .seconds(60)) == [])
        #expect(machine.wakeAt == 5_100)
        #expect(machine.stopRequested(at: 300, grace: .seconds(0)) == [.kill])
        #expect(machine.stopRequested(at: 400, grace: nil) == [])
        #expect(machine.childEnded(.signalled(9), outOfMemoryKills: 0) == [.finish(.cancelled)])
    }

    @Test(
        "an ending is out of memory when the kernel killed for it and the process did not succeed",
        arguments: [
            (SupervisionMachine.Report.exited(0), 1, Ending.exited(code: 0)), (.exited(1), 1, .outOfMemory),
            (.signalled(9), 2, .outOfMemory), (.signalled(9), 0, .signalled(signal: 9)),
            (.exited(2), 0, .exited(code: 2)),
            (.neverRan("why"), 0, .notStarted(reason: "why")),
        ])
    func endings(report: SupervisionMachine.Report, kills: Int, expected: Ending) {
        var machine = SupervisionMachine(timeout: nil, grace: .seconds(1))
        #expect(machine.childEnded(report, outOfMemoryKills: kills) == [.finish(expected)])
    }

    @Test("a process's name cannot forge its start time")
    func forgedName() throws {
        let rest = "S 42 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0"
        let facts = try #require(ProcessFacts(stat: "9 (a) S 1 (b) \(rest)"))
        #expect(facts.startTicks == 987_654)
        #expect(facts.parent == 42)
        #expect(!facts.hasEnded)
        #expect(ProcessFacts(stat: "9 (x) Z 1") == nil)
        #expect(try #require(ProcessFacts(stat: "9 (x) \(rest.replacing("S 42", with: "Z 42"))")).hasEnded)
    }

    @Test(
        "on a v2 machine the nearest group above that hands memory down is used",
        arguments: [
            (
                ["/sys/fs/cgroup/system.slice": "cpu io memory pids"],
                ControlGroupLayout.unified("/sys/fs/cgroup/system.slice", ["cpu", "memory", "pids"])
            ),
            (
                ["/sys/fs/cgroup/system.slice/writ.service": "memory", "/sys/fs/cgroup": "cpu memory pids"],
                .unified("/sys/fs/cgroup/system.slice/writ.service", ["memory"])
            ),
            (["/sys/fs/cgroup": "cpu memory pids\n"], .unified("/sys/fs/cgroup", ["cpu", "memory", "pids"])),
            (["/sys/fs/cgroup": "hugetlb cpu"], .unavailable), ([:], .unavailable),
        ])
    func unifiedGroups(handedDown: [String: String], expected: ControlGroupLayout) {
        let mounts = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
        func detect(writable: Bool) -> ControlGroupLayout {
            .detect(
                mounts: mounts, membership: "0::/system.slice/writ.service\n", handedDown: { handedDown[$0] ?? "" },
                isWritable: { _ in writable })
        }
        #expect(detect(writable: true) == expected)
        #expect(detect(writable: false) == .unavailable)
    }

    @Test("a record names what bounds a process")
    func limitNames() {
        #expect(ControlGroupLayout.unified("/x", ["cpu", "memory", "pids"]).name == "cgroup v2")
        #expect(ControlGroupLayout.unified("/x", ["memory", "pids"]).name == "cgroup v2 (memory, pids only)")
        #expect(ControlGroupLayout.unavailable.name == "rlimit")
    }

    @Test("a v2 group is given its limits, counts what the kernel killed, and is removed")
    func unifiedGroup() throws {
        let tree = try DataFolder()
        let owner = ProcessIdentity(boot: "b", pid: 7, startTicks: 99)
        for name in ["memory.max", "memory.swap.max", "cpu.max", "pids.max", "cgroup.kill", "cgroup.procs"] {
            try tree.file("writ-7-99/\(name)", "")
        }
        try tree.file("writ-7-99/memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 0\n")
        let limits = ProcessLimits(memory: ByteCount(bytes: 1 << 30), cpuMillis: 1500, processes: 64)
        let group = try ControlGroup(.unified(tree.path, ["cpu", "memory", "pids"]), owner: owner, limits: limits)
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(tree.path)/writ-7-99/\(name)", encoding: .utf8)
        }
        #expect(try text("memory.max") == "1073741824")
        #expect(try text("memory.swap.max") == "0")
        #expect(try text("cpu.max") == "150000 100000")
        #expect(try text("pids.max") == "64")
        #expect(group.outOfMemoryKills == 2)
        group.killAll()
        #expect(try text("cgroup.kill") == "1")
        #expect(!group.remove())
    }

    @Test("control groups are found on a v1 machine, with the v2 tree beside them")
    func groupsPerController() {
        let mounts = """
            26 25 0:23 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            30 25 0:27 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            33 25 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
            35 25 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """
        let membership = "8:pids:/\n4:memory:/docker/1/writ\n1:cpu:/a\n0::/\n"
        let all = ControlGroupLayout.detect(
            mounts: mounts, membership: membership, handedDown: { _ in "hugetlb" }, isWritable: { _ in true })
        let folders = [
            "cpu": "/sys/fs/cgroup/cpu/a", "memory": "/sys/fs/cgroup/memory/writ", "pids": "/sys/fs/cgroup/pids",
        ]
        #expect(all == .perController(folders, unified: "/sys/fs/cgroup/unified"))
        #expect(all.name == "cgroup v1")
        let some = ControlGroupLayout.detect(
            mounts: mounts, membership: membership, handedDown: { _ in "" }, isWritable: { $0.contains("memory") })
        #expect(some == .perController(["memory": "/sys/fs/cgroup/memory/writ"], unified: nil))
        #expect(some.name == "cgroup v1 (memory only)")
    }

    @Test("what bubblewrap reports is read, and garbage among it is not")
    func reports() {
        let report = SandboxReport(
            "{ \"child-pid\": 77, \"ipc-namespace\": 4026532180 }\nnoise\n{ \"exit-code\": 137 }\n")
        #expect(report.firstProcess == 77)
        #expect(report.exitCode == 137)
        #expect(SandboxReport("") == SandboxReport("{}"))
        #expect(SandboxReport.ending(exitCode: 137) == .signalled(9))
        #expect(SandboxReport.ending(exitCode: 193) == .exited(193))
        #expect(SandboxReport.ending(exitCode: 128) == .exited(128))
        let refused = SandboxReport.reason(Array("bwrap: setting up uid map: Permission denied\n".utf8))
        #expect(refused.contains("Allow user namespaces"))
    }

    @Test("the last bytes are kept however they come", arguments: [1, 3, 7, 100])
    func tail(piece: Int) {
        var tail = TailBuffer(capacity: 10)
        let all = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        for start in stride(from: 0, to: all.count, by: piece) {
            all[start..<min(all.count, start + piece)].withUnsafeBytes { tail.append($0) }
        }
        #expect(tail.bytes == Array("qrstuvwxyz".utf8))
        #expect(tail.received == 26)
    }

    @Test("a file in place of a record is refused when it is a link or too large")
    func records() throws {
        let folder = try DataFolder()
        let file = try folder.file("a", "12345")
        #expect(try DurableFile.read(file, limit: 5) == Data("12345".utf8))
        #expect(throws: (any Error).self) { try DurableFile.read(file, limit: 4) }
        symlink(file, "\(folder.path)/b")
        #expect(throws: (any Error).self) { try DurableFile.read("\(folder.path)/b") }
        #expect(try DurableFile.read("\(folder.path)/c") == nil)
        try DurableFile.write(Data("x".utf8), to: file)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
    }
}
