// The control socket: a real server and a real client in one process.
import Foundation
import Glibc
import Logging
import Synchronization
import Testing
import WritLedger
import WritVocabulary

@testable import WritServer

/// Records acts as a controller would, in its own ledger.
actor RecordingController: ControllerHandle {
    private let source: LogSource
    private(set) var wakes = 0

    init() throws { source = try LogSource() }

    func recorded() async throws -> RecordedState { try await source.recorded() }
    func entries(_ query: EntryQuery) async throws -> [LedgerEntry] { try await source.entries(query) }
    func live() async throws -> LiveState? { LiveState() }
    func wake() async throws { wakes += 1 }

    func standing() async throws -> ControllerStanding {
        ControllerStanding(
            version: "0.1.0", word: .stalled, revision: Story.first, stalled: [Story.model, Story.march])
    }

    func suspend(_ resource: ResourceID, _ suspension: Suspension) async throws {
        try source.add(resource, .suspended(suspension), cause: .operatorAct(actor: suspension.actor))
    }

    func resume(_ resource: ResourceID, actor: String) async throws {
        try source.add(resource, .resumed(actor: actor), cause: .operatorAct(actor: actor))
    }

    func keep(_ act: CustodyAct) async throws {}
    func acceptTip(_ revision: RevisionID, actor: String, reason: String) async throws {
        try source.add(nil, .tipAccepted(revision, actor: actor, reason: reason), cause: .operatorAct(actor: actor))
    }

    func freeze() throws { try source.add(nil, .sourceFrozen(tip: Story.second, accepted: Story.first)) }

    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8] {
        guard id == Story.goodRun else { throw ServerFailure(code: "unknown-run", message: "no such run") }
        return Array("epoch 1\nepoch 2\n".utf8.dropFirst(Int(offset)))
    }

    func attest() throws { try source.attest() }

    func bundle(of statements: [VersionStatement], limit: Int) async throws -> [UInt8] {
        Array(statements.map { "\($0.kind.rawValue) \($0.deployment?.text ?? "-") \($0.table ?? 0)\n" }.joined().utf8)
    }
}

struct ControlTests {
    /// Runs `body` against a server of its own.
    private func withServer(
        _ body: @escaping @Sendable (ControlClient, RecordingController, String) async throws -> Void
    ) async throws {
        let folder =
            NSTemporaryDirectory() + "/writ-control-\(getpid())-\(Self.counter.withLock { $0 += 1; return $0 })"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = ControlSocket.path(inDataDirectory: folder)
        let controller = try RecordingController()
        let server = ControlServer(
            controller: controller, socket: path,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            now: { Story.start })
        let (ready, signal) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await server.run { signal.finish() }
            }
            group.addTask {
                for await _ in ready {}
                try await body(ControlClient(socket: path, deadline: .seconds(10)), controller, path)
                throw CancellationError()
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {}
        }
    }

    private static let counter = Mutex(0)

    @Test("answers over the socket equal answers from the directory, byte for byte")
    func sameBytes() async throws {
        try await withServer { client, _, _ in
            var offline = try LogSource()
            offline.shown = LiveState()
            for request in AnswerRequestTests.all {
                let there = try await client.answer(request)
                let here = try await Answerer(offline).answer(request)
                #expect(there == here)
                #expect(try there.json() == here.json())
                #expect(there.text(Story.style) == here.text(Story.style))
            }
        }
    }

    @Test("only the owner may open the socket")
    func mode() async throws {
        try await withServer { _, _, path in
            var facts = stat()
            #expect(lstat(path, &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o600)
        }
    }

    @Test("a suspension is recorded under the account the kernel names, until the moment asked for")
    func suspend() async throws {
        try await withServer { client, controller, _ in
            let order = ControlRequest.SuspendOrder(resource: Story.model, span: TimeSpan("2h")!, reason: "audit")
            let standing = try await client.act(.suspend(order))
            #expect(standing.stalled == [Story.march, Story.model])
            let suspension = try await controller.recorded().suspensions[Story.model]
            #expect(suspension?.until == Story.start + .minutes(120))
            #expect(suspension?.actor == String(cString: getpwuid(getuid()).pointee.pw_name))
            try await client.act(.resume(.init(resource: Story.model)))
            #expect(try await controller.recorded().suspensions.isEmpty)
        }
    }

    @Test("acts without sense are refused with a sentence and change nothing")
    func refusals() async throws {
        try await withServer { client, controller, _ in
            let before = try await controller.recorded()
            let unknown = ResourceID(.model, ResourceName("flight-tiem")!)
            let acts: [(ControlRequest, String)] = [
                (.suspend(.init(resource: unknown, span: .minutes(5), reason: "x")), "there is no model `flight-tiem`"),
                (
                    .suspend(.init(resource: Story.model, span: .minutes(5), reason: " ")),
                    "a reason is one line of 1 to 500 characters without control characters"
                ),
                (
                    .suspend(.init(resource: Story.model, span: TimeSpan("31d")!, reason: "x")),
                    "a suspension lasts longer than nothing and at most 30d"
                ),
                (.resume(.init(resource: Story.model)), "Model/flight-time is not suspended"),
                (
                    .acceptTip(.init(revision: Story.second, reason: "x")),
                    "the source is not frozen, so 2b2b2b2b was not accepted"
                ),
            ]
            for (act, message) in acts {
                let failure = await #expect(throws: ServerFailure.self) { try await client.act(act) }
                #expect(failure?.message == message)
            }
            #expect(try await controller.recorded() == before)
        }
    }

    @Test("a frozen tip can be accepted by its full id")
    func accept() async throws {
        try await withServer { client, controller, _ in
            try await controller.freeze()
            try await client.act(.acceptTip(.init(revision: Story.second, reason: "history was cleaned")))
            #expect(try await controller.recorded().source.frozenAt == nil)
        }
    }

    @Test("a wake-up, the standing, the log, health and metrics are answered")
    func rest() async throws {
        try await withServer { client, controller, _ in
            try await client.act(.reconcile)
            #expect(await controller.wakes == 1)
            #expect(try await client.standing().word == .stalled)
            #expect(try await client.log(of: Story.goodRun, from: 8) == Array("epoch 2\n".utf8))
            #expect(try await client.send(.health) == Array("ok\n".utf8))
            let metrics = String(decoding: try await client.send(.metrics), as: UTF8.self)
            #expect(metrics.contains("writ_resources{kind=\"Model\",condition=\"Stalled\"} 1\n"))
            #expect(metrics.contains("writ_ledger_entries 24\n"))
        }
    }

    @Test("what is signed of a version comes over the socket, and of its deployment; of none, and of no version, too")
    func statements() async throws {
        try await withServer { client, controller, _ in
            #expect(try await client.statements(about: Story.version).isEmpty)
            try await controller.attest()
            let lines = String(decoding: try await client.statements(about: Story.version), as: UTF8.self)
            let move = "summary \(Story.replica.deployment)"
            #expect(lines == "provenance - 0\nsignature - 0\n\(move) 0\n\(move) 2\n\(move) 10\n")
            let failure = await #expect(throws: ServerFailure.self) {
                try await client.statements(about: VersionID(Story.model.name, 2))
            }
            #expect(failure?.code == "unknown-version")
        }
    }

    @Test(
        "an address of statements names one version and nothing else",
        arguments: [
            "/v1/statements/", "/v1/statements/flight-time", "/v1/statements/flight-time/0", "/v1/statements/../1",
            "/v1/statements/flight-time/1/", "/v1/statements/flight-time:1", "/v1/statements/flight-time/1:2",
        ])
    func noStatements(path: String) {
        #expect(ControlRequest(get: path, query: [:]) == nil)
        #expect(ControlRequest(get: "/v1/statements/flight-time/1", query: [:]) == .statements(Story.version))
    }

    @Test("without a controller the client says so")
    func absent() async throws {
        let client = ControlClient(socket: NSTemporaryDirectory() + "/writ-no-such.sock", deadline: .seconds(5))
        let failure = await #expect(throws: ServerFailure.self) { try await client.standing() }
        #expect(failure?.code == "no-controller")
    }

    @Test("a controller that accepts and never answers is given up at the deadline")
    func silent() async throws {
        let path = NSTemporaryDirectory() + "/writ-silent-\(getpid()).sock"
        let listener = try #require(listen(at: path))
        defer {
            close(listener)
            unlink(path)
        }
        let failure = await #expect(throws: ServerFailure.self) {
            try await ControlClient(socket: path, deadline: TimeSpan("200ms")!).standing()
        }
        #expect(failure?.code == "controller-silent")
    }

    @Test("a path too long for a Unix socket is refused before it is cut")
    func longPath() async throws {
        let client = ControlClient(socket: "/" + String(repeating: "x", count: 120), deadline: .seconds(5))
        let failure = await #expect(throws: ServerFailure.self) { try await client.standing() }
        #expect(failure?.code == "socket-path-too-long")
    }

    @Test("a file at the socket's place is not removed")
    func taken() async throws {
        let path = NSTemporaryDirectory() + "/writ-taken-\(getpid())"
        try Data("keep".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: ServerFailure.self) { try ControlSocket.removeStale(path) }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    private func listen(at path: String) -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        unlink(path)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return bound == 0 && Glibc.listen(descriptor, 4) == 0 ? descriptor : nil
    }
}
