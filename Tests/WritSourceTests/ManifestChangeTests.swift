// What a commit changes, as the controller is told.
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

struct ManifestChangeTests {
    @Test("a first load lists every manifest, and every path")
    func firstLoad() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit([
            "models/a.yaml": .file("a"), "models/deep/b.yml": .file("b"), "models/README.md": .file("r"),
            "code/train.py": .file("t"),
        ])
        let source = try sandbox.source()
        #expect(try await source.fetch() == tip)
        let changes = try await source.changes(from: nil, to: tip)
        #expect(changes.manifests.keys.sorted().map(\.text) == ["models/a.yaml", "models/deep/b.yml"])
        #expect(
            changes.changedPaths.sorted().map(\.text) == [
                "code/train.py", "models/README.md", "models/a.yaml", "models/deep/b.yml",
            ])
        #expect(changes.removedManifests.isEmpty && changes.refused.isEmpty)
        let blobs = [
            changes.manifests[path("models/deep/b.yml")]!.blob, changes.manifests[path("models/a.yaml")]!.blob,
        ]
        #expect(try await source.read(blobs, limit: 10) == [Array("b".utf8), Array("a".utf8)])
    }

    @Test("one changed manifest among a thousand is the only one listed")
    func oneOfAThousand() async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<1000 { files["models/\(index % 10)/m\(index).yaml"] = .file("v: \(index)") }
        let first = try await sandbox.commit(files)
        let second = try await sandbox.commit(["models/7/m507.yaml": .file("v: changed")])
        let source = try sandbox.source()
        _ = try await source.fetch()
        #expect(try await source.changes(from: nil, to: first).manifests.count == 1000)
        let changes = try await source.changes(from: first, to: second)
        #expect(changes.manifests.keys.map(\.text) == ["models/7/m507.yaml"])
        #expect(changes.changedPaths == [path("models/7/m507.yaml")])
    }

    @Test("removal, a rename, and a manifest that becomes a folder are told apart")
    func removals() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit([
            "models/gone.yaml": .file("1"), "models/old.yaml": .file("2"), "models/x.yaml": .file("3"),
            "data/d.csv": .file("4"),
        ])
        let second = try await sandbox.commit([
            "models/gone.yaml": .removed, "models/old.yaml": .removed, "models/new.yaml": .file("2"),
            "models/x.yaml": .removed,
            "models/x.yaml/inner.yaml": .file("3"), "data/d.csv": .removed,
        ])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let changes = try await source.changes(from: first, to: second)
        #expect(
            changes.removedManifests.sorted().map(\.text) == ["models/gone.yaml", "models/old.yaml", "models/x.yaml"])
        #expect(changes.manifests.keys.sorted().map(\.text) == ["models/new.yaml", "models/x.yaml/inner.yaml"])
        #expect(changes.changedPaths.contains(path("data/d.csv")))
    }

    @Test("with the repository as manifest folder, hidden folders hold no manifests")
    func root() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit([
            "top.yaml": .file("1"), "deep/er.yaml": .file("2"), ".github/workflows/ci.yaml": .file("3"),
            ".hidden.yml": .file("4"),
        ])
        let source = try sandbox.source(folder: nil)
        _ = try await source.fetch()
        let changes = try await source.changes(from: nil, to: tip)
        #expect(changes.manifests.keys.sorted().map(\.text) == ["deep/er.yaml", "top.yaml"])
        #expect(changes.refused.isEmpty)
    }

    @Test("a revision without the manifest folder is refused, not taken for a wish to remove everything")
    func missingFolder() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("a"), "README": .file("r")])
        let second = try await sandbox.commit(["models/a.yaml": .removed])
        let source = try sandbox.source()
        _ = try await source.fetch()
        let changes = try await source.changes(from: first, to: second)
        #expect(changes.refused.map(\.path) == ["models"])
        #expect(changes.refused.first?.message.contains("does not exist at this revision") == true)
    }

    @Test("too many differences are an error with the limit in it, not a long wait")
    func limit() async throws {
        let sandbox = try await GitSandbox()
        var limits = SourceLimits()
        limits.changedEntriesMaximum = 50
        // A tree of ten levels that holds itself ten times has ten thousand million files and eleven objects.
        var tree = try await sandbox.rawTree([("100644", Array("x.yaml".utf8), sandbox.blob("x"))])
        for _ in 0..<10 {
            let below = tree
            tree = try await sandbox.rawTree((0..<10).map { ("40000", Array("d\($0)".utf8), below) })
        }
        let tip = try await sandbox.commit(tree: tree)
        let source = try sandbox.source(folder: nil, limits: limits)
        _ = try await source.fetch()
        let failure = await #expect(throws: SourceFailure.self) { try await source.changes(from: nil, to: tip) }
        #expect(failure?.code == "source-limit")
        #expect(failure?.message.contains("More than 50 files") == true)
    }
}
