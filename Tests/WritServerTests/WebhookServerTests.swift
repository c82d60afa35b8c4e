// The webhook server over real connections: genuine, forged, replayed, oversized, misdirected and slow deliveries.
import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WritVocabulary

@testable import WritServer

/// One request over a connection of its own, byte for byte; what came back until the end of the connection.
enum RawRequest {
    static func send(_ bytes: [UInt8], port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            // A server that answers before it has read all may close meanwhile.
            try? await outbound.write(ByteBuffer(bytes: bytes))
            var text = ""
            do {
                for try await part in inbound { text += String(buffer: part) }
            } catch is IOError {}
            return text
        }
    }

    static func post(_ path: String, _ headers: [String: String], _ body: [UInt8], length: Int? = nil) -> [UInt8] {
        var text =
            "POST \(path) HTTP/1.1\r\nHost: writ\r\nConnection: close\r\nContent-Length: \(length ?? body.count)\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8) + body
    }
}

struct WebhookServerTests {
    static let secret = "a secret nobody guesses"

    /// Counts wakes; the pause between two lasts until the test lets it end.
    final class Waking: Sendable {
        let wakes = Mutex(0)
        let paused: AsyncStream<Void>
        let pausing: AsyncStream<Void>.Continuation
        let releases: AsyncStream<Void>
        let release: AsyncStream<Void>.Continuation

        init() {
            (paused, pausing) = AsyncStream<Void>.makeStream()
            (releases, release) = AsyncStream<Void>.makeStream()
        }

        var count: Int { wakes.withLock { $0 } }
    }

    private func withServer(
        _ kind: WebhookKind, secret: @escaping @Sendable () throws -> String = { Self.secret },
        life: TimeSpan = .seconds(60),
        _ body: @escaping @Sendable (Int, WebhookServer, Waking) async throws -> Void
    ) async throws {
        let waking = Waking()
        let server = WebhookServer(
            .init(kind: kind, host: "127.0.0.1", port: 0), secret: secret,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            wake: { waking.wakes.withLock { $0 += 1 } },
            pause: {
                waking.pausing.yield()
                for await _ in waking.releases { return }
            }, life: life)
        let (ports, signal) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run { signal.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await body(port, server, waking)
                    throw CancellationError()
                }
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {}
        }
    }

    private func delivery(
        _ kind: WebhookKind, _ text: String, id: String, secret: String = Self.secret, path: String? = nil
    ) throws -> [UInt8] {
        let body = Array(text.utf8)
        var headers = try Signer.headers(kind, body, secret: secret)
        headers[kind.deliveryHeaders[0]] = id
        headers["content-type"] = "application/json"
        return RawRequest.post(path ?? kind.path, headers, body)
    }

    private func code(_ request: [UInt8], _ port: Int) async throws -> Int {
        let answer = try await RawRequest.send(request, port: port)
        return code(answer)
    }

    private func code(_ answer: String) -> Int { Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    @Test(
        "a genuine delivery wakes once; again, under its id or another, it does nothing",
        arguments: WebhookKind.allCases)
    func genuine(kind: WebhookKind) async throws {
        try await withServer(kind) { port, server, waking in
            let push = try delivery(kind, #"{"repository": "https://evil.example.com/other.git"}"#, id: "d-1")
            #expect(try await code(push, port) == 200)
            for await _ in waking.paused { break }
            #expect(waking.count == 1)
            for id in ["d-1", "d-2"] {
                let again = try delivery(kind, #"{"repository": "https://evil.example.com/other.git"}"#, id: id)
                #expect(try await code(again, port) == 200)
            }
            #expect(server.counts.replayed == 2)
            waking.release.yield()
            // A new one wakes again; had a replay left a hint, there would be one wake more.
            #expect(try await code(try delivery(kind, "{}", id: "d-3"), port) == 200)
            for await _ in waking.paused { break }
            #expect(waking.count == 2)
            #expect(server.counts.genuine == 2)
        }
    }

    @Test("a forged delivery is refused without a word and wakes nobody", arguments: WebhookKind.allCases)
    func forged(kind: WebhookKind) async throws {
        try await withServer(kind) { port, server, waking in
            let wrong = try delivery(kind, "{}", id: "f-1", secret: "another secret, also long")
            let none = RawRequest.post(kind.path, [:], Array("{}".utf8))
            for request in [wrong, none] {
                let answer = try await RawRequest.send(request, port: port)
                #expect(code(answer) == 403)
                #expect(answer.hasSuffix("\r\n\r\n"), "an answer without a body")
                #expect(answer.lowercased().contains("content-length: 0\r\n"))
            }
            #expect(server.counts.forged == 2)
            // A forged one is not remembered: the genuine one with its id is heard.
            #expect(try await code(try delivery(kind, "{}", id: "f-1"), port) == 200)
            for await _ in waking.paused { break }
            #expect(waking.count == 1)
        }
    }

    @Test("other paths, other forges and other methods are not there", arguments: WebhookKind.allCases)
    func paths(kind: WebhookKind) async throws {
        try await withServer(kind) { port, server, waking in
            let others = WebhookKind.allCases.filter { $0 != kind }.map(\.path)
            for path in others + [
                "/", "/webhooks", kind.path + "/", kind.path + "/x", "/v1/wake", "//webhooks/\(kind)",
            ] {
                let answer = try await RawRequest.send(try delivery(kind, "{}", id: "p", path: path), port: port)
                #expect(code(answer) == 404, "\(path)")
            }
            let get = Array("GET \(kind.path) HTTP/1.1\r\nHost: writ\r\nConnection: close\r\n\r\n".utf8)
            #expect(try await code(get, port) == 404)
            #expect(server.counts == WebhookCounts() && waking.count == 0)
        }
    }

    @Test("more than 64 KiB is refused by its length before it is read, and by its bytes where it gives none")
    func oversized() async throws {
        try await withServer(.github) { port, server, waking in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
            let headers = try Signer.headers(.github, body, secret: Self.secret)
            #expect(try await code(RawRequest.post("/webhooks/github", headers, body), port) == 200)
            // Announced, and not a byte of it sent: the answer comes all the same.
            let announced = RawRequest.post("/webhooks/github", headers, [], length: (64 << 10) + 1)
            #expect(try await code(announced, port) == 413)
            let huge = RawRequest.post("/webhooks/github", headers, [], length: 1 << 40)
            #expect(try await code(huge, port) == 413)
            var chunked =
                "POST /webhooks/github HTTP/1.1\r\nHost: writ\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                + headers.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
            for _ in 0..<80 { chunked += "400\r\n" + String(repeating: "x", count: 1024) + "\r\n" }
            #expect(try await code(Array((chunked + "0\r\n\r\n").utf8), port) == 413)
            #expect(server.counts.unread == 3)
            for await _ in waking.paused { break }
            #expect(waking.count == 1, "only the one that fits")
        }
    }

    @Test("a head that is too large, and bytes that are no HTTP, end the connection and nothing else")
    func noise() async throws {
        try await withServer(.gitea) { port, server, waking in
            let large = RawRequest.post("/webhooks/gitea", ["x-filler": String(repeating: "a", count: 32 << 10)], [])
            #expect(![200, 202].contains(try await code(large, port)))
            var many: [String: String] = [:]
            for index in 0..<200 { many["x-\(index)"] = "a" }
            #expect(try await code(RawRequest.post("/webhooks/gitea", many, []), port) != 200)
            _ = try await RawRequest.send(Array(repeating: 0x16, count: 300) + Array("\r\n\r\n".utf8), port: port)
            #expect(try await code(try delivery(.gitea, "{}", id: "n"), port) == 200)
            #expect(server.counts.genuine == 1)
        }
    }

    @Test("who sends too slowly is hung up on: before the head, in the head, in the body")
    func slow() async throws {
        try await withServer(.gitlab, life: TimeSpan(milliseconds: 300)) { port, server, waking in
            let whole = try delivery(.gitlab, "{}", id: "s")
            for part in [[], Array(whole.prefix(40)), Array(whole.dropLast())] {
                // The connection ends though the client goes on waiting.
                #expect(try await code(part, port) != 200)
            }
            #expect(server.counts.genuine == 0 && waking.count == 0)
        }
    }

    @Test("a thousand deliveries at once make one wake, and one more after the pause")
    func flood() async throws {
        try await withServer(.gitlab) { port, server, waking in
            #expect(try await code(try delivery(.gitlab, "first", id: "first"), port) == 200)
            for await _ in waking.paused { break }
            try await burst(port)
            #expect(server.counts.genuine == 1001)
            #expect(waking.count == 1, "while the pause lasts nobody is woken")
            // From here on no pause lasts: whatever hints are left come through at once.
            waking.release.finish()
            for await _ in waking.paused { break }
            for name in ["last", "very last"] {
                #expect(try await code(try delivery(.gitlab, name, id: name), port) == 200)
                for await _ in waking.paused { break }
            }
            #expect(waking.count == 4, "a thousand hints left no more than one")
        }
    }

    /// A thousand genuine deliveries, twenty at a time.
    private func burst(_ port: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<20 {
                group.addTask {
                    for index in 0..<50 {
                        let request = try delivery(.gitlab, "\(lane) \(index)", id: "\(lane)-\(index)")
                        let answer = try await RawRequest.send(request, port: port)
                        #expect(code(answer) == 200)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a secret that is replaced holds from then on")
    func rotation() async throws {
        let current = Mutex(Self.secret)
        try await withServer(.github, secret: { current.withLock { $0 } }) { port, _, _ in
            #expect(try await code(try delivery(.github, "1", id: "1"), port) == 200)
            current.withLock { $0 = "the secret that came after" }
            #expect(try await code(try delivery(.github, "2", id: "2"), port) == 403)
            let renewed = try delivery(.github, "3", id: "3", secret: "the secret that came after")
            #expect(try await code(renewed, port) == 200)
        }
    }

    @Test("an address that is taken is named in the failure")
    func takenAddress() async throws {
        try await withServer(.github) { port, _, _ in
            let second = WebhookServer(
                .init(kind: .github, host: "127.0.0.1", port: port), secret: { Self.secret },
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), wake: {})
            let failure = await #expect(throws: ServerFailure.self) { try await second.run() }
            #expect(failure?.code == "webhook-address" && failure?.message.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test("a server whose secret is short or cannot be read does not start")
    func shortSecret() async throws {
        struct Unreadable: Error {}
        await #expect(throws: ServerFailure.self) { try await withServer(.github, secret: { "short" }) { _, _, _ in } }
        await #expect(throws: Unreadable.self) {
            try await withServer(.github, secret: { throw Unreadable() }) { _, _, _ in }
        }
    }
}
