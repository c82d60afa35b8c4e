// How Writ knows its own commits again.
import WritBackends
import WritSignatures
import WritVocabulary

/// An order with what it makes of the manifest.
struct Proposal: Sendable {
    var order: ProposalOrder
    /// The manifest's blob that it was planned from.
    var manifest: ContentID
    var edited: [UInt8]
    var identity: CommitIdentity
}

extension GitSource {
    func manifest(of order: ProposalOrder) throws -> ContentID {
        if let manifest = order.manifest { return manifest }
        guard let manifest = try content(of: order.path, at: order.base) else {
            throw SourceFailure(
                code: "manifest-changed", message: "\(order.path) does not exist at \(order.base).", retry: .transient)
        }
        return manifest
    }

    /// Throws `manifest-changed` unless the manifest at the revision is the one the order was planned from.
    func check(_ proposal: Proposal, at revision: RevisionID) throws {
        let (path, expected) = (proposal.order.path, proposal.manifest)
        let present = try content(of: path, at: revision)
        guard present == expected else {
            throw SourceFailure(
                code: "manifest-changed",
                message:
                    "\(path) is \(present.map { "\($0.short)" } ?? "gone") at \(revision.short), not \(expected.short) as "
                    + "when this was planned, so Writ plans again.", retry: .transient)
        }
    }

    func make(
        _ proposal: Proposal, on tip: RevisionID, at: Timestamp, sign: CommitSigner?
    ) throws -> RevisionID {
        try check(proposal, at: tip)
        let order = proposal.order
        return try commit(
            CommitDraft(
                base: tip, changes: [order.path: .write(proposal.edited)], author: proposal.identity, at: at,
                message: order.message), sign: sign)
    }

    /// The proposal's commit among the first parents of the tip, back to the revision it was planned from.
    func find(_ proposal: Proposal, below tip: RevisionID) throws -> RevisionID? {
        let base = proposal.order.base
        var current = tip
        for _ in 0..<limits.historyCommitsMaximum where current != base {
            if try recognises(current, as: proposal, below: tip) { return current }
            guard let parent = try repository().parents(of: ObjectID(current)).first?.revision else { return nil }
            current = parent
        }
        return nil
    }

    /// Whether a commit is what the proposal makes of its parent, and the parent is part of the branch.
    func recognises(_ revision: RevisionID, as proposal: Proposal, below tip: RevisionID) throws -> Bool {
        let order = proposal.order
        let repository = try repository()
        guard try isOwn(revision, proposal.identity, below: tip) else { return false }
        let commit = try repository.commitObject(ObjectID(revision), limits: limits)
        guard commit.message == RawCommit.normalised(order.message), let parent = commit.parents.first,
            try content(of: order.path, at: parent) == proposal.manifest
        else { return false }
        let tree = try TreeEdit(repository: repository, limits: limits)
            .apply([order.path: .write(proposal.edited)], to: repository.rootTree(of: ObjectID(parent)))
        return tree?.content == commit.tree
    }

    /// Whether a commit names Writ as its committer and lies directly on the branch.
    func isOwn(_ revision: RevisionID, _ identity: CommitIdentity, below tip: RevisionID) throws -> Bool {
        let commit = try repository().commitObject(ObjectID(revision), limits: limits)
        guard commit.committer.name == identity.name, commit.committer.email == identity.email,
            commit.parents.count == 1, let parent = commit.parents.first
        else { return false }
        return try isAncestor(parent, of: tip)
    }
}
