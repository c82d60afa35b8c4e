// The rules the drivers decide by, without a network: addresses, tokens, texts, pauses, whose review counts.
import Foundation
import NIOHTTP1
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

struct ForgeRulesTests {
    private func configuration(_ url: String, repository: String = "ml/models", plain: Bool = false)
        -> ForgeConfiguration
    {
        ForgeConfiguration(baseURL: url, repository: repository, allowsPlainHTTP: plain)
    }

    @Test("the address of the interface is found from the server's")
    func addresses() throws {
        for url in ["https://git.example.com", "https://git.example.com/", "https://git.example.com/api/v4//"] {
            let address = try ForgeAddress(configuration(url), suffix: "/api/v4")
            #expect(address.base == "https://git.example.com/api/v4" && address.host == "git.example.com")
        }
        let below = try ForgeAddress(configuration("https://example.com:8443/git"), suffix: "/api/v1")
        #expect(below.base == "https://example.com:8443/git/api/v1" && below.host == "example.com:8443")
        #expect(throws: Never.self) { try ForgeAddress(configuration("http://localhost:3000"), suffix: "") }
        #expect(throws: Never.self) { try ForgeAddress(configuration("http://git.lan", plain: true), suffix: "") }
    }

    @Test(
        "an address that would give the token away, or is none, is refused",
        arguments: [
            "http://git.example.com", "ftp://git.example.com", "git.example.com", "", "https://",
            "https://u:p@git.example.com",
            "https://git.example.com/?a=b", "https://git.example.com/#x", "http://127.0.0.1.evil.example.com",
            "http://localhost.evil.example.com", "file:///etc/passwd",
        ])
    func refusedAddresses(url: String) {
        let failure = #expect(throws: BackendFailure.self) { try ForgeAddress(configuration(url), suffix: "") }
        #expect(failure?.code == "forge-configuration" && failure?.retry == .stalled)
        #expect(failure?.message.contains("u:p") == false)
    }

    @Test(
        "a repository's name that could reach another path is refused",
        arguments: [
            "", "models", "a/b/c", "../b", "a/..", "a/.", "a//b", "/a/b", "a/b?x", "a/b#x", "a/%2e%2e", "a/b c",
            "a/b\n",
        ])
    func repositories(name: String) {
        let wrong = configuration("https://git.example.com", repository: name)
        #expect(throws: BackendFailure.self) { try ForgeAddress.repository(wrong, parts: 2...2) }
    }

    @Test("a token is read without its line end, and no header comes in by it")
    func tokens() throws {
        func read(_ text: String) throws -> String { try ForgeToken({ text }, header: { ("a", $0) }).read(host: "h") }
        #expect(try read("abc\n") == "abc")
        #expect(try read(" \tabc\r\n") == "abc")
        for text in ["", "\n", "a\nb", "a\r\nX-Evil: 1", "a b", "ä", "a\0b", String(repeating: "a", count: 5000)] {
            let failure = #expect(throws: BackendFailure.self) { try read(text) }
            #expect(failure?.code == "forge-token-unreadable" && failure?.retry == .stalled)
        }
        struct Secretive: Error { let secret = "hunter2-hunter2" }
        let failure = #expect(throws: BackendFailure.self) {
            try ForgeToken({ throw Secretive() }, header: { ("a", $0) }).read(host: "git.example.com")
        }
        #expect(failure?.message.contains("hunter2") == false)
        #expect(failure?.message.contains("git.example.com") == true)
    }

    @Test("whose token it is, is asked once for each token, and never where it is configured")
    func accounts() async throws {
        var asked = 0
        func name(_ account: ForgeAccount, _ token: Int) async throws -> String {
            try await account.name(of: token) {
                asked += 1
                return "Bot-\(asked)"
            }
        }
        let account = ForgeAccount(nil)
        for (token, expected) in [(1, "bot-1"), (1, "bot-1"), (2, "bot-2"), (2, "bot-2")] {
            #expect(try await name(account, token) == expected)
        }
        #expect(try await name(ForgeAccount("Writ[bot]"), 1) == "writ[bot]")
        #expect(asked == 2)
    }

    @Test("texts are cut by what forges count, and steer no terminal")
    func texts() {
        #expect(ForgeText.cut("abc", to: 3) == "abc")
        #expect(ForgeText.cut("abcd", to: 3) == "ab…")
        #expect(ForgeText.cut(String(repeating: "👩‍👩‍👧", count: 100), to: 140).unicodeScalars.count == 140)
        #expect(ForgeText.line("a\nb\r\nc\u{2028}d", to: 20) == "a b c d")
        #expect(ForgeText.visible("a\u{1B}[31mb\u{202E}c\nd") == "a[31mbc d")
        #expect(ForgeText.visible(String(repeating: "x", count: 1_000_000)).count == 200)
        #expect(ForgeText.encoded("a/b c?ü") == "a%2Fb%20c%3F%C3%BC")
    }

    @Test("the pause a forge asks for, and none where it asks for none")
    func pauses() {
        let now = Timestamp(milliseconds: 1_767_225_600_000)
        func pause(_ code: Int, _ headers: HTTPHeaders, _ words: String = "") -> Int64? {
            ForgeRateLimit.pause(code: code, headers: headers, words: words, now: now)
        }
        #expect(pause(200, ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225700"]) == nil)
        #expect(pause(403, ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225700"]) == 101)
        #expect(pause(403, ["x-ratelimit-remaining": "0"]) == 60)
        #expect(pause(403, [:], "You have exceeded a secondary rate limit.") == 60)
        #expect(pause(403, [:], "Resource not accessible by personal access token") == nil)
        #expect(pause(429, ["ratelimit-remaining": "0", "ratelimit-reset": "1767225600"]) == 1)
        #expect(pause(429, ["retry-after": "30", "ratelimit-reset": "1767229200"]) == 30)
        #expect(pause(429, ["retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"]) == 60)
        #expect(pause(429, ["retry-after": "-5"]) == 1)
        #expect(pause(429, ["retry-after": "9223372036854775807"]) == 60)
        #expect(pause(403, ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "999999999999"]) == 3600)
    }

    private func answer(_ body: String) -> ForgeAnswer {
        ForgeAnswer(host: "h", what: "w", code: 422, headers: [:], body: Array(body.utf8))
    }

    @Test("a forge's words for an error are found in every shape it gives them")
    func words() {
        let github =
            #"{"message":"Validation Failed","errors":[{"resource":"PullRequest","field":"head","code":"invalid"}]}"#
        #expect(answer(github).words == "Validation Failed; invalid; head")
        #expect(answer(#"{"message":["Another open merge request"]}"#).words == "Another open merge request")
        #expect(answer(#"{"message":{"title":["is too long","is odd"]}}"#).words == "title is too long; title is odd")
        #expect(answer(#"{"error":"404 Not Found"}"#).words == "404 Not Found")
        for text in ["", "<html>", "[]", "7", #"{"message":7}"#, #"{"message":null}"#] {
            #expect(answer(text).words == "")
        }
        let deep = #"{"message":"# + String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000) + "}"
        #expect(answer(deep).words == "")
    }

    @Test("of each account the latest review stands, and nothing of one whose latest was dismissed")
    func standing() {
        let (a, b) = (ForgeKind.revision("a"), ForgeKind.revision("b"))
        let listed: [ReviewFacts.Listed] = [
            .init(order: 5, account: "bob", head: b, approves: true),
            .init(order: 1, account: "alice", head: a, approves: true),
            .init(order: 3, account: "alice", head: b, approves: false),
            .init(order: 2, account: "bob", head: a, approves: false),
            .init(order: 6, account: "carol", head: a, approves: true),
            .init(order: 7, account: "carol", head: b, approves: nil),
        ]
        #expect(
            ReviewFacts.standing(listed) == [
                ReviewFacts(account: "alice", head: b, approves: false),
                ReviewFacts(account: "bob", head: b, approves: true),
            ])
    }

    @Test("an approval on GitLab is of the head there was at its moment, in whatever time zone")
    func approvals() throws {
        let (first, second) = (ForgeKind.revision("1"), ForgeKind.revision("2"))
        let versions = [
            GitLabVersion(id: 2, head_commit_sha: second.text, created_at: "2026-01-01T12:00:00.500+02:00"),
            GitLabVersion(id: 1, head_commit_sha: first.text, created_at: "2026-01-01T09:00:00Z"),
        ]
        func heads(_ at: String?, _ versions: [GitLabVersion]) throws -> [RevisionID] {
            let approval = GitLabApprovals.Approval(user: GitLabUser(username: "alice"), approved_at: at)
            return try GitLabApprovals(approved_by: [approval]).reviews(versions) { answer("").malformed($0) }.map(
                \.head)
        }
        #expect(try heads("2026-01-01T10:00:00.499Z", versions) == [first])
        #expect(try heads("2026-01-01T10:00:00.500Z", versions) == [second])
        #expect(try heads("2026-01-01T11:30:00+02:00", versions) == [first])
        #expect(try heads("2026-01-01T08:00:00Z", versions) == [], "before there was a head")
        #expect(try heads(nil, versions) == [], "of which of two heads is unknown")
        #expect(try heads(nil, [versions[1]]) == [first])
        #expect(throws: BackendFailure.self) { try heads("yesterday", versions) }
    }
}
