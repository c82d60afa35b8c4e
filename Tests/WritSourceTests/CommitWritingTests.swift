// Commits of Writ's own: exactly what was asked, in a form that git accepts.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct CommitWritingTests {
    @Test("a commit changes the named files and nothing else, keeps their modes, and passes git fsck --strict")
    func exact() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit([
            "models/a.yaml": .file("old"), "models/run.sh": .executable("#!"), "models/deep/er/b.yaml": .file("b"),
            "link": .symlink("models"), "README": .file("read"),
        ])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(
            source, on: base,
            [
                "models/a.yaml": .text("new"), "models/run.sh": .text("#!/bin/sh"), "models/deep/er/b.yaml": .remove,
                "models/new/c.yaml": .text("c"), "models/absent": .remove,
            ])
        let shown = try await sandbox.inMirror("diff-tree", "-r", "--raw", "--abbrev=4", base.text, made.text)
        let lines = shown.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        #expect(
            lines.map { "\($0[0]) \($0[1]) \($0[4]) \($0[5])" } == [
                ":100644 100644 M models/a.yaml", ":100644 000000 D models/deep/er/b.yaml",
                ":000000 100644 A models/new/c.yaml", ":100755 100755 M models/run.sh",
            ])
        #expect(try await sandbox.inMirror("ls-tree", "--name-only", made.text, "models/deep") == "")
        try await sandbox.inMirror("fsck", "--strict", "--no-dangling", made.text)
        #expect(
            try await sandbox.inMirror("log", "-1", "--format=%an <%ae> %at %ai|%cn <%ce> %ct|%P|%B", made.text)
                == "Writ <writ@example.com> 1772366400 2026-03-01 12:00:00 +0000|Writ <writ@example.com> 1772366400|"
                + "\(base)|writ: a change")
    }

    @Test("git verify-commit accepts the signature of a commit Writ made, and refuses it once a byte differs")
    func verified() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let message = "promotion of flights\r\n\r\n-----BEGIN SSH SIGNATURE-----\n gpgsig in the text\n\n"
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .text("new")], message: message)
        let signers = try sandbox.file("signers", Desk.allowedSigners())
        let settings = "gpg.ssh.allowedSignersFile=\(signers)"
        try await sandbox.inMirror("-c", settings, "verify-commit", made.text)
        #expect(
            try await sandbox.inMirror("-c", settings, "log", "-1", "--format=%G? %GS", made.text)
                == "G writ@example.com")

        let raw = try await sandbox.inMirror("cat-file", "commit", made.text) + "\n"
        let forged = Array(raw.replacing("promotion of", with: "rollback of").utf8)
        let forgery = try await sandbox.git(
            "hash-object", "-t", "commit", "-w", "--stdin", input: forged, in: sandbox.mirror)
        await #expect(throws: GitSandbox.SandboxError.self) {
            try await sandbox.inMirror("-c", settings, "verify-commit", forgery)
        }
    }

    @Test("the last file of a repository may go; the empty tree is what git calls it")
    func empty() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let made = try await sandbox.written(source, on: base, ["models/a.yaml": .remove])
        #expect(try await source.tree(of: made).text == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        try await sandbox.inMirror("fsck", "--strict", "--no-dangling", made.text)
    }

    @Test(
        "a path that is a link, a submodule or below a file is refused",
        arguments: ["link", "link/a", "sub", "README/a", "models"])
    func clash(name: String) async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit([
            "models/a.yaml": .file("old"), "link": .symlink("models"), "README": .file("read"),
            "sub": .submodule("1234567890123456789012345678901234567890"),
        ])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let failure = await #expect(throws: SourceFailure.self) {
            try await sandbox.written(source, on: base, [name: .text("new")])
        }
        #expect(failure?.code == "content-refused")
    }

    @Test(
        "names that would forge a header are no identities",
        arguments: ["", " Writ", "Writ\ntree", "Wr<it", "Writ>", "Writ.", "\u{7F}", "W\0"])
    func identities(name: String) {
        #expect(CommitIdentity(name: name, email: "writ@example.com") == nil)
        #expect(CommitIdentity(name: "Writ", email: name) == nil)
    }

    @Test("a commit that cannot be signed is not written")
    func unsignable() async throws {
        let sandbox = try await GitSandbox()
        let base = try await sandbox.commit(["models/a.yaml": .file("old")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        await #expect(throws: GitSandbox.SandboxError.self) {
            try await source.commit(Desk.draft(base, ["models/a.yaml": .text("new")])) { _ in
                throw GitSandbox.SandboxError(description: "the key is locked")
            }
        }
        let objects = try await sandbox.inMirror("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
        #expect(objects.split(separator: "\n").filter { $0 == "commit" }.count == 1)
    }
}
