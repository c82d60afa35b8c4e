// Port: revisions that are offered beside the branch.
import WritVocabulary

/// Brings references such as `refs/pull/7/head` into the mirror, and says where they would lead.
public protocol ReferenceSource: Sendable {
    /// The commit each reference names at the remote; one that does not exist is left out.
    func fetch(references: [String]) async throws -> [String: RevisionID]

    /// The best common ancestor; nil when the histories have nothing in common.
    func mergeBase(_ a: RevisionID, _ b: RevisionID) async throws -> RevisionID?

    /// The tree the base would have after the head was merged into it. Throws when they conflict.
    func mergedTree(of head: RevisionID, into base: RevisionID) async throws -> ContentID
}
