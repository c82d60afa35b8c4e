// Notes and checkpoints in Git, as git itself reads them.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct PublishingTests {
    private static func publication(
        _ notes: [RevisionID: String], checkpoint: String? = nil, at: Timestamp = Desk.now
    ) -> Publication {
        Publication(
            notes: notes, checkpoints: checkpoint.map { [path("checkpoint"): Array($0.utf8)] } ?? [:],
            identity: Desk.identity, at: at)
    }

    @Test("git log shows the notes of many revisions, written and replaced in one commit each")
    func notes() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("1")])
        let second = try await sandbox.commit(["models/a.yaml": .file("2")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        try await source.publish(
            Self.publication([first: "trained run-1", second: "nothing to do"], checkpoint: "log 7"))
        try await source.publish(Self.publication([second: "deployed version 8\n"], checkpoint: "log 9"))
        let log = try await sandbox.git("log", "--notes=writ", "--format=%N", "main")
        #expect(log.split(separator: "\n").map(String.init) == ["deployed version 8", "trained run-1"])
        #expect(try await sandbox.git("rev-list", "--count", "refs/notes/writ") == "2")
        #expect(try await sandbox.git("show", "refs/writ/checkpoints:checkpoint") == "log 9")
        #expect(try await sandbox.git("rev-list", "--count", "refs/writ/checkpoints") == "2")
        try await sandbox.git("fsck", "--strict", "--no-dangling")
        try await source.publish(Self.publication([first: "trained run-1"], checkpoint: "log 9"))
        #expect(try await sandbox.git("rev-list", "--count", "refs/notes/writ", "refs/writ/checkpoints") == "4")
    }

    @Test("notes that others wrote stay, whatever folders git cut them into, and are replaced where they lie")
    func fanout() async throws {
        let sandbox = try await GitSandbox()
        var revisions: [RevisionID] = []
        for index in 0..<3 { revisions.append(try await sandbox.commit(["a": .file("\(index)")])) }
        let ids = revisions.map(\.text)
        let tree = try await sandbox.notesTree([
            ids[0], "\(ids[1].prefix(2))/\(ids[1].dropFirst(2).prefix(2))/\(ids[1].dropFirst(4))",
        ])
        let commit = try await sandbox.git("commit-tree", tree, "-m", "theirs")
        try await sandbox.git("update-ref", "refs/notes/writ", commit)
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        try await source.publish(Self.publication([revisions[1]: "new 1", revisions[2]: "new 2"]))
        let listed = try await sandbox.git("notes", "--ref=writ", "list").split(separator: "\n")
        #expect(Set(listed.map { String($0.split(separator: " ")[1]) }) == Set(ids))
        for (id, text) in zip(ids, ["theirs", "new 1", "new 2"]) {
            #expect(try await sandbox.git("notes", "--ref=writ", "show", id) == text)
        }
        let files = try await sandbox.git("ls-tree", "-r", "--name-only", "refs/notes/writ").split(separator: "\n")
        #expect(files.count == 3)
        try await sandbox.git("notes", "--ref=writ", "add", "-f", "-m", "by hand", ids[2])
        _ = try await source.fetch()
        try await source.publish(Self.publication([revisions[0]: "again"]))
        #expect(try await sandbox.git("notes", "--ref=writ", "show", ids[2]) == "by hand")
        #expect(try await sandbox.git("notes", "--ref=writ", "show", ids[0]) == "again")
    }

    @Test("three thousand notes are one commit and one pack that git reads")
    func many() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["a": .file("1")])
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        var notes: [RevisionID: String] = [tip: "here"]
        for index in 0..<3000 {
            notes[try sandbox.revision(String(Digest(of: Array("\(index)".utf8)).hex.prefix(40)))] = "note \(index)"
        }
        try await source.publish(Self.publication(notes))
        #expect(try await sandbox.inMirror("count-objects").hasPrefix("0 objects"))
        #expect(try await sandbox.git("notes", "--ref=writ", "list").split(separator: "\n").count == 3001)
        #expect(try await sandbox.git("log", "-1", "--notes=writ", "--format=%N", "main") == "here\n".dropLast())
        try await sandbox.git("fsck", "--strict", "--no-dangling")
    }

    @Test("where somebody was faster, what they pushed stays and Writ's comes on top")
    func raced() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["a": .file("1")])
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        let other = try await sandbox.commit(["a": .file("2")])
        try await sandbox.git("notes", "--ref=writ", "add", "-m", "theirs", other.text)
        try await source.publish(Self.publication([tip: "ours"], checkpoint: "log 7"))
        #expect(try await sandbox.git("notes", "--ref=writ", "show", other.text) == "theirs")
        #expect(try await sandbox.git("notes", "--ref=writ", "show", tip.text) == "ours")
        #expect(try await sandbox.git("rev-list", "--count", "refs/notes/writ") == "2")
        #expect(try await sandbox.git("rev-list", "--count", "refs/writ/checkpoints") == "1")
    }

    @Test("a repository that moves under every push ends in a failure after the last attempt, not in a loop")
    func racedForever() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["a": .file("1")])
        try sandbox.hook(
            "pre-receive",
            """
            unset GIT_QUARANTINE_PATH; echo push >>\(sandbox.folder)/pushes
            new=$(echo $$ | git commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904); git update-ref refs/notes/writ $new
            """)
        try await sandbox.git("config", "user.name", "Eve")
        try await sandbox.git("config", "user.email", "eve@example.com")
        let password = try sandbox.file("good", "correct horse")
        var limits = SourceLimits()
        limits.publishAttemptsMaximum = 3
        let bounds = limits
        try await sandbox.serveHTTP(push: true) { address in
            let source = try sandbox.childSource(
                address, credentials: .basic(user: "ada", password: .file(password)), limits: bounds)
            _ = try await source.fetch()
            let failure = await #expect(throws: SourceFailure.self) {
                try await source.publish(Self.publication([tip: "ours"]))
            }
            #expect(failure?.code == "push-raced", "\(String(describing: failure))")
            let pushes = try String(contentsOfFile: sandbox.folder + "/pushes", encoding: .utf8)
            #expect(pushes.split(separator: "\n").count == 3)
        }
    }

    @Test("a note larger than allowed is refused by its revision")
    func tooLarge() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["a": .file("1")])
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        let failure = await #expect(throws: SourceFailure.self) {
            try await source.publish(Self.publication([tip: String(repeating: "x", count: 70_000)]))
        }
        #expect(failure?.code == "source-limit")
        #expect(failure?.message.contains(tip.text) == true)
    }
}

extension GitSandbox {
    /// A tree of notes with the text `theirs` at these paths.
    fileprivate func notesTree(_ paths: [String]) async throws -> String {
        var entries: [String: Entry] = [:]
        for path in paths { entries[path] = .file("theirs\n") }
        try await commit(entries, on: "notes", afresh: true)
        let tree = try await git("rev-parse", "refs/heads/notes^{tree}")
        try await git("branch", "-D", "notes")
        return tree
    }
}
