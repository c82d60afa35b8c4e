// What the drivers make of forges in trouble: late, broken, wrong, limited, lost and lying answers.
import Foundation
import Synchronization
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

@Suite struct ForgeTroubleTests {
    static let draft = PullRequestDraft(source: "writ/x", target: "main", title: "x", text: "text")
    static let head = ForgeKind.revision("x")

    /// The failure of an act, which must fail and must not tell the token.
    private func failure(
        _ place: SourceLocation = #_sourceLocation, _ act: () async throws -> Void
    ) async throws -> BackendFailure {
        do {
            try await act()
        } catch let failure as BackendFailure {
            #expect(!failure.message.contains(ForgeContractServer.token), sourceLocation: place)
            #expect(failure.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }, sourceLocation: place)
            return failure
        }
        Issue.record("it did not fail", sourceLocation: place)
        throw CancellationError()
    }

    private func one(_ server: ForgeContractServer) -> Int {
        server.world.people { repository in
            repository.push(Self.head, to: "writ/x")
            return repository.open(branch: "writ/x", target: "main", title: "x", text: "", account: "alice") ?? 0
        }
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var code: Int
        var expected: String
        var retry: Retry
        var headers: [String: String] = [:]
        var testDescription: String { "\(code) \(headers)" }
    }

    static let answers: [Answer] = [
        Answer(code: 401, expected: "forge-unauthorised", retry: .stalled),
        Answer(code: 403, expected: "forge-forbidden", retry: .stalled),
        Answer(code: 404, expected: "forge-not-found", retry: .stalled),
        Answer(code: 409, expected: "forge-conflict", retry: .transient),
        Answer(code: 422, expected: "forge-invalid", retry: .terminal),
        Answer(code: 429, expected: "forge-rate-limited", retry: .transient),
        Answer(code: 500, expected: "forge-unreachable", retry: .transient),
        Answer(code: 502, expected: "forge-unreachable", retry: .transient),
        Answer(code: 418, expected: "forge-answer-malformed", retry: .transient),
        Answer(
            code: 403, expected: "forge-rate-limited", retry: .transient,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225660"]),
        Answer(
            code: 429, expected: "forge-rate-limited", retry: .stalled,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767228000"]),
        Answer(code: 429, expected: "forge-rate-limited", retry: .transient, headers: ["retry-after": "7"]),
        Answer(
            code: 403, expected: "forge-forbidden", retry: .stalled,
            headers: ["x-ratelimit-remaining": "12", "x-ratelimit-reset": "1767228000"]),
        Answer(
            code: 429, expected: "forge-rate-limited", retry: .stalled,
            headers: ["retry-after": "99999999999", "ratelimit-reset": "not a number"]),
    ]

    @Test("each code has its meaning, and the message says what, where and what to do", arguments: ForgeKind.allCases)
    func codes(kind: ForgeKind) async throws {
        for answer in Self.answers {
            try await withForge(kind) { forge, server in
                let body = #"{"message": "\#(ForgeContractServer.token) said\u001b[31m\nno"}"#
                server.script([
                    .answer(answer.code, answer.headers.merging(["content-type": "application/json"]) { $1 }, body)
                ])
                let failure = try await failure { _ = try await forge.openRequests(into: "main", limit: 5) }
                #expect(failure.code == answer.expected && failure.retry == answer.retry, "\(answer) gave \(failure)")
                #expect(failure.message.contains("127.0.0.1:\(server.port)"))
            }
        }
    }

    @Test("after a rate limit nothing is asked until its end, whose moment is said", arguments: ForgeKind.allCases)
    func pause(kind: ForgeKind) async throws {
        let clock = Mutex(Timestamp(milliseconds: 1_767_225_600_000))
        try await withForge(kind, now: { clock.withLock { $0 } }) { forge, server in
            server.script([.answer(429, ["retry-after": "90"], "")])
            let first = try await failure { _ = try await forge.request(1) }
            #expect(first.message.contains("2026-01-01T00:01:30.000Z"))
            clock.withLock { $0 = $0 + .seconds(60) }
            let second = try await failure { _ = try await forge.request(1) }
            #expect(second.code == "forge-rate-limited" && second.message.contains("in 30 s"))
            #expect(server.requests.count == 1)
            clock.withLock { $0 = $0 + .seconds(31) }
            #expect(try await forge.request(1) == nil)
            // A clock that is set back by a day does not lock Writ out for one.
            server.script([.answer(429, ["retry-after": "90"], "")])
            _ = try await failure { _ = try await forge.request(1) }
            clock.withLock { $0 = $0 + .seconds(-86_400) }
            #expect(try await forge.request(1) == nil)
        }
    }

    @Test("half an answer, no JSON, and one without end are no answers", arguments: ForgeKind.allCases)
    func malformed(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            let html = ForgeContractServer.Fault.answer(200, ["content-type": "text/html"], "<html>Log in</html>")
            let lacking = ForgeContractServer.Fault.answer(200, ["content-type": "application/json"], "[{}]")
            let wrong = ForgeContractServer.Fault.answer(
                200, ["content-type": "application/json"], #"{"number": "one"}"#)
            for fault in [.half, .truncated, html, lacking, .endless, .reset(effect: false)] {
                server.script([fault])
                let failure = try await failure { _ = try await forge.openRequests(into: "main", limit: 5) }
                #expect(["forge-answer-malformed", "forge-unreachable"].contains(failure.code), "\(fault): \(failure)")
                #expect(failure.retry == .transient)
            }
            server.script([wrong])
            let failure = try await failure { _ = try await forge.request(number) }
            #expect(failure.code == "forge-answer-malformed")
            #expect(!failure.message.contains("GitHub") && !failure.message.contains("Int"), "no names of types")
            #expect(try await forge.openRequests(into: "main", limit: 5).count == 1, "and then it goes on")
        }
    }

    @Test("an answer that does not come within the deadline is given up", arguments: ForgeKind.allCases)
    func late(kind: ForgeKind) async throws {
        try await withForge(kind, deadline: TimeSpan(milliseconds: 300)) { forge, server in
            server.script([.slow])
            let failure = try await failure { _ = try await forge.request(1) }
            #expect(failure.code == "forge-unreachable" && failure.retry == .transient)
            #expect(failure.message.contains("300 ms"))
        }
    }

    @Test("nobody at the address", arguments: ForgeKind.allCases)
    func refused(kind: ForgeKind) async throws {
        // Port 1 of loopback: nothing listens there.
        let configuration = ForgeConfiguration(baseURL: "http://127.0.0.1:1", repository: kind.testRepository)
        let forge = try kind.driver(configuration, token: { "abc" }, now: { Timestamp(milliseconds: 0) })
        let failure = try await failure { _ = try await forge.request(1) }
        #expect(failure.code == "forge-unreachable" && failure.retry == .transient)
        #expect(failure.message.contains("127.0.0.1:1,"))
        try await forge.shutdown()
    }

    @Test("an opening whose answer is lost is found, not made again", arguments: ForgeKind.allCases)
    func lostOpening(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            server.world.people { $0.push(Self.head, to: "writ/x") }
            server.script([nil, .reset(effect: true)])
            let failure = try await failure { _ = try await forge.open(Self.draft) }
            #expect(failure.retry == .transient)
            let made = try await forge.open(Self.draft)
            #expect(made.number == 1)
            #expect(server.world.people { $0.requests.count } == 1)
        }
    }

    @Test("one that somebody opened between the look and the opening is taken over", arguments: ForgeKind.allCases)
    func openedMeanwhile(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            // The look finds nothing: it is given an empty list.
            server.script([.answer(200, ["content-type": "application/json"], "[]")])
            let taken = try await forge.open(Self.draft)
            #expect(taken.number == number)
            #expect(server.world.people { $0.requests[number]?.text } == "text")
        }
    }

    @Test("a comment whose answer is lost is made once", arguments: ForgeKind.allCases)
    func lostComment(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            server.script([nil, nil, .reset(effect: true)])
            _ = try await failure { try await forge.comment("<!-- m --> a", marker: "<!-- m -->", on: number) }
            try await forge.comment("<!-- m --> b", marker: "<!-- m -->", on: number)
            #expect(server.world.people { $0.requests[number]?.comments.map(\.text) } == ["<!-- m --> b"])
        }
    }

    @Test("a comment that is deleted under Writ is made anew", arguments: ForgeKind.allCases)
    func deletedComment(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            try await forge.comment("<!-- m --> a", marker: "<!-- m -->", on: number)
            server.script([nil, .answer(404, ["content-type": "application/json"], "{}")])
            server.world.people { $0.comment(number, by: "alice", "hello") }
            try await forge.comment("<!-- m --> b", marker: "<!-- m -->", on: number)
            #expect(server.requests.last?.hasPrefix("POST") == true)
        }
    }

    @Test("a list that lost what it says about pages is read to its end", arguments: ForgeKind.allCases)
    func noPaging(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            server.world.people { repository in
                for index in 1...101 {
                    repository.push(ForgeKind.revision("\(index)"), to: "b\(index)")
                    _ = repository.open(branch: "b\(index)", target: "main", title: "t", text: "", account: "alice")
                }
            }
            server.script(Array(repeating: .noPaging, count: 20))
            let all = try await forge.openRequests(into: "main", limit: 200)
            #expect(all.count == 101)
        }
    }

    @Test("a list that knows no pages and gives the same again is read once", arguments: ForgeKind.allCases)
    func samePage(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            for index in 1...50 { server.world.people { $0.comment(number, by: "alice", "comment \(index)") } }
            let account = try await forge.request(number)?.account
            #expect(account == "alice")
            server.script(Array(repeating: .noPaging, count: 20))
            try await forge.comment("<m> a", marker: "<m>", on: number)
            try await forge.comment("<m> b", marker: "<m>", on: number)
            let mine = server.world.people { $0.requests[number]?.comments.map(\.text).filter { $0.contains("<m>") } }
            #expect(mine == ["<m> b"])
        }
    }

    @Test(
        "a page that came without its last entries is noticed where the forge counts",
        arguments: [ForgeKind.gitlab, .gitea])
    func shortPage(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            _ = one(server)
            server.script([.shortPage, .shortPage])
            let failure = try await failure { _ = try await forge.openRequests(into: "main", limit: 5) }
            #expect(failure.code == "forge-answer-malformed" && failure.retry == .transient)
        }
    }

    @Test(
        "a token that is wrong is said to be, and 404 of a hidden repository is no missing request",
        arguments: ForgeKind.allCases)
    func credentials(kind: ForgeKind) async throws {
        try await withForge(kind, token: "wrong") { forge, _ in
            let failure = try await failure { _ = try await forge.request(1) }
            #expect(failure.code == "forge-unauthorised" && failure.retry == .stalled)
        }
        try await withForge(kind) { forge, server in
            let hidden = ForgeContractServer.Fault.answer(
                404, ["content-type": "application/json"], #"{"message":"Not Found"}"#)
            server.script([hidden, hidden])
            let failure = try await failure { _ = try await forge.request(1) }
            #expect(failure.code == "forge-not-found" && failure.retry == .stalled)
        }
    }

    @Test("the token follows a redirect on its host and none to another", arguments: ForgeKind.allCases)
    func redirects(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            let number = one(server)
            let thief = ForgeContractServer(kind)
            let (ready, signal) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await thief.run { signal.finish() } }
                for await _ in ready {}
                for code in [301, 302, 303, 307, 308] {
                    for address in [
                        "http://127.0.0.1:\(thief.port)/", "https://127.0.0.1:\(server.port)/",
                        "http://localhost:\(server.port)/", "//192.0.2.1/", "http://u:p@127.0.0.1:\(server.port)/",
                    ] {
                        server.script([.answer(code, ["location": address], "")])
                        let failure = try await failure { _ = try await forge.request(number) }
                        #expect(failure.code == "forge-moved" && failure.retry == .stalled)
                    }
                }
                #expect(thief.tokensSeen == 0 && thief.requests.isEmpty)
                group.cancelAll()
            }
            server.forget()
            _ = try await forge.request(number)
            let path = String(try #require(server.requests.last).dropFirst(4))
            server.script([.answer(301, ["location": path], ""), nil])
            #expect(try await forge.request(number)?.number == number, "on its own host it is followed")
            server.script(Array(repeating: .answer(302, ["location": path], ""), count: 10))
            let circle = try await failure { _ = try await forge.request(number) }
            #expect(circle.code == "forge-moved")
        }
    }
}
