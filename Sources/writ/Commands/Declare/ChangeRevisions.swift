// Which two commits a plan of a change is about, and where their manifests are.
import Foundation
import WritSource
import WritVocabulary

/// A repository and two of its commits, the second a descendant of the first.
struct ChangeRevisions {
    let source: GitSource
    /// Absolute.
    let root: String
    /// nil is the root itself.
    let folder: RepositoryPath?
    let base: RevisionID
    let head: RevisionID
    /// The commit that was asked for as the base, where the head does not follow it.
    let passedOver: RevisionID?

    /// What the head is to be merged into.
    var inForce: RevisionID { passedOver ?? base }

    static func resolve(_ path: String, from: String, to: String) async throws -> ChangeRevisions {
        let found = try ManifestFolder(path)
        try found.requireRepository()
        let plain = GitSource(existing: found.root)
        let named = try await plain.resolve(from)
        let head = try await plain.resolve(to)
        var base = named
        if try await !plain.isAncestor(named, of: head) {
            guard let common = try await plain.mergeBase(named, head) else {
                throw CommandFailure(
                    "\(to) (\(head.short)) and \(from) (\(named.short)) have no commit in common",
                    hint: "in a shallow clone, fetch more of the history", code: .unknown)
            }
            base = common
        }
        var folder = found.folder
        if folder == nil { folder = try await committedFolder(plain, head) }
        return ChangeRevisions(
            source: folder == nil ? plain : GitSource(existing: found.root, manifestFolder: folder), root: found.root,
            folder: folder, base: base, head: head, passedOver: base == named ? nil : named)
    }

    /// The folder `manifests` of a commit, where the working tree lacks it or there is none.
    private static func committedFolder(_ source: GitSource, _ head: RevisionID) async throws -> RepositoryPath? {
        guard let folder = RepositoryPath("manifests") else { return nil }
        return try await source.content(of: folder, at: head).map { _ in folder }
    }
}
