// TLS to a forge: its own authorities are trusted when they are named, and nobody else's.
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

/// A TLS server with a certificate made by openssl, which answers every request with one merge request list.
private struct TLSForge {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/writ-forge-tls-\(ProcessInfo.processInfo.globallyUniqueString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem"
        )
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=other -keyout o.key -out other.pem"
        )
        for (name, san) in [("here", "IP:127.0.0.1"), ("elsewhere", "DNS:git.example.com")] {
            try "subjectAltName=\(san)\n".write(toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
            try openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout \(name).key -out \(name).csr"
            )
            try openssl(
                "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile \(name).ext -out \(name).pem"
            )
        }
    }

    private func openssl(_ words: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = words.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "openssl \(words)")
    }

    func start(_ name: String) async throws -> any Channel {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder)/\(name).pem").map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/\(name).key", format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        let context = try NIOSSLContext(configuration: tls)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.addHandler(OneAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}

private final class OneAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

struct ForgeTLSTests {
    private func ask(_ certificate: String, authorities: String?, _ world: TLSForge) async throws -> [PullRequest] {
        let server = try await world.start(certificate)
        let port = server.localAddress?.port ?? 0
        let configuration = ForgeConfiguration(
            baseURL: "https://127.0.0.1:\(port)", repository: "ml/models",
            certificateAuthorities: authorities.map { "\(world.folder)/\($0)" })
        let forge = try ForgeKind.gitea.driver(configuration, token: { "abc" }, now: { Timestamp(milliseconds: 0) })
        do {
            let found = try await forge.openRequests(into: "main", limit: 1)
            try await forge.shutdown()
            try await server.close()
            return found
        } catch {
            try await forge.shutdown()
            try await server.close()
            throw error
        }
    }

    @Test("a forge is trusted by the authorities named for it, for its own name, and not otherwise")
    func trust() async throws {
        let world = try TLSForge()
        defer { try? FileManager.default.removeItem(atPath: world.folder) }
        #expect(try await ask("here", authorities: "ca.pem", world).isEmpty)
        for (certificate, authorities) in [("here", nil), ("here", "other.pem"), ("elsewhere", "ca.pem")]
            as [(String, String?)]
        {
            let failure = await #expect(throws: BackendFailure.self) {
                _ = try await ask(certificate, authorities: authorities, world)
            }
            #expect(
                failure?.code == "forge-unreachable" && failure?.retry == .stalled,
                "\(certificate): \(String(describing: failure))")
            #expect(failure?.message.contains("TLS") == true)
        }
        let unreadable = await #expect(throws: BackendFailure.self) {
            _ = try await ask("here", authorities: "here.key", world)
        }
        #expect(unreadable?.code == "forge-configuration")
    }
}
