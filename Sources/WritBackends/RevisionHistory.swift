// Port: the commits between two revisions, with who signed them, and the approvals kept beside them.
import WritVocabulary

/// Which keys count, as of the revision before a change.
public struct TrustRoots: Hashable, Sendable {
    /// Blobs of `allowed_signers` files.
    public var signers: [ContentID]
    /// Blobs of lists of revoked keys.
    public var revoked: [ContentID]
    /// Blobs of OpenPGP keyrings.
    public var keyrings: [ContentID]
    /// Person by full OpenPGP fingerprint.
    public var openPGP: [String: Person]
    /// The operator's own `allowed_signers` file, in force while the repository names none.
    public var operatorSigners: String?

    public init(
        signers: [ContentID] = [], revoked: [ContentID] = [], keyrings: [ContentID] = [],
        openPGP: [String: Person] = [:], operatorSigners: String? = nil
    ) {
        self.signers = signers
        self.revoked = revoked
        self.keyrings = keyrings
        self.openPGP = openPGP
        self.operatorSigners = operatorSigners
    }
}

/// The way from one revision to another.
public struct RevisionHistory: Hashable, Sendable {
    /// First parents from the oldest after the base to the head: one for each commit on the branch.
    public var steps: [Step]
    /// Approvals kept in ``ApprovalStatement/reference`` whose base is the base of this history.
    public var approvals: [Approval]

    public init(steps: [Step], approvals: [Approval]) {
        self.steps = steps
        self.approvals = approvals
    }

    public struct Step: Hashable, Sendable {
        public var head: RevisionID
        public var tree: ContentID
        /// The commit itself, and those a merge brought with it; sorted by id.
        public var commits: [CommitFacts]

        public init(head: RevisionID, tree: ContentID, commits: [CommitFacts]) {
            self.head = head
            self.tree = tree
            self.commits = commits.sorted { $0.revision < $1.revision }
        }
    }
}

/// Reads histories and checks signatures.
public protocol HistorySource: Sendable {
    /// The commits from `base`, which must be an ancestor, to `head`. Signatures are judged at the commit's own time
    /// and at `now`; both must be within the key's validity. Refuses more commits than its limit.
    func history(
        from base: RevisionID, to head: RevisionID, trusting roots: TrustRoots, now: Timestamp
    ) async throws -> RevisionHistory

    /// What is wrong with these keys' files: a sentence each, empty when they can be used.
    func faults(of roots: TrustRoots) async throws -> [String]
}
