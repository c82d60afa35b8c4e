// What a repository declares: at a commit, or in a working tree over its last commit.
import Foundation
import WritBackends
import WritManifests
import WritSource
import WritVocabulary

enum DeclaredState {
    /// The manifests as they are committed at `revision`, and the content ids there.
    static func committed(_ folder: ManifestFolder, revision: String) async throws -> DesiredState {
        try folder.requireRepository()
        let source = GitSource(existing: folder.root, manifestFolder: folder.folder)
        return try await committed(source, try await source.resolve(revision))
    }

    static func committed(_ source: GitSource, _ id: RevisionID) async throws -> DesiredState {
        let changes = try await source.changes(from: nil, to: id)
        if let refused = changes.refused.first {
            throw CommandFailure("\(refused.path): \(refused.message)", code: .notSo)
        }
        let paths = changes.manifests.keys.sorted()
        let bytes = try await source.read(
            paths.compactMap { changes.manifests[$0]?.blob }, limit: ManifestFolder.fileBytes)
        var files: [RepositoryPath: ManifestChanges.File] = [:]
        for (path, bytes) in zip(paths, bytes) {
            files[path] = changes.manifests[path].map { ManifestChanges.File(blob: $0.blob, bytes: bytes) }
        }
        return try await accept(files, source, id)
    }

    /// The manifests as they stand in the folder; everything they name as it is at the last commit.
    static func workingTree(_ folder: ManifestFolder) async throws -> DesiredState {
        try folder.requireRepository()
        let source = GitSource(existing: folder.root, manifestFolder: folder.folder)
        let id = try await source.resolve("HEAD")
        let files = try folder.manifests().compactMapValues { bytes in
            // Not Git's id: it only tells the index which files are equal.
            ContentID(String(Digest(of: bytes).hex.prefix(40))).map { ManifestChanges.File(blob: $0, bytes: bytes) }
        }
        return try await accept(files, source, id)
    }

    /// Says what is wrong as `writ validate` does; returns the ending.
    static func report(_ refusal: ManifestRefusal) -> any Error {
        Terminal.complain(Diagnostic.render(refusal.diagnostics))
        if refusal.count > refusal.diagnostics.count {
            Terminal.complain("… and \(refusal.count - refusal.diagnostics.count) more errors\n")
        }
        return CommandFailure.notSo
    }

    private static func accept(
        _ files: [RepositoryPath: ManifestChanges.File], _ source: GitSource, _ revision: RevisionID
    ) async throws -> DesiredState {
        var index = ManifestIndex()
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let update = await index.prepare(ManifestChanges(files: files), workers: workers)
        let contents = try await source.contents(of: Set(update.pathsNeeded), at: revision)
        var desired = DesiredState()
        _ = desired.apply(try index.commit(update, revision: revision, contents: contents).get())
        return desired
    }
}
