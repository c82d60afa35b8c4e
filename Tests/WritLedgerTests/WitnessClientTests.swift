// A log and its witnesses: what is asked next after each answer, and rounds with real stores behind the transport.
import Foundation
import Synchronization
import Testing
import WritVocabulary

@testable import WritLedger

struct WitnessConversationTests {
    private let head: SignedCheckpoint

    init() throws { head = try QuickLog(40).head(40) }

    private func heard(_ status: Int, _ body: String = "", type: String? = nil, known: Int = 0) -> WitnessStep {
        var conversation = WitnessConversation(WitnessFixture.key.verifier, known: known)
        _ = conversation.begin(head)
        return conversation.heard(
            WitnessResponse(status: status, contentType: type, body: Array(body.utf8)), head)
    }

    private func code(_ step: WitnessStep) -> String? {
        if case .failed(let failure) = step { failure.code } else { nil }
    }

    @Test("a conflict teaches the witness's size and is asked again at once, a second one after a pause")
    func conflict() {
        var conversation = WitnessConversation(WitnessFixture.key.verifier)
        #expect(conversation.begin(head) == .ask(old: 0))
        func conflict(_ size: Int) -> WitnessStep {
            conversation.heard(
                WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: Array("\(size)\n".utf8)), head)
        }
        #expect(conflict(7) == .ask(old: 7))
        #expect(conflict(9) == .pause(.seconds(2), old: 9))
        #expect(conversation.known == 9)
    }

    @Test("a witness that knows more than is signed here says that the log may have been rolled back")
    func ahead() {
        #expect(code(heard(409, "41\n", type: "text/x.tlog.size")) == "witness-ahead")
    }

    @Test("a 409 that names the very size it was asked for means another root there, which asking again cannot mend")
    func forked() {
        var conversation = WitnessConversation(WitnessFixture.key.verifier, known: head.checkpoint.size)
        _ = conversation.begin(head)
        let answer = WitnessResponse(
            status: 409, contentType: "text/x.tlog.size", body: Array("\(head.checkpoint.size)\n".utf8))
        #expect(code(conversation.heard(answer, head)) == "witness-contradicted")
    }

    @Test(
        "a 409 without its type or with something else than a size teaches nothing",
        arguments: ["7", "07\n", "x\n", "", "-1\n"])
    func badConflict(body: String) {
        #expect(heard(409, body, type: "text/x.tlog.size") == .pause(.seconds(1), old: 0))
        #expect(heard(409, "7\n", type: "text/plain") == .pause(.seconds(1), old: 0))
        #expect(heard(409, "7\n") == .pause(.seconds(1), old: 0))
    }

    @Test(
        "what asking again cannot change is not asked again",
        arguments: [
            (400, "witness-refused"), (403, "witness-untrusting"), (404, "witness-unaware"),
            (422, "witness-contradicted"), (200, "witness-answer"),
        ])
    func final(status: Int, code: String) {
        #expect(self.code(heard(status)) == code)
    }

    @Test("anything else is asked again with growing pauses, and given up in the end", arguments: [500, 503, 429, 302])
    func retries(status: Int) {
        var conversation = WitnessConversation(WitnessFixture.key.verifier, known: 7)
        _ = conversation.begin(head)
        let answer = WitnessResponse(status: status, body: [])
        var pauses: [TimeSpan] = []
        while case .pause(let span, old: 7) = conversation.heard(answer, head) { pauses.append(span) }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(code(conversation.heard(answer, head)) == "witness-unreachable")
        #expect(conversation.begin(head) == .ask(old: 7), "the next round begins anew")
        #expect(WitnessConversation.pause(after: 1_000) == .seconds(30))
    }

    @Test("only the witness's own cosignature counts, over this head and whole")
    func answers() throws {
        let good = try WitnessFixture.key.cosignature(of: head.note.text, at: WitnessFixture.now)
        let other = try WitnessFixture.other.cosignature(of: head.note.text, at: WitnessFixture.now)
        let elsewhere = try WitnessFixture.key.cosignature(
            of: QuickLog(40).head(39).note.text, at: WitnessFixture.now)
        #expect(heard(200, other.line + good.line) == .cosigned([good]))
        #expect(code(heard(200, other.line)) == "witness-answer")
        #expect(code(heard(200, elsewhere.line)) == "witness-answer")
        #expect(code(heard(200, good.line + "\n")) == "witness-answer")
        #expect(code(heard(200, String(good.line.dropLast()))) == "witness-answer")
        #expect(code(heard(200, String(repeating: good.line, count: 101))) == "witness-answer")
    }
}

struct WitnessClientTests {
    /// Stores of witnesses behind a transport that has no network.
    private final class World: Sendable {
        let stores: [String: WitnessStore]
        /// URL, and the status that was answered.
        let seen = Mutex<[String]>([])
        /// Witnesses that do not answer.
        let silent = Mutex<Set<String>>([])
        let pauses = Mutex<[TimeSpan]>([])

        init(_ folder: TemporaryFolder) throws {
            let keys = [
                "a": WitnessFixture.key, "b": WitnessFixture.other, "c": WitnessFixture.third,
            ]
            stores = try keys.reduce(into: [:]) { stores, pair in
                stores[pair.key] = try WitnessStore(
                    folder: "\(folder.path)/\(pair.key)", key: pair.value, logs: WitnessLogs([Fixture.verifier]))
            }
        }

        func send(_ post: WitnessPost) throws -> WitnessResponse {
            let name = String(post.url.dropFirst("https://".count).prefix(1))
            let store = try #require(stores[name])
            #expect(post.url == "https://\(name).example/w/add-checkpoint")
            if silent.withLock({ $0.contains(name) }) {
                throw LedgerFailure(code: "test", message: "nobody is there", retry: .transient)
            }
            let response =
                switch try store.add(post.body, now: WitnessFixture.now) {
                case .cosigned(let head):
                    WitnessResponse(status: 200, body: Array(store.cosignatures(of: head).utf8))
                case .conflict(let size), .forked(let size):
                    WitnessResponse(status: 409, contentType: "text/x.tlog.size", body: Array("\(size)\n".utf8))
                case .refused(let refusal): WitnessResponse(status: refusal.rawValue, body: [])
                }
            seen.withLock { $0.append("\(name) \(response.status)") }
            return response
        }

        func take() -> [String] {
            seen.withLock { seen in
                defer { seen = [] }
                return seen.sorted()
            }
        }
    }

    private static let policy =
        "log \(Fixture.verifier.vkey)\nwitness A \(WitnessFixture.key.verifier.vkey) https://a.example/w\n"
        + "witness B \(WitnessFixture.other.verifier.vkey) https://b.example/w/\n"
        + "witness C \(WitnessFixture.third.verifier.vkey) https://c.example/w\n"
        + "group G 2 A B C\nquorum G\n"

    private func client(_ folder: TemporaryFolder, _ world: World) throws -> WitnessClient {
        try WitnessClient(
            reader: Fixture.reader(folder), policy: WitnessFixture.policy(Self.policy),
            send: { try world.send($0) }, pause: { span in world.pauses.withLock { $0.append(span) } })
    }

    @Test("round by round a growing log is cosigned by all, in one request each, and the cosigned head is kept")
    func growing() async throws {
        let folder = try TemporaryFolder()
        let world = try World(folder)
        let client = try client(folder, world)
        let policy = try WitnessFixture.policy(Self.policy)
        for size in [0, 1, 7, 256, 257, 600] {
            try Fixture.log(size, in: folder)
            let round = try await client.round()
            #expect(round.cosigners == ["A", "B", "C"] && round.isQuorum && round.failures.isEmpty)
            #expect(world.take() == ["a 200", "b 200", "c 200"])
            let kept = try folder.bytes("ledger/checkpoint.witnessed")
            #expect(try policy.checkpoint(kept).checkpoint.size == size)
        }
        _ = try await client.round()
        #expect(world.take() == [], "a head with a quorum is not shown again")
    }

    @Test("a new process learns each witness's size from its first conflict")
    func restarted() async throws {
        let folder = try TemporaryFolder()
        let world = try World(folder)
        try Fixture.log(300, in: folder)
        _ = try await client(folder, world).round()
        try Fixture.log(700, in: folder)
        _ = world.take()
        #expect(try await client(folder, world).round().isQuorum)
        #expect(world.take() == ["a 200", "a 409", "b 200", "b 409", "c 200", "c 409"])
        #expect(world.pauses.withLock { $0 } == [])
    }

    @Test("one silent witness of three leaves a quorum; two leave none, and the head that had one is kept")
    func silence() async throws {
        let folder = try TemporaryFolder()
        let world = try World(folder)
        let client = try client(folder, world)
        try Fixture.log(10, in: folder)
        world.silent.withLock { $0 = ["b"] }
        let first = try await client.round()
        #expect(first.isQuorum && first.cosigners == ["A", "C"])
        #expect(first.failures.map(\.code) == ["witness-unreachable"])
        #expect(world.pauses.withLock { $0 } == [1, 2, 4, 8].map { TimeSpan.seconds($0) })
        let kept = try folder.bytes("ledger/checkpoint.witnessed")
        try Fixture.log(20, in: folder)
        world.silent.withLock { $0 = ["a", "b"] }
        let second = try await client.round()
        #expect(!second.isQuorum && second.cosigners == ["C"] && second.failures.count == 2)
        #expect(try folder.bytes("ledger/checkpoint.witnessed") == kept)
        world.silent.withLock { $0 = [] }
        #expect(try await client.round().isQuorum)
        #expect(try Fixture.reader(folder).witnessed()?.checkpoint.size == 20)
    }

    @Test("a log whose history was replaced gets no cosignature, and the failure says so")
    func splitView() async throws {
        let folder = try TemporaryFolder()
        let world = try World(folder)
        try Fixture.log(10, in: folder)
        _ = try await client(folder, world).round()
        try FileManager.default.removeItem(atPath: folder.ledger)
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append((0..<20).map { Fixture.draft($0, "another history") })
        try ledger.sync()
        let round = try await client(folder, world).round()
        #expect(round.failures.map(\.code) == Array(repeating: "witness-contradicted", count: 3))
        #expect(round.failures.allSatisfy { $0.retry == .terminal } && !round.isQuorum)
        #expect(try Fixture.reader(folder).witnessed() == nil)
    }

    @Test("a log that was rolled back meets witnesses that know more of it")
    func rolledBack() async throws {
        let folder = try TemporaryFolder()
        let world = try World(folder)
        try Fixture.log(10, in: folder)
        let early = try folder.copy()
        try Fixture.log(20, in: folder)
        _ = try await client(folder, world).round()
        let round = try await client(early, world).round()
        #expect(round.failures.map(\.code) == Array(repeating: "witness-ahead", count: 3))
    }

    @Test("a policy without a single URL has nobody to ask, and says so")
    func noURLs() throws {
        let folder = try TemporaryFolder()
        let policy = try WitnessFixture.policy("quorum none\n")
        #expect(throws: LedgerFailure.self) {
            try WitnessClient(
                reader: Fixture.reader(folder), policy: policy,
                send: { _ in WitnessResponse(status: 500, body: []) }, pause: { _ in })
        }
    }
}
