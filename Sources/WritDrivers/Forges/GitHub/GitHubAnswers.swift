// What GitHub's REST interface sends and takes, as far as Writ reads it (docs.github.com/rest, version 2022-11-28).
import WritBackends
import WritVocabulary

struct GitHubUser: Decodable, Sendable {
    var login: String
}

struct GitHubRepository: Decodable, Sendable {
    struct Permissions: Decodable, Sendable {
        var push: Bool
    }

    /// Of the token's account.
    var permissions: Permissions?
}

struct GitHubPull: ForgeItem {
    struct Branch: Decodable, Sendable {
        struct Repository: Decodable, Sendable {
            var full_name: String
        }

        var ref: String
        var sha: String
        /// nil when the fork is gone.
        var repo: Repository?
    }

    var id: Int64
    var number: Int
    var state: String
    var merged_at: String?
    /// Of an open request it is a merge GitHub tried; of a merged one the last commit that landed.
    var merge_commit_sha: String?
    var title: String
    var body: String?
    var html_url: String
    var user: GitHubUser?
    var head: Branch
    var base: Branch

    /// A fork's branch is named `owner/name:branch`: a branch of the same name elsewhere is not the same.
    var source: String {
        guard let home = base.repo?.full_name, home.lowercased() != head.repo?.full_name.lowercased() else {
            return head.ref
        }
        return "\(head.repo?.full_name ?? "gone"):\(head.ref)"
    }

    func request(_ answer: (String) -> BackendFailure) throws -> PullRequest {
        guard let revision = RevisionID(head.sha) else { throw answer("sent a request whose head is no commit id") }
        let phase: PullRequest.Phase = merged_at != nil ? .merged : state == "open" ? .open : .closed
        return PullRequest(
            number: number, phase: phase, source: source, target: base.ref, head: revision, title: title,
            url: html_url, account: user?.login ?? "ghost",
            landed: phase == .merged ? merge_commit_sha.flatMap { RevisionID($0) } : nil)
    }
}

struct GitHubComment: ForgeItem {
    var id: Int64
    var body: String?
    var user: GitHubUser?
}

struct GitHubStatus: ForgeItem {
    var id: Int64
    var state: String
    var context: String
    var description: String?
    var target_url: String?
}

struct GitHubReview: ForgeItem {
    var id: Int64
    var user: GitHubUser?
    var state: String
    /// nil when the commit is gone.
    var commit_id: String?

    /// Comments and drafts say nothing either way.
    var listed: ReviewFacts.Listed? {
        let approves: Bool?
        switch state.uppercased() {
        case "APPROVED": approves = true
        case "CHANGES_REQUESTED": approves = false
        case "DISMISSED": approves = nil
        case _: return nil
        }
        guard let user, let head = RevisionID.reviewed(commit_id) else { return nil }
        return ReviewFacts.Listed(order: id, account: user.login, head: head, approves: approves)
    }
}

struct GitHubPullDraft: Encodable {
    var title: String
    var body: String
    var head: String
    var base: String
}

struct GitHubPullChange: Encodable {
    var title: String?
    var body: String?
    var state: String?
}

struct GitHubCommentText: Encodable {
    var body: String
}

struct GitHubStatusText: Encodable {
    var state: String
    var context: String
    var description: String
    var target_url: String?
}
