// Reading a developer's clone where it is.
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct WorkTreeTests {
    @Test("a clone is read from any of its folders, without a mirror")
    func clone() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("1"), "models/deep/b.yaml": .file("2")])
        let second = try await sandbox.commit(["models/a.yaml": .file("3")])
        let clone = sandbox.folder + "/clone"
        try await sandbox.git("clone", "-q", sandbox.upstream, clone, in: sandbox.folder)
        try await sandbox.git("tag", "-a", "v1", "-m", "one", first.text, in: clone)
        let source = GitSource(existing: clone + "/models/deep", manifestFolder: path("models"))
        #expect(try await source.fetch() == second)
        for (expression, revision) in [
            ("HEAD", second), ("main", second), ("HEAD~1", first), ("v1", first), (first.short, first),
        ] {
            #expect(try await source.resolve(expression) == revision, "\(expression)")
        }
        #expect(try await source.changes(from: first, to: second).manifests.keys.map(\.text) == ["models/a.yaml"])
    }

    @Test(
        "an expression that names no commit is answered with a way to find one",
        arguments: ["nonsense", "", "main:models", "--help", "\u{1B}[2J"])
    func unknown(expression: String) async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file("1")])
        let source = GitSource(existing: sandbox.upstream)
        let failure = await #expect(throws: SourceFailure.self) { try await source.resolve(expression) }
        #expect(failure?.code == "revision-unknown")
        #expect(failure?.message.contains("\u{1B}") == false)
    }

    @Test("a commit is summed up, without what could play tricks on a terminal")
    func summary() async throws {
        let sandbox = try await GitSandbox()
        let tree = try await sandbox.rawTree([])
        let id = try await sandbox.revision(
            sandbox.git("commit-tree", tree, "-m", "Raise the \u{1B}[31mgate\nand why", "-m", "More."))
        let summary = try await GitSource(existing: sandbox.upstream).summary(of: id)
        #expect(summary.subject == "Raise the [31mgate and why")
        #expect(summary.author == CommitSummary.Person(name: "Ada", email: "ada@example.org"))
        #expect(summary.authoredAt.text == "2023-11-14T22:13:20.000Z")
        #expect(summary.committer.name == "Ben")
        #expect(summary.committedAt.text == "2023-11-14T22:14:20.000Z")
        #expect(summary.parents.isEmpty)
    }

    @Test("a folder that is no repository is named")
    func noRepository() async throws {
        let sandbox = try await GitSandbox()
        let failure = await #expect(throws: SourceFailure.self) {
            try await GitSource(existing: "/proc/self").resolve("HEAD")
        }
        #expect(failure?.message.hasPrefix("The repository /proc/self cannot be opened") == true)
        _ = sandbox
    }
}
