// Real processes under a real supervisor: endings, walls, limits, and what survives.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct ProcessSupervisorTests {
    @Test(
        "an ending says what the process did",
        arguments: [
            ("exit 0", Ending.exited(code: 0)), ("exit 3", .exited(code: 3)), ("kill -9 $$", .signalled(signal: 9)),
            ("kill -SEGV $$", .signalled(signal: 11)), ("exit 255", .exited(code: 255)),
        ])
    func endings(script: String, expected: Ending) async throws {
        let world = try ProcessWorld()
        let ending = try await world.run(world.spec(world.shell(script)))
        #expect(ending.ending == expected)
        #expect(ending.sandbox.kind.hasPrefix("bubblewrap "))
        #expect(!ending.sandbox.network)
        #expect(ending.startedAt <= ending.finishedAt)
    }

    @Test("a program that is not there is told as such")
    func missingProgram() async throws {
        let world = try ProcessWorld()
        let ending = try await world.run(world.spec(["no-such-program"]))
        guard case .notStarted(let reason) = ending.ending else { throw NeverHappened() }
        #expect(
            reason.hasPrefix("The program could not be run in the sandbox: no-such-program: No such file or directory.")
        )
    }

    @Test("a process that takes more memory than it may is told to be out of memory")
    func outOfMemory() async throws {
        let world = try ProcessWorld()
        let script = "import sys\nx = []\nwhile True: x.append(bytearray(1 << 20))"
        let ending = try await world.run(world.spec(["/usr/bin/python3", "-c", script], memory: 64 << 20))
        if ending.sandbox.limits == "rlimit" { return }
        #expect(ending.ending == .outOfMemory)
    }

    @Test("a process cannot have more processes than it may")
    func processLimit() async throws {
        let world = try ProcessWorld()
        let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 60 & done; exit 0"
        let ending = try await world.run(world.spec(world.shell(script), processes: 10))
        if ending.sandbox.limits == "rlimit" { return }
        #expect(ending.ending != .exited(code: 0))
        #expect(try world.log().lowercased().contains("cannot fork"))
    }

    @Test(
        "a process that ignores being asked is killed after its timeout", arguments: [Sandbox.Kind.bubblewrap, .none])
    func timeout(kind: Sandbox.Kind) async throws {
        let world = try ProcessWorld()
        let script = "trap '' TERM; while :; do sleep 0.1; done"
        let ending = try await world.run(
            world.spec(
                world.shell(script), kind: kind, timeout: TimeSpan(milliseconds: 700),
                grace: TimeSpan(milliseconds: 300)))
        #expect(ending.ending == .timedOut)
    }

    // Not with a timeout: on a busy machine that may come before the grandchild does.
    @Test(
        "the end of a process is the end of what it started in another session",
        arguments: [Sandbox.Kind.bubblewrap, .none])
    func otherSession(kind: Sandbox.Kind) async throws {
        let world = try ProcessWorld()
        let grandchild = ["sleep", "90\(getpid()).\(kind == .none ? 1 : 2)"]
        let script = "trap '' TERM; setsid \(grandchild.joined(separator: " ")) & while :; do sleep 0.1; done"
        try world.launcher.start(world.spec(world.shell(script), kind: kind), in: world.process)
        _ = try await eventually { processes(grandchild).isEmpty ? nil : true }
        try world.launcher.stop(world.process, grace: TimeSpan(milliseconds: 300))
        #expect(try await world.ending().ending == .cancelled)
        #expect(processes(grandchild).isEmpty)
    }

    @Test("a stop lets a process finish by itself")
    func gracefulStop() async throws {
        let world = try ProcessWorld()
        let script = "trap 'echo finished; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
        try world.launcher.start(world.spec(world.shell(script)), in: world.process)
        try await world.said("ready")
        #expect(try world.launcher.stop(world.process))
        #expect(try await world.ending().ending == .cancelled)
        #expect(try world.log().contains("finished"))
        #expect(try !world.launcher.stop(world.process))
    }

    @Test("a stop without patience kills at once")
    func impatientStop() async throws {
        let world = try ProcessWorld()
        let script = "trap 'echo finished' TERM; echo ready; while :; do sleep 0.05; done"
        try world.launcher.start(world.spec(world.shell(script)), in: world.process)
        try await world.said("ready")
        try world.launcher.stop(world.process, grace: TimeSpan(milliseconds: 0))
        #expect(try await world.ending().ending == .cancelled)
        #expect(try !world.log().contains("finished"))
    }

    @Test("a log keeps its beginning and its end and says what it left out")
    func logEnds() async throws {
        let world = try ProcessWorld()
        let spec = world.spec(["/usr/bin/seq", "1", "100000"], log: .ends(head: 1000, tail: 100))
        #expect(try await world.run(spec).ending.succeeded)
        let log = try world.log()
        #expect(log.utf8.count < 1500)
        #expect(log.hasPrefix("1\n2\n3\n"))
        #expect(log.hasSuffix("99999\n100000\n"))
        #expect(log.contains("[writ: the log reached 1000 bytes; of what follows the last 100 bytes are kept]"))
        #expect(log.contains("bytes left out]"))
    }

    @Test("a log without an end keeps its newest bytes")
    func logNewest() async throws {
        let world = try ProcessWorld()
        let spec = world.spec(
            world.shell("i=0; while [ $i -lt 300 ]; do i=$((i+1)); /bin/echo line $i; done"), log: .newest(limit: 1000))
        #expect(try await world.run(spec).ending.succeeded)
        let older = try String(contentsOfFile: world.process.olderLog, encoding: .utf8)
        #expect(try older.utf8.count + world.log().utf8.count <= 1100)
        #expect(try world.log().hasSuffix("line 300\n"))
    }

    @Test("a supervisor is nobody's child and leads its own session, so that no controller takes it along")
    func ownSession() async throws {
        let world = try ProcessWorld()
        try world.launcher.start(world.spec(world.shell("echo ready; sleep 60")), in: world.process)
        try await world.said("ready")
        let identity = try #require(try world.process.identity())
        let facts = try #require(ProcessFacts(pid: identity.pid))
        #expect(facts.parent != getpid())
        #expect(getsid(identity.pid) != getsid(0))
        #expect(getpgid(identity.pid) != getpgid(0))
        #expect(identity.isAlive)
        try world.launcher.stop(world.process, grace: TimeSpan(milliseconds: 0))
        _ = try await world.ending()
        #expect(!identity.isAlive)
    }

    @Test("a process goes on when who started its supervisor is killed, and is found again")
    func survivesItsParent() async throws {
        let world = try ProcessWorld()
        let spec = world.spec(
            world.shell("echo ready; while [ ! -e /out/go ]; do sleep 0.05; done; exit 7"),
            binds: [
                Sandbox.Bind(host: try world.folder.folder("out"), inside: "/out")
            ])
        try FileManager.default.createDirectory(atPath: world.process.path, withIntermediateDirectories: true)
        try DurableFile.record(spec, at: world.process.spec)
        let parent = Process()
        parent.executableURL = URL(fileURLWithPath: "/bin/sh")
        parent.arguments = [
            "-c", "\"$1\" internal-supervise \"$2\" & wait", "sh", try ProcessWorld.program, world.process.path,
        ]
        try parent.run()
        try await world.said("ready")
        kill(parent.processIdentifier, SIGKILL)
        _ = try await eventually { ProcessFacts(pid: parent.processIdentifier)?.hasEnded == false ? nil : true }
        guard case .running = try ProcessFolder(world.process.path).observe() else { throw NeverHappened() }
        try world.folder.file("out/go", "")
        #expect(try await world.ending().ending == .exited(code: 7))
    }

    @Test("a killed supervisor takes its process along and the process is lost")
    func lost() async throws {
        let world = try ProcessWorld()
        let child = ["sleep", "91\(getpid())"]
        try world.launcher.start(
            world.spec(world.shell("setsid \(child.joined(separator: " ")) & wait")), in: world.process)
        _ = try await eventually { processes(child).isEmpty ? nil : true }
        let identity = try #require(try world.process.identity())
        kill(identity.pid, SIGKILL)
        _ = try await eventually { try world.process.observe() == .lost ? true : nil }
        _ = try await eventually { processes(child).isEmpty ? true : nil }
        try world.launcher.start(world.spec(world.shell("exit 0")), in: world.process)
        #expect(try world.process.observe() == .lost)
    }

    @Test("a process with the pid but another start time is neither taken for it nor signalled")
    func reusedPid() throws {
        let world = try ProcessWorld()
        var forged = try ProcessIdentity.current()
        #expect(forged.isAlive)
        forged.startTicks += 1
        #expect(!forged.isAlive)
        #expect(try !forged.signal(SIGKILL))
        try FileManager.default.createDirectory(atPath: world.process.path, withIntermediateDirectories: true)
        try DurableFile.record(
            SupervisorRecord(identity: forged, startedAt: Timestamp(milliseconds: 0)), at: world.process.record)
        #expect(try world.process.observe() == .lost)
        #expect(try !world.launcher.stop(world.process))
        var otherBoot = try ProcessIdentity.current()
        otherBoot.boot = "another"
        #expect(!otherBoot.isAlive)
    }

    @Test("however often a process is started, it runs once")
    func startedTwice() async throws {
        let world = try ProcessWorld()
        let out = try world.folder.folder("out")
        let spec = world.spec(
            world.shell("echo run >> /out/runs; sleep 0.3"),
            binds: [Sandbox.Bind(host: out, inside: "/out", writable: true)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try world.launcher.start(spec, in: world.process) } }
            try await group.waitForAll()
        }
        #expect(try await world.ending().ending.succeeded)
        try world.launcher.start(spec, in: world.process)
        #expect(try String(contentsOfFile: "\(out)/runs", encoding: .utf8) == "run\n")
    }

    @Test("a process whose start was prevented never runs")
    func prevented() async throws {
        let world = try ProcessWorld()
        let time = Timestamp(milliseconds: 5)
        let ending = ProcessEnding(
            ending: .cancelled, startedAt: time, finishedAt: time,
            sandbox: SandboxRecord(kind: "-", network: false, limits: "-"))
        #expect(try world.process.prevent(ending))
        try world.launcher.start(world.spec(world.shell("exit 1")), in: world.process)
        #expect(try await world.ending() == ending)
        #expect(try !world.process.prevent(ending))
    }

    @Test("a supervisor that is not there is a failure that names it")
    func supervisorMissing() throws {
        let world = try ProcessWorld()
        let launcher = ProcessLauncher(supervisor: "/nonexistent/writ", environment: [:])
        let failure = try #require(throws: BackendFailure.self) {
            try launcher.start(world.spec(["true"]), in: world.process)
        }
        #expect(failure.message == "Could not start the supervisor /nonexistent/writ: No such file or directory.")
        #expect(try world.process.observe() == .notStarted)
    }
}
