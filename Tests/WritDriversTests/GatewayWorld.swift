// A data directory with a real gateway process, real replicas, and a client.
import Foundation
import NIOCore
import NIOPosix
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

final class GatewayWorld: Sendable {
    static let endpoint = ResourceName("a")!
    static let deployment = DeploymentID("a-1f2e3d4c5b6a")!

    let data: DataFolder
    let folder: GatewayFolder
    let router: LocalRouter

    init(recorded: @escaping @Sendable () throws -> RoutingTable? = { nil }) throws {
        data = try DataFolder()
        folder = GatewayFolder("\(data.path)/gateway")
        router = LocalRouter(folder: folder.path, recorded: recorded)
    }

    deinit { _ = try? folder.running()?.signal(SIGKILL) }

    /// As a controller makes it when it starts; another one is another controller.
    func process(_ more: [String] = []) throws -> GatewayProcess {
        let words = ["internal-gateway", "--data", data.path, "--listen", "127.0.0.1:0", "--loops", "2"]
        return GatewayProcess(
            folder: folder.path, program: try ProcessWorld.program, arguments: words + more,
            environment: ProcessWorld.libraries)
    }

    static func route(_ endpoint: ResourceName = endpoint, version: Int = 1, weight: Int = 100, ports: [Int])
        -> RoutingTable.Route
    {
        let replicas = ports.enumerated().map { ordinal, port in
            RoutingTable.Address(
                replica: ReplicaID(deployment, ordinal: ordinal, generation: 0), host: "127.0.0.1", port: port)
        }
        return RoutingTable.Route(
            endpoint: endpoint,
            targets: [
                .init(version: VersionID("m:\(version)")!, weight: weight, deployment: deployment, replicas: replicas)
            ])
    }

    func log() throws -> String { try String(contentsOfFile: folder.log, encoding: .utf8) }

    /// Where the gateway that was started last listens.
    func port() throws -> Int {
        let line = try log().split(separator: "\n").last { $0.contains("listens on") }
        let words = try #require(line).split(separator: " ")
        let address = try #require(words.first { $0.hasPrefix("127.0.0.1:") })
        return try #require(Int(address.dropFirst(10)))
    }

    /// What an operator sees who asks the gateway by hand.
    func curl(_ words: String...) async throws -> String {
        try await said(
            "/usr/bin/curl", ["-s", "--unix-socket", folder.controlSocket, "-w", "\n%{http_code}"] + words
        ).output
    }

    /// Runs a program to its end: what it wrote, to either output, and its exit code.
    func said(_ program: String, _ words: [String]) async throws -> (output: String, code: Int32) {
        let path = "\(data.path)/said-\(UUID().uuidString)"
        try data.file((path as NSString).lastPathComponent, "")
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        process.standardOutput = output
        process.standardError = output
        let code = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        return (try String(contentsOfFile: path, encoding: .utf8), code)
    }
}

/// A replica as a process of its own, which can be killed.
final class GatewayReplica: Sendable {
    /// Answers with its name. `/hold` waits for the file `release`; bodies are noted in `<name>.seen`.
    private static let script = """
        import http.server, os, sys, time
        name, folder = sys.argv[1:3]
        seen = os.open(f"{folder}/{name}.seen", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            def log_message(self, *arguments): pass
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if body: os.write(seen, body + b"\\n")
                while self.path == "/hold" and not os.path.exists(f"{folder}/release"): time.sleep(0.01)
                self.send_response(200)
                self.send_header("Content-Length", str(len(name)))
                self.end_headers()
                self.wfile.write(name.encode())
            do_GET = do_POST = do_PUT = answer
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        with open(f"{folder}/{name}.new", "w") as file: file.write(str(server.server_port))
        os.rename(f"{folder}/{name}.new", f"{folder}/{name}.port")
        server.serve_forever()
        """

    let port: Int
    private let pid: Int32

    init(_ name: String, in folder: DataFolder) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, name, folder.path]
        try process.run()
        pid = process.processIdentifier
        port = try await eventually {
            (try? String(contentsOfFile: "\(folder.path)/\(name).port", encoding: .utf8)).flatMap { Int($0) }
        }
    }

    deinit { stop() }

    func stop() { kill(pid, SIGKILL) }
}

/// A client that keeps its connection and opens a new one when that was closed.
struct GatewayCaller {
    let port: Int

    /// Sends these requests one after the other; every answer, or "" where the connection ended before it.
    func ask(_ requests: [String]) async throws -> [String] {
        var answers: [String] = []
        while answers.count < requests.count {
            let before = answers.count
            try await converse(requests[before...], into: &answers)
            if answers.count == before { answers.append("") }
        }
        return answers
    }

    private func converse(_ requests: ArraySlice<String>, into answers: inout [String]) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        answers += try await channel.executeThenClose { inbound, outbound in
            var got: [String] = []
            var bytes = ""
            var pieces = inbound.makeAsyncIterator()
            for request in requests {
                try await outbound.write(ByteBuffer(string: request))
                while !GatewayCaller.isWhole(bytes) {
                    guard let piece = try await pieces.next() else { return got }
                    bytes += String(buffer: piece)
                }
                got.append(bytes)
                let ends = bytes.contains("connection: close")
                bytes = ""
                if ends { return got }
            }
            return got
        }
    }

    /// All answers here have a length.
    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.range(of: "\r\n\r\n"),
            let field = text.range(of: "content-length: ", options: .caseInsensitive),
            let length = Int(text[field.upperBound...].prefix { $0.isNumber })
        else { return false }
        return text[end.upperBound...].utf8.count >= length
    }

    static func request(_ method: String, _ path: String, body: String = "", fields: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

/// Waits until something real is so.
func becomesTrue(_ look: () async throws -> Bool) async throws {
    _ = try await eventually { try await look() ? true : nil }
}
