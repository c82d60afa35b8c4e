// What GitLab's REST interface sends and takes, as far as Writ reads it (docs.gitlab.com/api, v4).
import Foundation
import WritBackends
import WritVocabulary

struct GitLabUser: Decodable, Sendable {
    var username: String
}

struct GitLabProject: Decodable, Sendable {
    struct Access: Decodable, Sendable {
        var access_level: Int
    }

    /// Of the token's account: its own, and its groups'.
    struct Permissions: Decodable, Sendable {
        var project_access: Access?
        var group_access: Access?
    }

    /// A developer's level: the least that may push and set commit statuses.
    static let developer = 30

    var permissions: Permissions?

    var mayWrite: Bool? {
        permissions.map { max($0.project_access?.access_level ?? 0, $0.group_access?.access_level ?? 0) }
            .map { $0 >= Self.developer }
    }
}

struct GitLabMergeRequest: ForgeItem {
    var id: Int64
    /// The number people see; `id` counts over all projects.
    var iid: Int
    /// `opened`, `closed`, `locked` (being merged) or `merged`.
    var state: String
    var title: String
    var description: String?
    var web_url: String
    var author: GitLabUser?
    var source_branch: String
    var target_branch: String
    /// nil when the fork is gone.
    var source_project_id: Int64?
    var target_project_id: Int64
    /// The head; nil until GitLab has computed it.
    var sha: String?
    /// Both where a squash was merged, neither where the head itself landed.
    var merge_commit_sha: String?
    var squash_commit_sha: String?

    /// A fork's branch is named `project-id:branch`: a branch of the same name elsewhere is not the same.
    var source: String {
        if source_project_id == target_project_id { return source_branch }
        return "\(source_project_id.map(String.init) ?? "gone"):\(source_branch)"
    }

    func request(_ answer: (String) -> BackendFailure) throws -> PullRequest {
        guard let revision = sha.flatMap({ RevisionID($0) }) else {
            throw answer("has no head for merge request \(iid) yet; Writ asks again")
        }
        let phase: PullRequest.Phase =
            switch state {
            case "merged": .merged
            case "opened", "locked": .open
            case _: .closed
            }
        return PullRequest(
            number: iid, phase: phase, source: source, target: target_branch, head: revision, title: title,
            url: web_url, account: author?.username ?? "ghost",
            landed: phase == .merged ? (merge_commit_sha ?? squash_commit_sha ?? sha).flatMap { RevisionID($0) } : nil)
    }
}

struct GitLabNote: ForgeItem {
    var id: Int64
    var body: String?
    var author: GitLabUser?
    /// Written by GitLab itself about what somebody did.
    var system: Bool
}

struct GitLabStatus: ForgeItem {
    var id: Int64
    /// `pending`, `running`, `success`, `failed` or `canceled`.
    var status: String
    var name: String
    var description: String?
    var target_url: String?
}

/// A head the merge request had, and since when.
struct GitLabVersion: ForgeItem {
    var id: Int64
    var head_commit_sha: String?
    var created_at: String
}

struct GitLabApprovals: Decodable, Sendable {
    struct Approval: Decodable, Sendable {
        var user: GitLabUser
        /// Older servers leave it out.
        var approved_at: String?
    }

    var approved_by: [Approval]

    /// GitLab does not say which head was approved, and by default an approval outlives a push. An approval is taken to
    /// be of the head there was at its moment; one without a moment counts only where there was never another head.
    func reviews(_ versions: [GitLabVersion], _ answer: (String) -> BackendFailure) throws -> [ReviewFacts] {
        let dated = try versions.map { version in
            guard let since = GitLabTime.parse(version.created_at) else {
                throw answer("sent `created_at` of a version as no date")
            }
            return (since: since, head: RevisionID.reviewed(version.head_commit_sha))
        }.sorted { $0.since < $1.since }
        return try approved_by.compactMap { approval in
            var head: RevisionID?
            if let text = approval.approved_at {
                guard let moment = GitLabTime.parse(text) else { throw answer("sent `approved_at` as no date") }
                head = dated.last { $0.since <= moment }?.head
            } else if Set(dated.map(\.head)).count == 1 {
                head = dated[0].head
            }
            return head.map { ReviewFacts(account: approval.user.username, head: $0, approves: true) }
        }.sorted { $0.account < $1.account }
    }
}

/// ISO 8601 as GitLab writes it: with or without fractions, in the server's time zone.
enum GitLabTime {
    static func parse(_ text: String) -> Date? {
        let whole = Date.ISO8601FormatStyle()
        return
            (try? whole.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon)
            .parse(text))
            ?? (try? whole.year().month().day().time(includingFractionalSeconds: false).timeZone(separator: .colon)
                .parse(text))
    }
}

struct GitLabDraft: Encodable {
    var title: String
    var description: String
    var source_branch: String
    var target_branch: String
}

struct GitLabChange: Encodable {
    var title: String?
    var description: String?
    var state_event: String?
}

struct GitLabNoteText: Encodable {
    var body: String
}

struct GitLabStatusText: Encodable {
    var state: String
    var name: String
    var description: String
    var target_url: String?
}
