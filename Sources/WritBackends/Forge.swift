// Port: the forge pull requests are reviewed on.
import WritVocabulary

/// A forge's pull requests, comments, commit statuses and reviews for one repository.
///
/// Every call may be repeated: opening a request that is open returns it, one comment and one status is updated in
/// place. A failure says when to try again; a rate limit is `stalled` or `transient` with the forge's own words.
public protocol Forge: Sendable {
    /// Open requests into the branch, by number, all pages of them; refuses more than `limit`.
    func openRequests(into target: String, limit: Int) async throws -> [PullRequest]

    /// nil when there is no such request.
    func request(_ number: Int) async throws -> PullRequest?

    /// Merged requests the forge says a commit of a branch came from, by number; none where it knows of none or is too
    /// old to say.
    func requests(landedWith revision: RevisionID) async throws -> [PullRequest]

    /// Opens a request, or returns the open one from the same branch with title and text brought up to date.
    func open(_ draft: PullRequestDraft) async throws -> PullRequest

    /// Closes without merging. One that is closed or merged is no error.
    func close(_ number: Int) async throws

    /// Keeps one comment that contains `marker`: makes it, or replaces the text of the one Writ made before. `text`
    /// contains the marker.
    func comment(_ text: String, marker: String, on number: Int) async throws

    /// Sets Writ's status of a commit under the context.
    func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws

    /// All reviews that stand: the latest of each account, dismissed ones left out.
    func reviews(of number: Int) async throws -> [ReviewFacts]

    /// The reference under which the repository offers a request's head: `refs/pull/7/head`.
    func headReference(of number: Int) -> String

    /// The largest text a request or comment takes, in characters.
    var textMaximum: Int { get }
}

public struct PullRequest: Codable, Hashable, Sendable {
    public enum Phase: String, Codable, Hashable, Sendable { case open, merged, closed }

    public var number: Int
    public var phase: Phase
    public var source: String
    public var target: String
    public var head: RevisionID
    public var title: String
    public var url: String
    /// The account that opened it.
    public var account: String
    /// The last commit its merge put on the target, as the forge says; nil while it is not merged.
    public var landed: RevisionID?

    public init(
        number: Int, phase: Phase, source: String, target: String, head: RevisionID, title: String, url: String,
        account: String, landed: RevisionID? = nil
    ) {
        self.number = number
        self.phase = phase
        self.source = source
        self.target = target
        self.head = head
        self.title = title
        self.url = url
        self.account = account
        self.landed = landed
    }
}

public struct PullRequestDraft: Codable, Hashable, Sendable {
    public var source: String
    public var target: String
    public var title: String
    /// Markdown.
    public var text: String

    public init(source: String, target: String, title: String, text: String) {
        self.source = source
        self.target = target
        self.title = title
        self.text = text
    }
}

public struct CommitStatus: Codable, Hashable, Sendable {
    public enum Outcome: String, Codable, Hashable, Sendable { case pending, success, failure }

    public var outcome: Outcome
    /// `writ/plan`.
    public var context: String
    /// At most 140 characters; longer ones are cut.
    public var text: String
    public var url: String?

    public init(outcome: Outcome, context: String, text: String, url: String? = nil) {
        self.outcome = outcome
        self.context = context
        self.text = text
        self.url = url
    }
}
