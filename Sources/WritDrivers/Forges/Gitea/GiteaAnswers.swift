// What the REST interface of Gitea and Forgejo sends and takes, as far as Writ reads it (modules/structs of Gitea 1.26,
// /api/v1 of both).
import WritBackends
import WritVocabulary

struct GiteaUser: Decodable, Sendable {
    var login: String
}

struct GiteaRepository: Decodable, Sendable {
    struct Permissions: Decodable, Sendable {
        var push: Bool
    }

    /// Of the token's account.
    var permissions: Permissions?
}

struct GiteaPull: ForgeItem {
    struct Branch: Decodable, Sendable {
        struct Repository: Decodable, Sendable {
            var full_name: String
        }

        /// The branch, or `refs/pull/7/head` once the branch is gone; `label` is the branch in both cases.
        var label: String
        var sha: String
        /// -1 when the fork is gone.
        var repo_id: Int64
        var repo: Repository?
    }

    var id: Int64
    var number: Int
    var state: String
    var merged: Bool
    var merge_commit_sha: String?
    var title: String
    var body: String?
    var html_url: String
    var user: GiteaUser?
    var head: Branch
    var base: Branch

    /// A fork's branch is named `owner/name:branch`: a branch of the same name elsewhere is not the same.
    var source: String {
        head.repo_id == base.repo_id ? head.label : "\(head.repo?.full_name ?? "gone"):\(head.label)"
    }

    func request(_ answer: (String) -> BackendFailure) throws -> PullRequest {
        guard let revision = RevisionID(head.sha) else { throw answer("sent a request whose head is no commit id") }
        let phase: PullRequest.Phase = merged ? .merged : state == "open" ? .open : .closed
        return PullRequest(
            number: number, phase: phase, source: source, target: base.label, head: revision, title: title,
            url: html_url, account: user?.login ?? "Ghost",
            landed: phase == .merged ? merge_commit_sha.flatMap { RevisionID($0) } : nil)
    }
}

struct GiteaComment: ForgeItem {
    var id: Int64
    var body: String?
    var user: GiteaUser?
}

struct GiteaStatus: ForgeItem {
    var id: Int64
    /// Gitea takes it as `state` and sends it as `status`.
    var status: String
    var context: String
    var description: String?
    var target_url: String?
}

struct GiteaReview: ForgeItem {
    var id: Int64
    /// nil for a request to a team.
    var user: GiteaUser?
    var state: String
    var commit_id: String?
    var dismissed: Bool?

    /// Comments, drafts and requests for a review say nothing either way.
    var listed: ReviewFacts.Listed? {
        let approves: Bool
        switch state.uppercased() {
        case "APPROVED": approves = true
        case "REQUEST_CHANGES": approves = false
        case _: return nil
        }
        guard let user, let head = RevisionID.reviewed(commit_id) else { return nil }
        return ReviewFacts.Listed(
            order: id, account: user.login, head: head, approves: dismissed == true ? nil : approves)
    }
}

struct GiteaPullDraft: Encodable {
    var title: String
    var body: String
    var head: String
    var base: String
}

struct GiteaPullChange: Encodable {
    var title: String?
    var body: String?
    var state: String?
}

struct GiteaCommentText: Encodable {
    var body: String
}

struct GiteaStatusText: Encodable {
    var state: String
    var context: String
    var description: String
    var target_url: String
}
