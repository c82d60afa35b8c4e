// Real replicas whose files are altered under them: every alteration is seen, told with its path, and never forgotten.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct IntegrityReplicaTests {
    private static let files = ["model.txt": "weights", "sub/table.csv": "a,b\n1,2\n"]

    /// A ready replica of two files, and the folder its process sees.
    private struct Running {
        let world: ServingWorld
        let serving: LocalServing
        let order: ReplicaOrder
        var folder: ReplicaFolder { ReplicaFolder(replicas: "\(world.folder.path)/replicas", order.id) }

        init(server: String = ServingWorld.server) async throws {
            world = try ServingWorld(model: files, server: server)
            serving = try world.serving()
            order = try world.order()
            try await serving.start(order)
            _ = try await world.ready(serving, order.id)
        }

        func integrity() async throws -> IntegrityObservation? { try await serving.observe()[order.id]?.integrity }

        func stop() async throws { try await serving.stop(.init(id: order.id, drain: .seconds(5))) }
    }

    struct Alteration: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        var found: String
        var act: @Sendable (_ model: String) throws -> Void
        var testDescription: String { name }
    }

    static let alterations = [
        Alteration(
            name: "a byte is changed", path: "sub/table.csv",
            found: "its digest is \(Digest(of: Array("a,b\n1,3\n".utf8)))"
        ) { model in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(model)/sub/table.csv"))
            try file.seek(toOffset: 6)
            try file.write(contentsOf: Data("3".utf8))
            try file.close()
        },
        Alteration(name: "a file is cut", path: "model.txt", found: "it has 3 bytes and not 7") { model in
            #expect(truncate("\(model)/model.txt", 3) == 0)
        },
        Alteration(name: "a file is deleted", path: "model.txt", found: "it is gone") { model in
            #expect(unlink("\(model)/model.txt") == 0)
        },
        Alteration(name: "a file is added", path: "sub/new.so", found: "it is not part of the version") { model in
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(model)/sub/new.so"))
        },
        Alteration(
            name: "a file is replaced by a rename", path: "model.txt",
            found: "its digest is \(Digest(of: Array("Weights".utf8)))"
        ) { model in
            try Data("Weights".utf8).write(to: URL(fileURLWithPath: "\(model)/../other"))
            #expect(chmod("\(model)/../other", 0o644) == 0)
            #expect(rename("\(model)/../other", "\(model)/model.txt") == 0)
        },
        Alteration(name: "a file becomes a link", path: "model.txt", found: "a symbolic link is in its place") {
            model in
            #expect(rename("\(model)/model.txt", "\(model)/../kept") == 0)
            #expect(symlink("../kept", "\(model)/model.txt") == 0)
        },
        Alteration(name: "a mode is changed", path: "model.txt", found: "its mode is 755 and was 644") { model in
            #expect(chmod("\(model)/model.txt", 0o755) == 0)
        },
        Alteration(name: "a folder takes a file's place", path: "model.txt", found: "a folder is in its place") {
            #expect(unlink("\($0)/model.txt") == 0 && mkdir("\($0)/model.txt", 0o755) == 0)
        },
    ]

    @Test(
        "what is altered under a running replica is told at the next look, with the last time all was well",
        arguments: alterations)
    func altered(_ alteration: Alteration) async throws {
        let running = try await Running()
        let before = try #require(try await running.integrity())
        #expect(before.fault == nil)
        try alteration.act(running.folder.model)
        let after = try #require(try await running.integrity())
        let fault = try #require(after.fault)
        #expect(fault.path == alteration.path)
        #expect(fault.found == alteration.found)
        #expect(after.intactAt == before.intactAt && fault.detectedAt >= after.intactAt)
        // It stays, for this controller and for the next.
        #expect(try await running.integrity() == after)
        #expect(try await running.world.serving().observe()[running.order.id]?.integrity == after)
        try await running.stop()
    }

    @Test("a file that came back does not undo the fault; one started anew is well")
    func faultIsFinal() async throws {
        let running = try await Running()
        let file = "\(running.folder.model)/model.txt"
        #expect(rename(file, "\(running.folder.path)/away") == 0)
        let fault = try #require(try await running.integrity()?.fault)
        #expect(rename("\(running.folder.path)/away", file) == 0)
        #expect(try await running.integrity()?.fault == fault)
        try await running.stop()
        try await running.serving.start(running.order)
        _ = try await running.world.ready(running.serving, running.order.id)
        #expect(try await running.integrity()?.fault == nil)
        try await running.stop()
    }

    @Test("what was altered while no controller was there is found by the next one's first look")
    func alteredWhileAway() async throws {
        let running = try await Running()
        #expect(unlink("\(running.folder.model)/sub/table.csv") == 0)
        let next = try running.world.serving()
        #expect(try await next.observe()[running.order.id]?.integrity?.fault?.path == "sub/table.csv")
        try await running.stop()
    }

    @Test("a process that holds a file which was replaced by one with the approved bytes is found out")
    func heldFile() async throws {
        let holding = ServingWorld.server.replacingOccurrences(
            of: "class Handler",
            with: "held = open(os.path.join(os.environ[\"WRIT_MODEL_DIR\"], \"model.txt\"))\nclass Handler")
        let running = try await Running(server: holding)
        #expect(try await running.integrity()?.fault == nil)
        let file = "\(running.folder.model)/model.txt"
        try Data("weights".utf8).write(to: URL(fileURLWithPath: "\(running.folder.path)/same"))
        #expect(chmod("\(running.folder.path)/same", 0o644) == 0)
        #expect(rename("\(running.folder.path)/same", file) == 0)
        let fault = try #require(try await running.integrity()?.fault)
        #expect(fault.path == "model.txt")
        #expect(fault.found == "the process holds another file that had this name")
        try await running.stop()
    }

    @Test("files that were altered between laying and starting start nothing")
    func alteredBeforeStart() async throws {
        let world = try ServingWorld()
        let serving = try world.serving()
        let order = try world.order()
        let folder = ReplicaFolder(replicas: "\(world.folder.path)/replicas", order.id)
        try await serving.lay(order, folder)
        try Data("Weights".utf8).write(to: URL(fileURLWithPath: "\(folder.model)/model.txt"))
        try await serving.advance(order, folder)
        let seen = try #require(try await serving.observe()[order.id])
        guard case .exited(.notStarted(let reason), _) = seen.phase else {
            Issue.record("it is \(seen.phase)")
            return
        }
        #expect(reason.hasPrefix("the artefact “model.txt” was altered: its digest is sha256:"))
        #expect(seen.integrity?.fault?.path == "model.txt")
        #expect(try folder.process.identity() == nil)
        try await serving.stop(.init(id: order.id, drain: .seconds(1)))
    }

    @Test("a replica is not ready before its files were read while it answers, and says when they were")
    func readBeforeReady() async throws {
        let world = try ServingWorld()
        var limits = ServingLimits()
        limits.sweepMilliseconds = 0
        let idle = try world.serving(limits)
        let order = try world.order()
        try await idle.start(order)
        let folder = ReplicaFolder(replicas: "\(world.folder.path)/replicas", order.id)
        // Its own driver may read nothing: it answers, and yet does not count.
        let place = try #require(try DurableFile.read(ReplicaPlace.self, at: folder.place))
        _ = try await eventually { try? await world.get("/model", port: place.port) }
        #expect(try await idle.observe()[order.id]?.phase == .starting)
        let serving = try world.serving()
        let seen = try #require(try await serving.observe()[order.id])
        #expect(seen.phase == .ready)
        #expect(try #require(seen.integrity).intactAt >= seen.startedAt)
        try await serving.stop(.init(id: order.id, drain: .seconds(5)))
    }
}
