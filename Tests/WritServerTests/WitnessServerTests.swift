// The witness over real connections: what it answers, and what it does not let in.
import Foundation
import Logging
import NIOCore
import Testing
import WritLedger
import WritVocabulary

@testable import WritServer

struct WitnessServerTests {
    private static let signer = NoteSigner(name: "log.example/a", seed: [UInt8](repeating: 1, count: 32))!
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    /// A data directory with a log of so many entries, and a folder for the witness.
    private final class Place: Sendable {
        let path: String
        let key: CosignerKey
        let reader: LedgerReader

        init() throws {
            path = NSTemporaryDirectory() + "/writ-witness-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            key = try WitnessKey.loadOrCreate(in: "\(path)/witness", name: "w.example/1") {
                [UInt8](repeating: 2, count: 32)
            }
            reader = LedgerReader(directory: "\(path)/ledger", verifier: WitnessServerTests.signer.verifier)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func grow(to count: Int) throws {
            let ledger = try Ledger(directory: "\(path)/ledger", signer: WitnessServerTests.signer)
            let drafts = (ledger.size..<count).map { number in
                EntryDraft(
                    time: Timestamp(milliseconds: 1_600_000_000_000 + Int64(number)), cause: .schedule("test"),
                    subject: nil, event: .driftFound("rec \(number)"))
            }
            _ = try ledger.append(drafts)
            try ledger.close()
        }

        func request(_ old: Int) throws -> [UInt8] {
            let head = try reader.checkpoint()
            return AddCheckpointRequest(
                old: old, proof: try reader.consistency(from: old, to: head), checkpoint: head.bytes
            ).bytes
        }
    }

    private func withServer(
        _ place: Place, prefix: String = "/w", life: TimeSpan = .seconds(60),
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let store = try WitnessStore(
            folder: "\(place.path)/witness", key: place.key, logs: try WitnessLogs([Self.signer.verifier]))
        let server = WitnessServer(
            .init(host: "127.0.0.1", port: 0, prefix: prefix), store: store,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { Self.now }, life: life)
        let (ports, signal) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run { signal.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    throw CancellationError()
                }
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {}
        }
    }

    private struct Answer {
        let status: Int
        let head: String
        let body: String

        init(_ text: String) {
            let parts = text.components(separatedBy: "\r\n\r\n")
            status = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
            head = parts[0].lowercased()
            body = parts.dropFirst().joined(separator: "\r\n\r\n")
        }
    }

    private func send(_ bytes: [UInt8], _ port: Int) async throws -> Answer {
        Answer(try await RawRequest.send(bytes, port: port))
    }

    private func post(_ body: [UInt8], _ port: Int, path: String = "/w/add-checkpoint") async throws -> Answer {
        try await send(RawRequest.post(path, [:], body), port)
    }

    private func get(_ path: String, _ port: Int) async throws -> Answer {
        let text = "GET \(path) HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n"
        return try await send(Array(text.utf8), port)
    }

    @Test("a head is cosigned, a stale size is answered with the one that is known, and the kept head can be read")
    func cosigns() async throws {
        let place = try Place()
        try place.grow(to: 300)
        try await withServer(place) { port in
            let first = try await post(try place.request(0), port)
            #expect(first.status == 200 && first.body.hasPrefix("\u{2014} w.example/1 ") && first.body.hasSuffix("\n"))
            try place.grow(to: 700)
            let stale = try await post(try place.request(0), port)
            #expect(stale.status == 409 && stale.body == "300\n")
            #expect(stale.head.contains("content-type: text/x.tlog.size\r\n"))
            #expect(try await post(try place.request(300), port).status == 200)
            let hash = Digest(of: Data("log.example/a".utf8)).hex
            let kept = try await get("/w/\(hash)/checkpoint", port)
            let note = try SignedNote(Array(kept.body.utf8))
            #expect(try place.key.verifier.cosigned(note) == Self.now)
            #expect(try SignedCheckpoint(Array(kept.body.utf8), verifier: Self.signer.verifier).checkpoint.size == 700)
            #expect(try await get("/w/\(String(repeating: "0", count: 64))/checkpoint", port).status == 404)
        }
    }

    @Test("the client gets its cosignatures from the server, kept beside the log")
    func client() async throws {
        let place = try Place()
        try place.grow(to: 300)
        try await withServer(place, prefix: "") { port in
            let policy = try WitnessPolicy(
                Array("log \(Self.signer.verifier.vkey)\nwitness W \(place.key.verifier.vkey) /\nquorum W\n".utf8))
            let client = try WitnessClient(
                reader: place.reader, policy: policy,
                send: { sent in
                    let answer = try await post(sent.body, port, path: sent.url)
                    let type = answer.head.contains("text/x.tlog.size") ? "text/x.tlog.size" : "text/plain"
                    return WitnessResponse(status: answer.status, contentType: type, body: Array(answer.body.utf8))
                }, pause: { _ in })
            for size in [300, 301, 900] {
                try place.grow(to: size)
                let round = try await client.round()
                #expect(round.isQuorum && round.failures.isEmpty)
            }
            let kept = try #require(try place.reader.witnessed())
            #expect(try policy.checkpoint(kept.bytes).checkpoint.size == 900)
        }
    }

    @Test("each refusal has its own status and no body")
    func refusals() async throws {
        let place = try Place()
        try place.grow(to: 10)
        try await withServer(place) { port in
            let request = String(decoding: try place.request(0), as: UTF8.self)
            let cases: [(String, Int)] = [
                ("", 400), ("old 0\n", 400), (request.replacing("old 0", with: "old 11"), 400),
                (request.replacing("log.example/a\n10", with: "log.example/b\n10"), 404),
                (request.replacing("\n10\n", with: "\n11\n"), 403),
                (request.replacing("old 0\n", with: "old 0\n\(TreeHash.empty)\n"), 422),
            ]
            for (body, status) in cases {
                let answer = try await post(Array(body.utf8), port)
                #expect(answer.status == status && answer.body.isEmpty, "\(status)")
            }
            #expect(try await post(Array(request.utf8), port).status == 200)
        }
    }

    @Test("other paths and methods are not there")
    func paths() async throws {
        let place = try Place()
        try place.grow(to: 10)
        try await withServer(place) { port in
            let request = try place.request(0)
            for path in ["/", "/add-checkpoint", "/w", "/w/", "/w/add-checkpoint/", "/wadd-checkpoint"] {
                #expect(try await post(request, port, path: path).status == 404, "\(path)")
            }
            for path in ["/w/add-checkpoint", "/w/../witness.key/checkpoint", "/w/checkpoint", "/w/heads/checkpoint"] {
                #expect(try await get(path, port).status == 404, "\(path)")
            }
        }
    }

    @Test("more than 64 KiB is refused by its length before it is read, and by its bytes where it gives none")
    func oversized() async throws {
        let place = try Place()
        try place.grow(to: 10)
        try await withServer(place) { port in
            let announced = RawRequest.post("/w/add-checkpoint", [:], [], length: (64 << 10) + 1)
            let first = try await send(announced, port)
            #expect(first.status == 413)
            let second = try await send(Self.chunked(kilobytes: 80), port)
            #expect(second.status == 413)
            let third = try await post(try place.request(0), port)
            #expect(third.status == 200)
        }
    }

    private static func chunked(kilobytes: Int) -> [UInt8] {
        let head =
            "POST /w/add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "400\r\n" + String(repeating: "x", count: 1024) + "\r\n"
        return Array((head + String(repeating: chunk, count: kilobytes) + "0\r\n\r\n").utf8)
    }

    @Test("who sends too slowly is hung up on, and the next one is served")
    func slow() async throws {
        let place = try Place()
        try place.grow(to: 10)
        // All at once, so that the life may be long enough for a busy machine to answer who is prompt.
        try await withServer(place, life: .seconds(4)) { port in
            let whole = RawRequest.post("/w/add-checkpoint", [:], try place.request(0))
            async let silent = send([], port)
            async let inHead = send(Array(whole.prefix(40)), port)
            async let inBody = send(Array(whole.dropLast()), port)
            for answer in [try await silent, try await inHead, try await inBody] { #expect(answer.status != 200) }
            #expect(try await post(try place.request(0), port).status == 200)
        }
    }

    @Test("a head that cannot be kept is answered with 503 and not cosigned")
    func unkept() async throws {
        let place = try Place()
        try place.grow(to: 10)
        try await withServer(place) { port in
            try FileManager.default.createDirectory(
                atPath: "\(place.path)/witness/head.new", withIntermediateDirectories: false)
            let answer = try await post(try place.request(0), port)
            #expect(answer.status == 503 && answer.body.isEmpty)
        }
    }

    @Test("an address that is taken is a failure with what to do")
    func taken() async throws {
        let place = try Place()
        try place.grow(to: 1)
        try await withServer(place) { port in
            let other = try Place()
            let store = try WitnessStore(folder: "\(other.path)/witness", key: other.key, logs: try WitnessLogs([]))
            let server = WitnessServer(
                .init(host: "127.0.0.1", port: port), store: store,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), now: { Self.now })
            await #expect { try await server.run() } throws: { ($0 as? ServerFailure)?.code == "witness-address" }
        }
    }
}
