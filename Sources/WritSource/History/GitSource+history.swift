// The port's histories, and what a change is before it is merged.
import WritBackends
import WritSignatures
import WritVocabulary

extension GitSource: HistorySource, ReferenceSource {
    public func history(
        from base: RevisionID, to head: RevisionID, trusting roots: TrustRoots, now: Timestamp
    ) async throws -> RevisionHistory {
        let repository = try repository()
        let trust = try repository.trust(roots, limits: limits)
        let approvals = try repository.target(of: ApprovalStatement.reference)
        let ground = trust.standing(at: now).map {
            RememberedHistory.Ground(base: base, head: head, roots: roots, approvals: approvals, keys: $0)
        }
        if let remembered, remembered.ground == ground { return remembered.history }
        historiesJudged += 1
        let reading = try repository.reading(from: ObjectID(base), to: ObjectID(head), limits: limits)
        let folder = try ApprovalFolder(of: base, in: repository, limits: limits)
        note(folder.complaints)
        let history = RevisionHistory(
            steps: try await reading.judged(by: trust, now: now),
            approvals: folder.approvals.map { $0.judged(by: trust, now: now) })
        remembered = ground.flatMap { RememberedHistory($0, history) }
        return history
    }

    public func faults(of roots: TrustRoots) throws -> [String] {
        do {
            _ = try repository().trust(roots, limits: limits)
            return []
        } catch let failure as SignatureFailure {
            return [failure.message]
        }
    }

    /// The approvals kept for a base, judged like those of a history.
    public func approvals(
        of base: RevisionID, trusting roots: TrustRoots, now: Timestamp
    ) throws -> [Approval] {
        let repository = try repository()
        let trust = try repository.trust(roots, limits: limits)
        let folder = try ApprovalFolder(of: base, in: repository, limits: limits)
        note(folder.complaints)
        return folder.approvals.map { $0.judged(by: trust, now: now) }
    }

    /// An approval that is not kept yet, judged as it will be once it is; nil where its text is no statement.
    public func judged(
        _ statement: [UInt8], signature: String, trusting roots: TrustRoots, now: Timestamp
    ) throws -> Approval? {
        guard let read = StoredApproval.read(statement) else { return nil }
        let stored = StoredApproval(statement: read, bytes: statement, signature: Array(signature.utf8))
        return stored.judged(by: try repository().trust(roots, limits: limits), now: now)
    }

    /// Adds a signed approval to `refs/writ/approvals` here, in a commit of its own; adding it again changes nothing.
    /// Returns the reference's new commit, which the caller pushes.
    ///
    /// `statement` is the canonical JSON that was signed; anything else is refused.
    @discardableResult
    public func addApproval(
        _ statement: [UInt8], signature: String, by identity: CommitIdentity, at: Timestamp
    ) throws -> RevisionID {
        guard let read = StoredApproval.read(statement), let place = StoredApproval.place(read, statement),
            statement.count <= limits.approvalBytesMaximum,
            signature.utf8.count <= limits.approvalSignatureBytesMaximum
        else {
            throw SourceFailure.hostile("The approval is not a statement in canonical JSON with its signature.")
        }
        let draft = ChainDraft(
            reference: ApprovalStatement.reference,
            changes: [place.statement: .write(statement), place.signature: .write(Array(signature.utf8))],
            identity: identity, at: at, message: "approval by \(read.person): \(read.meaning)")
        return try repository().extend(draft, sign: nil, limits: limits)
    }

    /// Takes in approvals somebody else pushed: moves `refs/writ/approvals` here to a commit that holds theirs and
    /// ours.
    /// For a clone whose push was refused because others were faster; `other` was fetched by then.
    @discardableResult
    public func joinApprovals(with other: RevisionID, by identity: CommitIdentity, at: Timestamp) throws -> RevisionID {
        let repository = try repository()
        let theirs = ObjectID(other)
        let reference = ApprovalStatement.reference
        guard let ours = try repository.target(of: reference), try !repository.isAncestor(ours, of: theirs) else {
            try repository.point(reference, to: theirs)
            return other
        }
        if try repository.isAncestor(theirs, of: ours) { return try ours.requiredRevision() }
        let joined = try repository.commit(
            joining: ours, to: theirs, identity: identity, at: at, message: "approvals of two sides", limits: limits)
        try repository.point(reference, to: joined)
        return try joined.requiredRevision()
    }

    // MARK: - What a merge would give

    /// The tree of a revision.
    public func tree(of revision: RevisionID) throws -> ContentID {
        try repository().rootTree(of: ObjectID(revision)).required()
    }

    /// The nearest common ancestor; nil when there is none.
    public func mergeBase(_ a: RevisionID, _ b: RevisionID) throws -> RevisionID? {
        try repository().mergeBase(ObjectID(a), ObjectID(b))?.revision
    }

    /// The tree the base has once the head is merged into it: the head's own where it follows the base. Refuses
    /// conflicts with the code `merge-conflict`.
    public func mergedTree(of head: RevisionID, into base: RevisionID) throws -> ContentID {
        try repository().mergedTree(base: ObjectID(base), head: ObjectID(head)).required()
    }

    /// The id of the file or folder at a path; nil when there is none.
    public func content(of path: RepositoryPath, at revision: RevisionID) throws -> ContentID? {
        try repository().contents(of: [path], at: revision)[path]
    }
}

extension ObjectID {
    func required() throws -> ContentID {
        guard let content else { throw SourceFailure.hostile("\(hex) is no id of Git's.") }
        return content
    }

    func requiredRevision() throws -> RevisionID {
        guard let revision else { throw SourceFailure.hostile("\(hex) is no id of Git's.") }
        return revision
    }
}
