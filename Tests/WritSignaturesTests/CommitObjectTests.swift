// A commit's bytes: what is read from them, what is refused, and how a signature gets in.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct CommitObjectTests {
    static let tree = String(repeating: "4", count: 40)
    static let plain = """
        tree \(tree)
        author Alice Example <alice@example.com> 1781481600 +0200
        committer Bob <bob@example.com> 1781481660 -0130

        Promote flights to 8

        Because.

        Reviewed-by: Carol <carol@example.com>
        Break-Glass: no

        """

    static func commit(_ text: String) throws -> CommitObject {
        let raw = Array(text.utf8)
        return try CommitObject(raw: raw, id: RevisionID(CommitObject.id(of: raw))!)
    }

    static func message(_ text: String) throws -> CommitObject {
        try commit(plain.replacing(/(?s)\n\n.*/, with: "\n\n" + text))
    }

    @Test("everything a commit says is read")
    func fields() throws {
        let parents = (1...3).map { String(repeating: "\($0)", count: 40) }
        let text = Self.plain.replacing("\nauthor", with: parents.map { "\nparent \($0)" }.joined() + "\nauthor")
        let commit = try Self.commit(text)
        #expect(commit.tree.text == Self.tree)
        #expect(commit.parents.map(\.text) == parents)
        #expect(commit.author.text == "Alice Example <alice@example.com>")
        #expect(commit.author.date == time("2026-06-15T00:00:00"))
        #expect(commit.committer.email == "bob@example.com")
        #expect(commit.committedAt == time("2026-06-15T00:01:00"))
        #expect(commit.subject == "Promote flights to 8")
        #expect(commit.message.hasSuffix("Break-Glass: no\n"))
        #expect(commit.signing == .unsigned)
        #expect(commit.trailers == ["reviewed-by": "Carol <carol@example.com>", "break-glass": "no"])
    }

    @Test("the id is the one git gives")
    func identity() async throws {
        let repository = try await CommitRepository(SignatureSandbox())
        let raw = repository.unsigned()
        #expect(try await repository.store(raw).text == CommitObject.id(of: raw))
        var changed = raw
        changed[changed.count - 2] ^= 1
        let id = try await repository.store(raw)
        let failure = #expect(throws: SignatureFailure.self) { try CommitObject(raw: changed, id: id) }
        #expect(failure?.message.contains("the repository is damaged") == true)
        let verdict = try await repository.verdict(changed, id, signers: "")
        #expect(verdict.reason?.contains("the repository is damaged") == true)
    }

    static let malformed: [(text: String, sentence: String)] = [
        ("", "no empty line ends"), ("\n", "“tree” is not where"), ("tree \(tree)\n", "no empty line ends"),
        (plain.replacing("tree ", with: "treee "), "“tree” is not where"),
        (plain.replacing("tree 4", with: "tree x"), "“tree” is malformed"),
        (plain.replacing("tree 4", with: "tree  4"), "“tree” is malformed"),
        (plain.replacing("\nauthor", with: "\n more\nauthor"), "“tree” is malformed"),
        (plain.replacing("\nauthor", with: "\nparent 5\nauthor"), "“parent” is malformed"),
        (plain.replacing("author", with: "Author"), "“author” is not where"),
        (plain.replacing("committer", with: "x y\ncommitter"), "“committer” is not where"),
        (plain.replacing("committer", with: "x\ncommitter"), "has no value"),
        (" x\n" + plain, "begins with a continuation line"),
        (
            plain.replacing("\nauthor", with: String(repeating: "\nparent \(tree)", count: 65) + "\nauthor"),
            "64 parents"
        ),
        (plain.replacing("-0130\n", with: "-0130\n" + String(repeating: "a b\n", count: 20_000)), "20000 lines"),
        (plain + String(repeating: "x", count: 1 << 20), "reads at most 1048576"),
    ]

    @Test("bytes that are no commit are refused with a sentence", arguments: malformed.indices)
    func refused(index: Int) {
        let (text, sentence) = Self.malformed[index]
        let failure = #expect(throws: SignatureFailure.self) { try Self.commit(text) }
        #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        #expect(failure?.code == "commit-malformed")
    }

    @Test(
        "names and dates Git would not write are shown as they are, and nothing signed with them counts",
        arguments: [
            "Alice <alice@example.com>", "Alice 1781481600 +0000", "Alice <a@b> 1781481600", "Alice <a@b> x +0000",
            "Alice <a@b>  1781481600 +0000", "Alice <a@b> 1781481600 0000", "Alice <a@b> -1 +0000", "",
            "Alice <a@b> 999999999999 +0000", "Alice <a@b> 9223372036854775808 +0000", "Alice<a@b> 1 +0000",
            "Alice >a@b< 1 +0000", "A <a@b> <c@d> 1 +0000",
        ])
    func oddPeople(text: String) throws {
        let odd = Self.plain.replacing("Alice Example <alice@example.com> 1781481600 +0200", with: text)
        #expect(try Self.commit(odd).signing == .unsigned)
        let commit = try Self.commit(odd.replacing("-0130\n", with: "-0130\ngpgsig x\n"))
        #expect(commit.author.name == text && commit.author.text == text)
        #expect(commit.author.date == Timestamp(milliseconds: 0))
        guard case .ambiguous(let reason) = commit.signing else {
            Issue.record("\(commit.signing)")
            return
        }
        #expect(reason.contains("“author”"))
    }

    @Test("trailers: the last paragraph alone, never the subject, the last of a name, within limits")
    func trailers() throws {
        #expect(try Self.message("Break-glass: no\n").trailers.isEmpty)
        #expect(try Self.message("\n\nBreak-glass: no\n").trailers.isEmpty)
        #expect(try Self.message("s\n\nA: 1\n\nB: 2\n").trailers == ["b": "2"])
        #expect(try Self.message("s\n\nA: 1\na:   2  \nno trailer\nB C: 3\n: 4\n").trailers == ["a": "2"])
        #expect(try Self.message("s\r\n\r\nA: 1\r\nB:2\r\n\r\n \r\n").trailers == ["a": "1", "b": "2"])
        #expect(try Self.message("s\n\nA: 1\nA: \(String(repeating: "x", count: 1025))\n").trailers.isEmpty)
        #expect(try Self.message("s\n\n\(String(repeating: "A", count: 65)): 1\n").trailers.isEmpty)
        let many = (0..<100).map { "n\($0): \($0)\n" }.joined()
        let read = try Self.message("s\n\n" + many).trailers
        #expect(read.count == 64 && read["n99"] == "99" && read["n35"] == nil)
        #expect(try Self.message("").trailers.isEmpty)
    }

    @Test("the subject is the first line with something on it, at most 200 characters")
    func subject() throws {
        #expect(try Self.message("\n\none\ntwo").subject == "one")
        #expect(try Self.message("one\r\ntwo").subject == "one")
        #expect(try Self.message(String(repeating: "x", count: 300)).subject.count == 200)
        #expect(try Self.message("").subject.isEmpty)
        #expect(try Self.message("a" + String(repeating: "\u{301}", count: 9000)).subject.utf8.count <= 800)
    }

    @Test("a commit Writ signs is one git verifies, and reads back as it was")
    func signing() async throws {
        let sandbox = try SignatureSandbox()
        let repository = try await CommitRepository(sandbox)
        let key = try SigningKey(seed: SigningKeyTests.seed)
        let signers = key.allowedSignersLine(principal: "writ@example.com", namespaces: ["git"]) + "\n"
        let base = try await repository.store(repository.unsigned())
        for unsigned in [
            repository.unsigned("promote\n\nbody\n", parents: [base]),
            repository.unsigned("", headers: "encoding UTF-8\n", parents: [base, base]),
        ] {
            let raw = try CommitObject.signed(unsigned, with: key)
            let id = try await repository.store(raw)
            #expect(try await repository.gitAccepts(id, signers: signers))
            #expect(try await sandbox.ask("git", ["fsck", "--strict", id.text]).isSuccess)
            let verdict = try await repository.verdict(raw, id, signers: signers)
            #expect(verdict == .signed(by: Person("writ@example.com")!, key: key.publicKey.fingerprint))
            guard case .signed(_, let payload) = try CommitObject(raw: raw, id: id).signing else {
                Issue.record("not signed")
                return
            }
            #expect(payload == unsigned)
            #expect(throws: SignatureFailure.self) { try CommitObject.signed(raw, with: key) }
        }
        #expect(throws: SignatureFailure.self) { try CommitObject.signed([10], with: key) }
        #expect(throws: SignatureFailure.self) {
            try CommitObject.signed(repository.unsigned("a\0b"), with: key)
        }
    }

    @Test("commits git itself signs verify", arguments: KeyRecipe.all)
    func signedByGit(recipe: KeyRecipe) async throws {
        let sandbox = try SignatureSandbox()
        let repository = try await CommitRepository(sandbox)
        let line = try await sandbox.newKey("alice", recipe.options)
        let settings = [
            "-c", "user.name=Alice Example", "-c", "user.email=alice@example.com", "-c", "gpg.format=ssh", "-c",
            "user.signingKey=\(sandbox.folder)/alice",
        ]
        try await sandbox.must("git", settings + ["commit", "-q", "-S", "--allow-empty", "-m", "first\n\nBody: x"])
        let text = try await sandbox.must("git", ["rev-parse", "HEAD"]).trimmingCharacters(in: .newlines)
        let id = try #require(RevisionID(text))
        let raw = try await repository.raw(id)
        let commit = try CommitObject(raw: raw, id: id)
        let verdict = try await repository.verdict(
            raw, id, signers: "alice@example.com \(line)\n", firstSeen: commit.committedAt)
        #expect(verdict.person == person("alice"), "\(verdict)")
    }
}
