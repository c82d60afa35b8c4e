// One gateway a folder, whoever starts it and however it dies.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite(.timeLimit(.minutes(3))) struct GatewayProcessTests {
    @Test("a running gateway is adopted by another controller, and is not in the session of the one that started it")
    func adoption() async throws {
        let world = try GatewayWorld()
        let first = try await world.process().ensure()
        #expect(try await world.process().ensure() == first)
        #expect(getsid(first.pid) > 0 && getsid(first.pid) != getsid(0))
        #expect(try world.folder.running() == first)
    }

    @Test("a second gateway never holds the folder of the first, and says so")
    func second() async throws {
        let world = try GatewayWorld()
        let first = try await world.process().ensure()
        let second = try await world.said(
            ProcessWorld.program, ["internal-gateway", "--data", world.data.path, "--listen", "127.0.0.1:0"])
        #expect(second.code != 0)
        #expect(second.output.contains("Another gateway holds"))
        #expect(try world.folder.running() == first)
        #expect(try await world.router.observe() != nil)
    }

    @Test("two controllers that start it at once get the same one")
    func race() async throws {
        let world = try GatewayWorld()
        async let one = world.process().ensure()
        async let other = world.process().ensure()
        let (a, b) = try await (one, other)
        #expect(a == b && a.isAlive)
    }

    @Test("killed, it is started again by the one that watches, with the table it had")
    func restart() async throws {
        let world = try GatewayWorld()
        let process = try world.process()
        let first = try await process.ensure()
        let replica = try await GatewayReplica("1", in: world.data)
        try await world.router.publish(RoutingChange(number: 6, routes: [GatewayWorld.route(ports: [replica.port])]))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await process.run() }
            #expect(try first.signal(SIGKILL))
            try await becomesTrue { !first.isAlive }
            let next = try await eventually { () -> ProcessIdentity? in
                guard try await world.router.observe()?.number == 6 else { return nil }
                return try world.folder.running()
            }
            #expect(next != first)
            let answers = try await GatewayCaller(port: world.port()).ask([GatewayCaller.request("GET", "/a/x")])
            #expect(answers[0].hasPrefix("HTTP/1.1 200"))
            tasks.cancelAll()
        }
    }

    @Test(
        "a record that names a living process by another start time is not trusted: it is neither adopted nor signalled"
    )
    func forged() async throws {
        let world = try GatewayWorld()
        try world.folder.create()
        let bystander = Process()
        bystander.executableURL = URL(fileURLWithPath: "/bin/sleep")
        bystander.arguments = ["600"]
        // Its own ends of everything: a test run is over when nobody holds its output any more.
        bystander.standardInput = FileHandle.nullDevice
        bystander.standardOutput = FileHandle.nullDevice
        bystander.standardError = FileHandle.nullDevice
        try bystander.run()
        defer {
            kill(bystander.processIdentifier, SIGKILL)
            bystander.waitUntilExit()
        }
        let facts = try #require(ProcessFacts(pid: bystander.processIdentifier))
        let boot = try #require(ProcessIdentity.currentBoot())
        let forged = ProcessIdentity(boot: boot, pid: bystander.processIdentifier, startTicks: facts.startTicks - 1)
        try DurableFile.record(forged, at: world.folder.process)
        #expect(try world.folder.running() == nil)
        let process = try world.process()
        #expect(try !process.stop())
        #expect(bystander.isRunning)
        let started = try await process.ensure()
        #expect(started.pid != forged.pid && started.isAlive)
    }

    @Test("a program that cannot be started is said so, and one that ends at once as well")
    func missing() async throws {
        let world = try GatewayWorld()
        let process = GatewayProcess(folder: world.folder.path, program: "/nowhere/writ", arguments: [])
        let failure = await #expect(throws: BackendFailure.self) { try await process.ensure() }
        #expect(failure?.code == "gateway-missing")
        #expect(try !process.stop())
    }
}
