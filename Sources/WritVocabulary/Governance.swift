// The facts a change is judged by, and the judgement: data only.

/// Who signed a commit, as far as the keys in force before it tell.
public enum Authenticity: Codable, Hashable, Sendable {
    /// `key` is the fingerprint: `SHA256:…` of an SSH key, or an OpenPGP fingerprint.
    case signed(by: Person, key: String)
    case unsigned
    /// There is a signature, and it does not count. The reason is the end of a sentence.
    case refused(reason: String)

    public var person: Person? {
        if case .signed(let person, _) = self { person } else { nil }
    }
}

/// One commit between the accepted revision and a newer one.
public struct CommitFacts: Codable, Hashable, Sendable {
    public var revision: RevisionID
    /// In their order.
    public var parents: [RevisionID]
    /// As written in the commit; who it really was is `authenticity`.
    public var author: String
    /// The committer's date: what the signer says.
    public var committedAt: Timestamp
    /// The first line of the message, at most 200 characters.
    public var subject: String
    /// `Name: value` lines of the last paragraph that Writ reads, by lower-case name; the last of a name counts.
    public var trailers: [String: String]
    /// Sorted. Paths that differ from the first parent; of a merge, those that differ from every parent, and those that
    /// are one side's where the other side had changed them: merging alone explains neither.
    public var changedPaths: [RepositoryPath]
    public var authenticity: Authenticity

    public init(
        revision: RevisionID, parents: [RevisionID] = [], author: String, committedAt: Timestamp, subject: String,
        trailers: [String: String] = [:], changedPaths: [RepositoryPath], authenticity: Authenticity
    ) {
        self.revision = revision
        self.parents = parents
        self.author = author
        self.committedAt = committedAt
        self.subject = subject
        self.trailers = trailers
        self.changedPaths = changedPaths.sorted()
        self.authenticity = authenticity
    }

    /// The trailers of a commit that breaks the glass: the reason, and until when.
    public static let breakGlassTrailer = "break-glass"
    public static let breakGlassUntilTrailer = "break-glass-until"
}

/// What somebody approved. Its canonical encoding is what is signed, under ``namespace``; if any part changes, it is
/// void.
public struct ApprovalStatement: Codable, Hashable, Sendable {
    public static let namespace = "writ-approval"
    /// The reference approvals are kept under.
    public static let reference = "refs/writ/approvals"

    public var format = 1
    public var repository: String
    /// The branch it may be merged into.
    public var target: String
    public var base: RevisionID
    /// The tree the target has once it is merged.
    public var tree: ContentID
    /// Manifests that differ from the base: path to blob, or `removed`.
    public var manifests: [RepositoryPath: String]
    /// The digest of every version an endpoint is moved to.
    public var versions: [VersionID: Digest]
    /// What the approver saw: a name such as `flight-time:8/mae` or `flight-time:8/judgement`, and a digest of it.
    public var evidence: [String: Digest]
    /// In the approver's words: `approved`, `reviewed for bias`.
    public var meaning: String
    public var person: Person
    public var signedAt: Timestamp
    /// After this it counts no more.
    public var expires: Timestamp?

    public init(
        repository: String, target: String, base: RevisionID, tree: ContentID, manifests: [RepositoryPath: String],
        versions: [VersionID: Digest], evidence: [String: Digest], meaning: String, person: Person, signedAt: Timestamp,
        expires: Timestamp? = nil
    ) {
        self.repository = repository
        self.target = target
        self.base = base
        self.tree = tree
        self.manifests = manifests
        self.versions = versions
        self.evidence = evidence
        self.meaning = meaning
        self.person = person
        self.signedAt = signedAt
        self.expires = expires
    }
}

/// An approval whose signature was checked with the keys in force at its base; or one that does not count, and why.
public struct Approval: Codable, Hashable, Sendable {
    public var statement: ApprovalStatement
    public var authenticity: Authenticity

    public init(statement: ApprovalStatement, authenticity: Authenticity) {
        self.statement = statement
        self.authenticity = authenticity
    }
}

/// A review on a forge, of one head.
public struct ReviewFacts: Codable, Hashable, Sendable {
    public var account: String
    public var head: RevisionID
    public var approves: Bool

    /// The reviews as they stand for a change: those of the tip a clean merge brought in, and those of the head that
    /// landed as it, are reviews of the change.
    public static func standing(
        _ reviews: [ReviewFacts], for head: RevisionID, _ commits: [CommitFacts], landing: Landing? = nil
    ) -> [ReviewFacts] {
        let merge = commits.first { $0.revision == head && $0.changedPaths.isEmpty && $0.parents.count == 2 }
        var same = Set([merge?.parents[1]].compactMap(\.self))
        if let landing, landing.objection == nil { same.insert(landing.reviewed) }
        return reviews.map { review in
            guard same.contains(review.head) else { return review }
            return ReviewFacts(account: review.account, head: head, approves: review.approves)
        }
    }

    public init(account: String, head: RevisionID, approves: Bool) {
        self.account = account
        self.head = head
        self.approves = approves
    }
}

/// How a request's head came onto the branch as another commit: a forge squashed or rebased it.
public struct Landing: Codable, Hashable, Sendable {
    /// The request's number.
    public var request: Int
    /// Its head, which is what people reviewed.
    public var reviewed: RevisionID
    /// The request's own commits, which are not on the branch: who wrote them cannot approve them.
    public var commits: [CommitFacts]
    /// Why what landed is not what was reviewed; nil where the trees show that it is.
    public var objection: String?

    public init(request: Int, reviewed: RevisionID, commits: [CommitFacts] = [], objection: String? = nil) {
        self.request = request
        self.reviewed = reviewed
        self.commits = commits.sorted { $0.revision < $1.revision }
        self.objection = objection
    }
}

/// A path a change touches, and the resources whose declaration differs there.
public struct ChangedItem: Codable, Hashable, Sendable {
    public var path: RepositoryPath
    /// Sorted; empty for files that are no manifests.
    public var resources: [ResourceID]

    public init(path: RepositoryPath, resources: [ResourceID] = []) {
        self.path = path
        self.resources = resources.sorted()
    }
}

/// A change as it is judged: what happens to the target when `head` follows `base`.
public struct ChangeUnit: Codable, Hashable, Sendable {
    public var target: String
    public var base: RevisionID
    public var head: RevisionID
    public var tree: ContentID
    /// Every commit reachable from `head` and not from `base`, in order of id.
    public var commits: [CommitFacts]
    /// Sorted by path: what differs between base and head, and what any of the commits touched.
    public var items: [ChangedItem]
    /// Manifests that differ from the base, as an approval names them.
    public var manifests: [RepositoryPath: String]
    /// Endpoints whose pin differs, sorted by endpoint.
    public var moves: [PinMove]
    public var approvals: [Approval]
    public var reviews: [ReviewFacts]
    /// How the head came onto the branch, where a forge put it there in place of what was reviewed.
    public var landing: Landing?
    /// What the operator's engines said, by name; one that is missing here has not allowed anything.
    public var engines: [String: EngineVerdict]

    public init(
        target: String, base: RevisionID, head: RevisionID, tree: ContentID, commits: [CommitFacts],
        items: [ChangedItem], manifests: [RepositoryPath: String] = [:], moves: [PinMove] = [],
        approvals: [Approval] = [], reviews: [ReviewFacts] = [], landing: Landing? = nil,
        engines: [String: EngineVerdict] = [:]
    ) {
        self.target = target
        self.base = base
        self.head = head
        self.tree = tree
        self.commits = commits.sorted { $0.revision < $1.revision }
        self.items = items.sorted { $0.path < $1.path }
        self.manifests = manifests
        self.moves = moves.sorted { $0.endpoint < $1.endpoint }
        self.approvals = approvals
        self.reviews = reviews
        self.landing = landing
        self.engines = engines
    }
}

/// An endpoint whose pin a change moves.
public struct PinMove: Codable, Hashable, Sendable {
    public var endpoint: ResourceName
    public var model: ResourceName
    public var from: Endpoint.Pin?
    public var to: Endpoint.Pin?

    public init(endpoint: ResourceName, model: ResourceName, from: Endpoint.Pin?, to: Endpoint.Pin?) {
        self.endpoint = endpoint
        self.model = model
        self.from = from
        self.to = to
    }
}

/// What a policy engine of the operator's said.
public struct EngineVerdict: Codable, Hashable, Sendable {
    public var allowed: Bool
    public var reasons: [String]

    public init(allowed: Bool, reasons: [String] = []) {
        self.allowed = allowed
        self.reasons = reasons
    }
}

/// The judgement of the policies on one change.
public struct PolicyDecision: Codable, Hashable, Sendable {
    public enum Verdict: String, Codable, Hashable, Sendable {
        case allowed
        /// Time, an approval or evidence will do.
        case waiting
        /// Only other commits will do.
        case refused
    }

    public var verdict: Verdict
    /// Sorted by policy and rule: every rule that applies.
    public var rules: [RuleOutcome]
    /// Lacks that belong to no rule, such as a path no rule names.
    public var general: [Lack]
    /// When time alone makes it allowed, if it does.
    public var until: Timestamp?
    /// The emergency somebody declared, when it is what allows the change.
    public var breakGlass: BreakGlass?
    /// Whose approvals counted for some rule; sorted.
    public var approvers: [Person]

    public init(
        verdict: Verdict, rules: [RuleOutcome], general: [Lack] = [], until: Timestamp? = nil,
        breakGlass: BreakGlass? = nil, approvers: [Person] = []
    ) {
        self.approvers = approvers.sorted()
        self.verdict = verdict
        self.rules = rules
        self.general = general
        self.until = until
        self.breakGlass = breakGlass
    }

    /// Everything that is missing, in order.
    public var lacks: [Lack] { general + rules.flatMap(\.missing) }

    /// One rule over one change.
    public struct RuleOutcome: Codable, Hashable, Sendable {
        public var policy: ResourceName
        public var rule: String
        /// The paths it applies to, sorted; at most 20, `pathCount` is all.
        public var paths: [RepositoryPath]
        public var pathCount: Int
        /// Sentences: `alice@example.com approved`.
        public var met: [String]
        public var missing: [Lack]

        public init(
            policy: ResourceName, rule: String, paths: [RepositoryPath], pathCount: Int, met: [String], missing: [Lack]
        ) {
            self.policy = policy
            self.rule = rule
            self.paths = paths
            self.pathCount = pathCount
            self.met = met
            self.missing = missing
        }
    }

    /// One thing that is missing, for machines and people.
    public struct Lack: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            case signature, author, approval, evidence, window, engine, rule
        }

        public var kind: Kind
        /// One sentence that says what is missing, on what, and what to do.
        public var message: String
        /// When time alone ends it.
        public var until: Timestamp?

        public init(_ kind: Kind, _ message: String, until: Timestamp? = nil) {
            self.kind = kind
            self.message = message
            self.until = until
        }
    }
}

/// An emergency: somebody entitled went past what the rules demand. It shows in every report until it expires or the
/// change is approved after all.
public struct BreakGlass: Codable, Hashable, Sendable {
    public var person: Person
    public var reason: String
    public var revision: RevisionID
    public var until: Timestamp

    public init(person: Person, reason: String, revision: RevisionID, until: Timestamp) {
        self.person = person
        self.reason = reason
        self.revision = revision
        self.until = until
    }
}

/// A change and what the policies said of it, short enough for the ledger; `evidence` is the blob of the whole
/// ``PolicyReview``.
public struct JudgedChange: Codable, Hashable, Sendable {
    public var base: RevisionID
    public var head: RevisionID
    public var verdict: PolicyDecision.Verdict
    /// The first twenty sentences of what is missing.
    public var missing: [String]
    public var missingCount: Int
    /// Who authored, by key; sorted.
    public var authors: [Person]
    /// Whose approvals counted; sorted.
    public var approvers: [Person]
    public var until: Timestamp?
    public var breakGlass: BreakGlass?
    public var evidence: Digest?

    public init(
        base: RevisionID, head: RevisionID, verdict: PolicyDecision.Verdict, missing: [String] = [],
        missingCount: Int = 0, authors: [Person] = [], approvers: [Person] = [], until: Timestamp? = nil,
        breakGlass: BreakGlass? = nil, evidence: Digest? = nil
    ) {
        self.base = base
        self.head = head
        self.verdict = verdict
        self.missing = missing
        self.missingCount = missingCount
        self.authors = authors.sorted()
        self.approvers = approvers.sorted()
        self.until = until
        self.breakGlass = breakGlass
        self.evidence = evidence
    }
}

/// Everything a judgement was made from and what it was: enough to make it again.
public struct PolicyReview: Codable, Hashable, Sendable {
    public var unit: ChangeUnit
    /// The policies in force at the base, by name.
    public var policies: [ResourceName: Policy]
    public var decision: PolicyDecision
    public var at: Timestamp
    /// What walls the controller that judged puts around replicas, in the words of ``SandboxRecord/kind``; nil where
    /// the judge was not told, as in reviews from before it was asked.
    public var sandbox: String?

    public init(
        unit: ChangeUnit, policies: [ResourceName: Policy], decision: PolicyDecision, at: Timestamp,
        sandbox: String? = nil
    ) {
        self.sandbox = sandbox
        self.unit = unit
        self.policies = policies
        self.decision = decision
        self.at = at
    }
}
