// A repository in memory that updates an index as the controller does.
import WritVocabulary

@testable import WritManifests

struct Repository {
    static let revision = RevisionID(String(repeating: "a", count: 40))!

    static var flights: Repository {
        var repository = Repository()
        repository.files = [
            "january.yaml": Fixtures.dataset, "holdout.yaml": Fixtures.holdout, "model.yaml": Fixtures.model,
            "endpoint.yaml": Fixtures.endpoint,
        ]
        return repository
    }

    var files: [String: String] = [:]
    /// Paths that do not exist; all others do.
    var missing: Set<String> = []
    var changedPaths: Set<String> = []
    var index = ManifestIndex()

    var blobs: [RepositoryPath: ContentID] {
        Dictionary(uniqueKeysWithValues: files.map { (repositoryPath($0), Self.blob($1)) })
    }

    /// Brings the index to what the files are now.
    mutating func update() -> Result<DesiredState.Change, ManifestRefusal> {
        let changed = blobs.filter { index.blob(of: $0.key) != $0.value }
        let needed = Set(index.needsBytes(of: changed))
        var changes = ManifestChanges()
        for (path, blob) in changed {
            let bytes = needed.contains(path) ? Array((files[path.text] ?? "").utf8) : nil
            changes.files[path] = ManifestChanges.File(blob: blob, bytes: bytes)
        }
        changes.removed = Set(index.files.keys).subtracting(blobs.keys)
        changes.changedPaths = Set(changedPaths.map(repositoryPath))
        let update = index.prepare(changes)
        let existing = update.pathsNeeded.filter { !missing.contains($0.text) }
        let contents = Dictionary(uniqueKeysWithValues: existing.map { ($0, Self.blob($0.text)) })
        return index.commit(update, revision: Self.revision, contents: contents)
    }

    /// Updates and gives what is wrong: `path:line:column code message | hint`.
    mutating func refusal() -> [String] {
        (update().failure?.diagnostics ?? []).map {
            "\($0.path):\($0.line):\($0.column) \($0.code) \($0.message)" + ($0.hint.map { " | \($0)" } ?? "")
        }
    }

    static func blob(_ text: String) -> ContentID {
        ContentID(String(Digest(of: Array(text.utf8)).hex.prefix(40)))!
    }
}
