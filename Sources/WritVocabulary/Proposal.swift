// What Writ wants changed in Git: a promotion or the way back, as one commit that somebody may merge.

/// One proposal of one endpoint: `flights/promotion/8`, `flights/rollback/7`.
public struct ProposalID: TextIdentifier, Comparable, CustomStringConvertible {
    public let endpoint: ResourceName
    public let purpose: Purpose
    /// The version the endpoint would serve.
    public let version: Int

    public enum Purpose: String, Codable, Hashable, Sendable, CaseIterable { case promotion, rollback }

    public init(_ endpoint: ResourceName, _ purpose: Purpose, _ version: Int) {
        self.endpoint = endpoint
        self.purpose = purpose
        self.version = version
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let endpoint = ResourceName(parts[0]), let purpose = Purpose(rawValue: parts[1]),
            let version = Int(parts[2]), version > 0
        else { return nil }
        self.init(endpoint, purpose, version)
    }

    public var text: String { "\(endpoint)/\(purpose.rawValue)/\(version)" }
    public var description: String { text }
    /// Writ's own branch for it: `writ/promotion/flights-8`.
    public var branch: String { "writ/\(purpose.rawValue)/\(endpoint)-\(version)" }
    public static func < (a: ProposalID, b: ProposalID) -> Bool {
        (a.endpoint, a.purpose.rawValue, a.version) < (b.endpoint, b.purpose.rawValue, b.version)
    }
}

/// Make one commit that changes exactly the pin of one endpoint, and offer it. Doing it again changes nothing.
public struct ProposalOrder: Codable, Hashable, Sendable {
    public enum Delivery: String, Codable, Hashable, Sendable {
        /// A branch of its own, and a pull request where there is a forge.
        case branch
        /// A commit on the target branch itself.
        case commit
    }

    public var id: ProposalID
    public var delivery: Delivery
    public var path: RepositoryPath
    /// The manifest's blob at the base, which the controller fills in before the intent is recorded: the commit is made
    /// only while the branch still has this blob there.
    public var manifest: ContentID?
    public var from: Endpoint.Pin?
    /// Always with the digest.
    public var to: Endpoint.Pin
    /// The accepted revision this was planned from.
    public var base: RevisionID
    /// The commit's message; its first line is the pull request's title.
    public var message: String
    /// The blob of the pull request's text, Markdown; the controller fills it in before the intent is recorded.
    public var body: Digest?
    /// Open proposals this one takes the place of; they are told so and closed.
    public var supersedes: [ProposalID]

    public init(
        id: ProposalID, delivery: Delivery, path: RepositoryPath, manifest: ContentID? = nil, from: Endpoint.Pin?,
        to: Endpoint.Pin, base: RevisionID, message: String, body: Digest? = nil, supersedes: [ProposalID] = []
    ) {
        self.id = id
        self.delivery = delivery
        self.path = path
        self.manifest = manifest
        self.from = from
        self.to = to
        self.base = base
        self.message = message
        self.body = body
        self.supersedes = supersedes.sorted()
    }

    /// The first line of the message.
    public var title: String { String(message.prefix { $0 != "\n" }) }
}

/// What came of a proposal.
public struct ProposalOutcome: Codable, Hashable, Sendable {
    /// The commit Writ made, signed by its own key.
    public var commit: RevisionID
    /// The pull request's number; nil without a forge, and for a commit on the target itself.
    public var request: Int?
    public var url: String?

    public init(commit: RevisionID, request: Int? = nil, url: String? = nil) {
        self.commit = commit
        self.request = request
        self.url = url
    }
}

/// A deployment that was tried and taken back. It is not tried again until the endpoint asks for another one.
public struct Rejection: Codable, Hashable, Sendable {
    public var endpoint: ResourceName
    public var deployment: DeploymentID
    public var version: VersionID
    /// The revision that asked for it: bad for this endpoint.
    public var revision: RevisionID
    /// The version that serves in its place; nil when none did before.
    public var instead: VersionID?
    /// One sentence.
    public var reason: String

    public init(
        endpoint: ResourceName, deployment: DeploymentID, version: VersionID, revision: RevisionID, instead: VersionID?,
        reason: String
    ) {
        self.endpoint = endpoint
        self.deployment = deployment
        self.version = version
        self.revision = revision
        self.instead = instead
        self.reason = reason
    }
}

/// How a proposal came to its end.
public enum ProposalEnding: String, Codable, Hashable, Sendable, CaseIterable {
    /// The branch pins what was proposed.
    case merged
    /// Somebody closed it without merging; it is not opened again.
    case declined
    /// A newer one took its place, or its endpoint is gone.
    case superseded
}

/// What Writ said on a pull request: what an approver could have read there.
public struct RequestReview: Codable, Hashable, Sendable {
    public var number: Int
    public var base: RevisionID
    public var head: RevisionID
    /// The digest of the plan without the name of the observation, or of the refusal.
    public var plan: Digest?
    /// The commit status: `success`, `pending` or `failure`, and its sentence.
    public var outcome: String
    public var text: String

    public init(number: Int, base: RevisionID, head: RevisionID, plan: Digest?, outcome: String, text: String) {
        self.number = number
        self.base = base
        self.head = head
        self.plan = plan
        self.outcome = outcome
        self.text = text
    }
}
