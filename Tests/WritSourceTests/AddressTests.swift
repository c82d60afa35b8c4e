// Addresses, branch names, and what must not be shown.
import Foundation
import Testing
import WritVocabulary

@testable import WritSource

struct AddressTests {
    @Test(
        "an address is taken for what it is",
        arguments: [
            ("/srv/git/models.git", RemoteAddress.Transport.local), ("file:///srv/git/models.git", .local),
            ("https://example.org/models.git", .https), ("HTTP://127.0.0.1:8080/x", .http),
            ("ssh://git@example.org:2222/x", .ssh),
        ])
    func accepted(text: String, transport: RemoteAddress.Transport) throws {
        let address = try RemoteAddress(checking: text)
        #expect(address.transport == transport)
        #expect(address.text == text)
        #expect((address.localPath != nil) == (transport == .local))
    }

    @Test(
        "a bad address is refused with what to write instead",
        arguments: [
            ("", "is empty"), ("models.git", "is not a repository address"),
            ("git@example.org:x.git", "write git@host:path as ssh://"),
            ("ext::sh -c id", "space or control"), ("ext::sh", "is not a repository address"),
            ("git://example.org/x", "does not speak git://"),
            ("https://ada:hunter2@example.org/x", "holds a password"),
            ("file://host/x", "absolute path without a host"),
            ("https:///x", "names no host"), ("ssh://git@/x", "names no host"),
            ("https://e.org/\u{0}", "control character"),
            (String(repeating: "/a", count: 2000), "too long"),
        ])
    func refused(text: String, sentence: String) {
        let failure = #expect(throws: SourceFailure.self) { try RemoteAddress(checking: text) }
        #expect(failure?.message.contains(sentence) == true, "\(String(describing: failure))")
        #expect(failure?.message.contains("hunter2") == false)
    }

    @Test(
        "user names and passwords before the host, and secrets anywhere, are not shown",
        arguments: [
            ("https://ada:hunter2@example.org/x", "https://…@example.org/x"),
            ("ssh://git@e.org/x failed", "ssh://…@e.org/x failed"),
            ("http://e.org/a@b", "http://e.org/a@b"),
            ("two https://a:b@c/ and http://d:e@f/", "two https://…@c/ and http://…@f/"),
            ("a token s3cret here", "a token … here"), ("https://a:p@ss@host/x", "https://…@host/x"),
            ("line\nbreak\u{7}", "line break"),
        ])
    func redacted(text: String, shown: String) {
        #expect(Redaction.redact(text, secrets: ["s3cret", ""]) == shown)
    }

    @Test("branch names follow git-check-ref-format", arguments: ["main", "release/1.2", "a-b", "é"])
    func branches(name: String) { #expect(BranchName(name) != nil) }

    @Test(
        "what git refuses as a branch is refused",
        arguments: [
            "", "-x", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "/a", "a/", "a//b", ".a", "a/.b",
            "a.lock", "a.", "@", "a@{b", "a\u{7F}",
        ])
    func badBranches(name: String) { #expect(BranchName(name) == nil) }

    @Test("a secret comes from a file without its line end, or from the environment; the message names only where")
    func secrets() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("hunter2\n".utf8).write(to: file)
        #expect(try SecretReference.file(file.path).resolve(environment: [:]) == "hunter2")
        #expect(try SecretReference.environment("TOKEN").resolve(environment: ["TOKEN": "t"]) == "t")
        for content in [Data(), Data([0xFF, 0xFE]), Data("a\u{0}b".utf8), Data(repeating: 65, count: 70_000)] {
            try content.write(to: file)
            let failure = #expect(throws: SourceFailure.self) {
                try SecretReference.file(file.path).resolve(environment: [:])
            }
            #expect(failure?.message.contains(file.path) == true)
        }
        #expect(throws: SourceFailure.self) { try SecretReference.environment("TOKEN").resolve(environment: [:]) }
    }
}
