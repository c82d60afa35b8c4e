// Real and crafted commits: Writ accepts nothing git refuses, and where it refuses more, it says why.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct CommitAgreementTests {
    /// What happens to a commit signed by alice, what git says of it then, and why Writ refuses; nil: it accepts.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let git: Bool
        let refusal: String?
        var revoked = false
        var options = ""
        let make: @Sendable (_ repository: CommitRepository, _ sign: Signer) async throws -> [UInt8]

        init(
            _ name: String, git: Bool, refusal: String?, revoked: Bool = false, options: String = "",
            _ make: @escaping @Sendable (CommitRepository, Signer) async throws -> [UInt8]
        ) {
            (testDescription, self.git, self.refusal, self.make) = (name, git, refusal, make)
            (self.revoked, self.options) = (revoked, options)
        }
    }

    /// Signs with alice's key, or another one, through ssh-keygen.
    struct Signer: Sendable {
        let sandbox: SignatureSandbox

        func armor(_ raw: [UInt8], namespace: String = "git", key: String = "alice") async throws -> [UInt8] {
            try await sandbox.sign(raw, with: key, namespace: namespace)
        }

        func callAsFunction(_ raw: [UInt8], namespace: String = "git", key: String = "alice") async throws -> [UInt8] {
            inserting(header(try await armor(raw, namespace: namespace, key: key)), into: raw)
        }
    }

    @Test("git verify-commit and Writ agree, or Writ is the stricter one", arguments: honest + crafted + headers + keys)
    func agreement(item: Case) async throws {
        let sandbox = try SignatureSandbox()
        let repository = try await CommitRepository(sandbox)
        let alice = try await sandbox.newKey("alice")
        _ = try await sandbox.newKey("mallory")
        let raw = try await item.make(repository, Signer(sandbox: sandbox))
        let id = try await repository.store(raw)
        let signers = "alice@example.com \(item.options)\(alice)\n"
        let revoked = item.revoked ? alice + "\n" : ""
        #expect(try await repository.gitAccepts(id, signers: signers, revoked: revoked) == item.git)
        let verdict = try await repository.verdict(raw, id, signers: signers, revoked: revoked)
        if let refusal = item.refusal {
            #expect(verdict.person == nil)
            #expect((verdict.reason ?? "unsigned").contains(refusal), "\(verdict)")
        } else {
            #expect(verdict.person == person("alice"), "\(verdict)")
        }
        #expect(item.git || verdict.person == nil)
    }

    static let honest = [
        Case("signed", git: true, refusal: nil) { try await $1($0.unsigned()) },
        Case("unsigned", git: false, refusal: "unsigned") { repository, _ in repository.unsigned() },
        Case("an empty message", git: true, refusal: nil) { try await $1($0.unsigned("")) },
        Case("a message that speaks of gpgsig", git: true, refusal: nil) {
            try await $1($0.unsigned("gpgsig -----BEGIN\n\ngpgsig x\ntree 0\n"))
        },
        Case("CRLF in the message", git: true, refusal: nil) { try await $1($0.unsigned("one\r\n\r\ntwo\r\n")) },
        Case("Latin-1 with an encoding header", git: true, refusal: nil) {
            let raw = $0.unsigned("", headers: "encoding ISO-8859-1\n") + [0x63, 0x61, 0x66, 0xE9, 10]
            return try await $1(raw)
        },
        Case("a merge tag with lines of its own", git: true, refusal: nil) {
            let tag =
                "mergetag object \(String(repeating: "a", count: 40))\n type commit\n tag v1\n \n text\n gpgsig x\n"
            return try await $1($0.unsigned(headers: tag))
        },
        Case("a header nobody knows", git: true, refusal: nil) {
            try await $1($0.unsigned(headers: "change-id abc\nHG:extra a:b\n"))
        },
        Case("headers after the signature", git: true, refusal: nil) {
            inserting("encoding UTF-8\n", into: try await $1.withTrailing($0, "encoding UTF-8\n"))
        },
    ]

    static let crafted = [
        Case("the signature moved into the message", git: false, refusal: "unsigned") {
            let raw = $0.unsigned()
            return raw + Array(header(try await $1.armor(raw)).utf8)
        },
        Case("a line after NUL", git: false, refusal: "NUL byte") {
            try await $1($0.unsigned()) + Array("\0Approved-by: mallory\n".utf8)
        },
        Case("NUL that was signed", git: true, refusal: "NUL byte") {
            try await $1($0.unsigned("one\0two\n"))
        },
        Case("gpgsig-sha256 before gpgsig", git: true, refusal: "“gpgsig-sha256”") {
            let raw = $0.unsigned()
            let armor = try await $1.armor(raw)
            return inserting(header(armor, name: "gpgsig-sha256") + header(armor), into: raw)
        },
        Case("gpgsig-sha256 alone", git: false, refusal: "“gpgsig-sha256”") {
            let raw = $0.unsigned()
            return inserting(header(try await $1.armor(raw), name: "gpgsig-sha256"), into: raw)
        },
        Case("gpgsigx before gpgsig", git: true, refusal: "“gpgsigx”") {
            inserting("gpgsigx hidden, and signed by nobody\n", into: try await $1($0.unsigned()))
        },
        Case("two signatures", git: true, refusal: "2 signature headers") {
            let raw = $0.unsigned()
            let armor = try await $1.armor(raw)
            return inserting(header(armor) + header(armor), into: raw)
        },
        Case("two signatures, one of another key", git: false, refusal: "2 signature headers") {
            let raw = $0.unsigned()
            return inserting(
                header(try await $1.armor(raw, key: "mallory")) + header(try await $1.armor(raw)), into: raw)
        },
        Case("one signature in two places", git: true, refusal: "2 signature headers") {
            let raw = $0.unsigned(headers: "x y\n")
            let lines = header(try await $1.armor(raw)).split(separator: "\n", omittingEmptySubsequences: false)
            let (first, rest) = (lines[0] + "\n", "gpgsig" + lines[1...].joined(separator: "\n"))
            return inserting(rest, into: replacing("x y\n", with: first + "x y\n", in: raw))
        },
        Case("text after the armor", git: true, refusal: "text after") {
            let raw = $0.unsigned()
            return inserting(header(try await $1.armor(raw)) + " signed by nobody\n", into: raw)
        },
        Case("an X.509 signature", git: false, refusal: "is an X.509 signature") {
            let raw = $0.unsigned()
            let armor = String(decoding: try await $1.armor(raw), as: UTF8.self)
            return inserting(header(Array(armor.replacing("SSH SIGNATURE", with: "SIGNED MESSAGE").utf8)), into: raw)
        },
        Case("a signature of nothing", git: false, refusal: "does not begin with") {
            repository, _ in inserting("gpgsig \n", into: repository.unsigned())
        },
        Case("the armor in shorter lines", git: true, refusal: nil) {
            let raw = $0.unsigned()
            return inserting(
                header(try await $1.armor(raw)).replacing("U1NIU0lH", with: "U1NI\n U0lH"), into: raw)
        },
    ]

    static let headers = [
        Case("another tree", git: false, refusal: "does not match") {
            replacing(
                "tree \($0.tree)", with: "tree \(String(repeating: "1", count: 40))", in: try await $1($0.unsigned()))
        },
        Case("a second author", git: true, refusal: "“author” twice") {
            try await $1($0.unsigned(headers: "author Mallory <mallory@example.com> 1 +0000\n"))
        },
        Case("a second committer", git: true, refusal: "“committer” twice") {
            try await $1($0.unsigned(headers: "committer Mallory <mallory@example.com> 1 +0000\n"))
        },
        Case("a parent out of place", git: true, refusal: "“parent” twice") {
            try await $1($0.unsigned(headers: "parent \(String(repeating: "2", count: 40))\n"))
        },
        Case("two encodings", git: true, refusal: "“encoding” twice") {
            try await $1($0.unsigned(headers: "encoding UTF-8\nencoding ISO-8859-1\n"))
        },
        Case("an author with two addresses", git: true, refusal: "“author” of the commit is not as Git writes") {
            try await $1(replacing("Alice Example <", with: "Bob <bob@example.com> <", in: $0.unsigned()))
        },
        Case("a committer without a time", git: true, refusal: "“committer” of the commit is not as Git writes") {
            try await $1(replacing("\(CommitRepository.date) +0000", with: "", in: $0.unsigned()))
        },
    ]

    static let keys = [
        Case("a signature for files", git: false, refusal: "was made for “file”") {
            try await $1($0.unsigned(), namespace: "file")
        },
        Case("an approval's signature", git: false, refusal: "was made for “writ-approval”") {
            try await $1($0.unsigned(), namespace: ApprovalStatement.namespace)
        },
        Case("a key of nobody", git: false, refusal: "not listed among") {
            try await $1($0.unsigned(), key: "mallory")
        },
        Case("a revoked key", git: false, refusal: "is revoked", revoked: true) { try await $1($0.unsigned()) },
        Case("a key not yet valid", git: false, refusal: "was not valid", options: "valid-after=\"20260616Z\" ") {
            try await $1($0.unsigned())
        },
        Case("an expired key", git: false, refusal: "was not valid", options: "valid-before=\"20260614Z\" ") {
            try await $1($0.unsigned())
        },
        // The signer chose the date of the commit. Git believes it; Writ saw the commit later.
        Case(
            "an expired key with a date before", git: true, refusal: "2026-06-15",
            options: "valid-before=\"20260614Z\" "
        ) {
            try await $1($0.unsigned(date: CommitRepository.date - 7 * 86_400))
        },
        Case("a key for other namespaces", git: false, refusal: "for the namespace", options: "namespaces=\"file\" ") {
            try await $1($0.unsigned())
        },
        Case(
            "a key with time and namespace", git: true, refusal: nil,
            options: "namespaces=\"git\",valid-after=\"20260601Z\",valid-before=\"20260630Z\" "
        ) {
            try await $1($0.unsigned())
        },
    ]
}

extension CommitAgreementTests.Signer {
    /// Signed with `line` as its last header, and returned without that header.
    fileprivate func withTrailing(_ repository: CommitRepository, _ line: String) async throws -> [UInt8] {
        let raw = repository.unsigned()
        return inserting(header(try await armor(inserting(line, into: raw))), into: raw)
    }
}
