// Real replicas: readiness, crashes, adoption, draining, walls, and the real MLServer where it may be installed.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct ServingReplicaTests {
    @Test("a replica becomes ready, serves its version read-only behind walls, and is stopped without a trace")
    func serves() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order()
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        #expect(try await world.get("/model", port: port) == "weights 3")
        #expect(try await world.get("/write", port: port) == "\(EROFS)")
        #expect(try await world.get("/secret", port: port) == "False")
        try await serving.start(order)
        #expect(try await serving.observe().count == 1)
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
        #expect(try await serving.observe().isEmpty)
        await #expect(throws: (any Error).self) { try await world.get("/model", port: port) }
        #expect(access("\(world.folder.path)/replicas/\(order.id)", F_OK) != 0)
        #expect(
            try String(contentsOfFile: "\(world.folder.path)/replicas/logs/\(order.id).log", encoding: .utf8).contains(
                "drained"))
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
    }

    @Test("two replicas of one version listen on ports of their own")
    func replicas() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let orders = try [world.order(ordinal: 0), world.order(ordinal: 1)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in orders { group.addTask { try await serving.start(order) } }
            try await group.waitForAll()
        }
        var ports: Set<Int> = []
        for order in orders { ports.insert(try await world.ready(serving, order.id)) }
        #expect(ports.count == 2)
        for order in orders { try await serving.stop(.init(id: order.id, drain: .seconds(5))) }
    }

    @Test("a crash is observed with its exit code, and the id stays ended")
    func crash() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order()
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        _ = try? await world.get("/exit", port: port)
        let isExit = { (observation: ReplicaObservation) in
            if case .exited(.exited(code: 7), _) = observation.phase { true } else { false }
        }
        let seen = try await world.waitUntil(serving, order.id, isExit)
        try await serving.start(order)
        #expect(try await serving.observe() == [order.id: seen])
        #expect(try await world.serving().observe() == [order.id: seen])
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
    }

    @Test("a replica that answers no longer is unready")
    func unready() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order()
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        _ = try await world.get("/sick", port: port)
        _ = try await world.waitUntil(serving, order.id) { $0.phase == .unready }
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
    }

    @Test("a new controller finds the same process on the same port, serving all the while")
    func adoption() async throws {
        let world = try ServingWorld()
        let order = try world.order()
        let first = try world.serving()
        try await first.start(order)
        let port = try await world.ready(first, order.id)
        let process = ReplicaFolder(replicas: "\(world.folder.path)/replicas", order.id).process
        let identity = try process.identity()
        let second = try world.serving()
        try await second.start(order)
        let seen = try await second.observe()[order.id]
        #expect(seen?.phase == .ready)
        #expect(seen?.address == .init(replica: order.id, host: "127.0.0.1", port: port))
        #expect(try process.identity() == identity)
        #expect(try await world.get("/model", port: port) == "weights 3")
        try await second.stop(.init(id: order.id, drain: .seconds(5)))
        #expect(identity?.isAlive == false)
    }

    @Test("a request that is under way when the replica is stopped gets its answer")
    func drains() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order()
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        async let answer = world.get("/slow", port: port)
        // The request is under way once the server has a second connection beside its listening socket.
        _ = try await eventually { connections(to: port) > 0 ? true : nil }
        try await serving.stop(.init(id: order.id, drain: .seconds(10)))
        #expect(try await answer == "weights 3")
    }

    @Test("a process that will not end is killed after the drain")
    func killed() async throws {
        let stubborn = ServingWorld.server.replacingOccurrences(
            of: "threading.Thread(target=server.shutdown).start()", with: "None")
        let world = try ServingWorld(server: stubborn)
        let serving = try world.serving()
        let order = try world.order()
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        try await serving.stop(.init(id: order.id, drain: TimeSpan(milliseconds: 200)))
        await #expect(throws: (any Error).self) { try await world.get("/model", port: port) }
    }

    @Test("an artefact that was altered in the store is refused before anything starts")
    func tampered() async throws {
        let world = try ServingWorld()
        let blob = world.blobs.place(Digest(of: Array("weights".utf8)))
        try Data("Weights".utf8).write(to: URL(fileURLWithPath: blob))
        let serving = try world.serving()
        let order = try world.order()
        await #expect {
            try await serving.start(order)
        } throws: {
            let failure = $0 as? BackendFailure
            return failure?.code == "digest-mismatch" && failure?.retry == .stalled
                && failure?.message.hasPrefix("The artefact “model.txt” was altered: expected sha256:") == true
        }
        #expect(try await serving.observe().isEmpty)
        #expect(access("\(world.folder.path)/replicas/\(order.id)", F_OK) != 0)
    }

    @Test("files that can run code are never loaded without the walls they were let through for")
    func walls() async throws {
        let world = try ServingWorld()
        let bare = try world.serving(sandbox: .none)
        var order = try world.order()
        order.walled = true
        await #expect {
            try await bare.start(order)
        } throws: {
            ($0 as? BackendFailure)?.code == "walls-missing"
        }
        #expect(access("\(world.folder.path)/replicas/\(order.id)", F_OK) != 0, "nothing is laid")
        // Laid by a controller that built walls, and found by one that builds none.
        let walled = try world.serving()
        let folder = ReplicaFolder(replicas: "\(world.folder.path)/replicas", order.id)
        try await walled.lay(order, folder)
        try await bare.advance(order, folder)
        let seen = try await bare.observe()[order.id]
        guard case .exited(.notStarted(let reason), _)? = seen?.phase else {
            Issue.record("it runs: \(String(describing: seen))")
            return
        }
        #expect(reason.contains("Set local.sandbox to required"))
        try await bare.stop(.init(id: order.id, drain: .seconds(1)))
    }

    @Test("a command that is not there is an exit that says so")
    func notStarted() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order(server: .command(argv: ["no-such-program"], code: nil))
        try await serving.start(order)
        _ = try await world.waitUntil(serving, order.id) {
            if case .exited(.notStarted(let reason), _) = $0.phase { reason.contains("no-such-program") } else { false }
        }
        try await serving.stop(.init(id: order.id, drain: .seconds(1)))
    }

    @Test("what a controller left half laid when it was killed is no replica")
    func halfLaid() async throws {
        let world = try ServingWorld()
        let order = try world.order()
        try world.folder.file("replicas/\(order.id)/model/model.txt", "half")
        let serving = try world.serving()
        #expect(try await serving.observe().isEmpty)
        try await serving.start(order)
        let port = try await world.ready(serving, order.id)
        #expect(try await world.get("/model", port: port) == "weights 3")
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
    }

    @Test("logs of replicas that are gone are bounded in number")
    func keptLogs() async throws {
        let world = try ServingWorld()
        for number in 0..<5 { try world.folder.file("replicas/logs/old.\(number).log", "x") }
        var limits = ServingLimits()
        limits.keptLogs = 2
        let serving = try world.serving(limits)
        let order = try world.order(server: .command(argv: ["/bin/true"], code: nil))
        try await serving.start(order)
        try await serving.stop(.init(id: order.id, drain: .seconds(1)))
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(world.folder.path)/replicas/logs")
        #expect(kept.count == 2 && kept.contains("\(order.id).log"))
    }
}

/// Established connections to a loopback port, as the kernel lists them.
private func connections(to port: Int) -> Int {
    let local = ":" + String(port, radix: 16, uppercase: true)
    return (SystemCall.kernelText("/proc/net/tcp") ?? "").split(separator: "\n").filter { line in
        let fields = line.split(separator: " ")
        return fields.count > 3 && fields[1].hasSuffix(local) && fields[3] == "01"
    }.count
}
