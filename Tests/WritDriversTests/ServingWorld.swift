// A serving driver over a folder, with a small real HTTP server as the replica.
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

struct ServingWorld {
    static let tree = ContentID(String(repeating: "a", count: 40))!
    static let requirements = ContentID(String(repeating: "b", count: 40))!

    /// Answers `/ready` with 200 once the model is read, `/model` with its bytes, `/slow` after a while, `/exit` never.
    static let server = """
        import http.server, os, sys, time
        model = open(os.path.join(os.environ["WRIT_MODEL_DIR"], "model.txt")).read()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def do_GET(self):
                if self.path == "/exit": os._exit(7)
                if self.path == "/slow": time.sleep(1.5)
                if self.path == "/sick": Handler.sick = True
                if self.path == "/write":
                    try: open(os.path.join(os.environ["WRIT_MODEL_DIR"], "model.txt"), "w"); body = b"written"
                    except OSError as error: body = str(error.errno).encode()
                elif self.path == "/see": body = ",".join(sorted(os.listdir("/"))).encode()
                elif self.path == "/secret": body = str(os.path.exists(open("/writ/code/secret").read())).encode()
                else: body = (model + " " + os.environ["WRIT_VERSION"]).encode()
                self.send_response(503 if self.path == "/ready" and getattr(Handler, "sick", False) else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = False
        server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)
        import signal, threading
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        print("listening", flush=True)
        server.serve_forever()
        server.server_close()
        print("drained", flush=True)
        """

    let folder: DataFolder
    let blobs: DataBlobs
    let artefacts: Digest
    var source: DataRepository
    let environments: PythonEnvironments
    let launcher: ProcessLauncher
    /// A range for each world, because tests run at the same time.
    let ports: ClosedRange<Int>
    private static let worlds = Mutex(0)

    init(model: [String: String] = ["model.txt": "weights"], server: String = Self.server) throws {
        let number = Self.worlds.withLock { count in
            count += 1
            return count
        }
        ports = 22_000 + number * 20...22_019 + number * 20
        folder = try DataFolder()
        blobs = try DataBlobs("\(folder.path)/blobs")
        artefacts = try blobs.artefacts(model)
        source = DataRepository(contents: [Self.tree: .tree(["serve.py": server, "secret": folder.path])])
        let environment = ProcessInfo.processInfo.environment
        launcher = ProcessLauncher(supervisor: try ProcessWorld.program, environment: environment)
        environments = PythonEnvironments(
            folder: "\(folder.path)/envs", supervisor: try ProcessWorld.program, environment: environment,
            sandbox: .bubblewrap, hidden: [folder.path])
    }

    /// A driver as a controller makes it when it starts; another one is another controller.
    func serving(_ limits: ServingLimits = ServingLimits(), sandbox: Sandbox.Kind = .bubblewrap) throws -> LocalServing
    {
        var limits = limits
        limits.ports = ports
        let serving = LocalServing(
            replicas: "\(folder.path)/replicas", blobs: blobs, source: source, environments: environments,
            launcher: launcher,
            sandbox: sandbox, hidden: [folder.path], limits: limits,
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
        try serving.prepare()
        return serving
    }

    func order(
        ordinal: Int = 0, server: Endpoint.Runtime.Server? = nil, environment: LockedEnvironment? = nil,
        artefacts: Digest? = nil, health: String = "/ready"
    ) throws -> ReplicaOrder {
        let endpoint = try #require(ResourceName("flights"))
        let command = Endpoint.Runtime.Server.command(
            argv: ["/usr/bin/env", "python3", "serve.py"], code: Code(path: try #require(RepositoryPath("serving"))))
        return ReplicaOrder(
            id: ReplicaID(
                DeploymentID(endpoint: endpoint, content: Digest(of: Array("d".utf8))), ordinal: ordinal, generation: 0),
            endpoint: endpoint, version: VersionID(try #require(ResourceName("flight-time")), 3),
            artefacts: artefacts ?? self.artefacts, server: server ?? command, codeTree: Self.tree,
            environment: environment,
            resources: Resources(cpuMillis: 1000, memory: ByteCount(bytes: 1 << 30)),
            health: Endpoint.Health(path: health, timeout: .seconds(60)))
    }

    func waitUntil(
        _ serving: LocalServing, _ id: ReplicaID, within deadline: Duration = .seconds(60),
        _ matches: (ReplicaObservation) -> Bool
    ) async throws -> ReplicaObservation {
        try await eventually(within: deadline) {
            let observation = try await serving.observe()[id]
            return observation.flatMap { matches($0) ? $0 : nil }
        }
    }

    func ready(_ serving: LocalServing, _ id: ReplicaID, within deadline: Duration = .seconds(60)) async throws -> Int {
        try #require(try await waitUntil(serving, id, within: deadline) { $0.phase == .ready }.address?.port)
    }

    /// The body of an answer, or nil when there is none.
    func get(_ path: String, port: Int, method: String = "GET", body: String = "") async throws -> String? {
        var request = URLRequestText(method: method, path: path, body: body)
        request.port = port
        return try await request.send()
    }
}

/// One HTTP/1.1 request whose answer ends with the connection.
struct URLRequestText {
    var method: String
    var path: String
    var body: String
    var port = 0

    init(method: String, path: String, body: String) {
        self.method = method
        self.path = path
        self.body = body
    }

    func send() async throws -> String? {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let text = """
            \(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
            Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """
        let answer = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var bytes: [UInt8] = []
            for try await part in inbound { bytes += part.readableBytesView }
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let end = answer.range(of: "\r\n\r\n") else { return nil }
        return String(answer[end.upperBound...])
    }
}
