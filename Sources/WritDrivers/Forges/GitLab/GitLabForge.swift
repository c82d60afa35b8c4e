// GitLab over REST: merge requests by their number in the project.
import NIOHTTP1
import WritBackends
import WritVocabulary

public struct GitLabForge: ForgeDriver {
    /// The characters GitLab takes.
    public let textMaximum = 1_000_000

    private let connection: ForgeConnection
    private let root: String
    private let account: ForgeAccount
    /// Few, because each entry may hold a million characters.
    private let pages = ForgePages(sizeName: "per_page", size: 20)

    public init(
        _ configuration: ForgeConfiguration, token: @escaping @Sendable () throws -> String,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        let parts = try ForgeAddress.repository(configuration, parts: 2...21)
        // Takes personal, project, group and OAuth tokens alike.
        let token = ForgeToken(token) { ("authorization", "Bearer \($0)") }
        connection = try ForgeConnection(
            configuration, suffix: "/api/v4", headers: ["accept": "application/json"], token: token, now: now)
        root = "/projects/\(parts.joined(separator: "%2F"))"
        account = ForgeAccount(configuration.account)
    }

    public func shutdown() async throws { try await connection.shutdown() }

    public func headReference(of number: Int) -> String { "refs/merge-requests/\(number)/head" }

    public func openRequests(into target: String, limit: Int) async throws -> [PullRequest] {
        let what = "the open merge requests into \(target)"
        return try await openRequests(what, [("target_branch", target)], limit: limit)
            .filter { $0.target_branch == target && ($0.sha != nil || $0.source == $0.source_branch) }
            .map { try $0.request(connection.complaint(what)) }
            .sorted { $0.number < $1.number }
    }

    private func openRequests(
        _ what: String, _ filter: [(String, String)], limit: Int = ForgeLimits.items,
        until last: (GitLabMergeRequest) -> Bool = { _ in false }
    ) async throws -> [GitLabMergeRequest] {
        var counted = pages
        counted.countsAll = true
        // Without a scope GitLab may list only what the token's own account made.
        let query = [("state", "opened"), ("scope", "all"), ("order_by", "created_at"), ("sort", "asc")] + filter
        return try await connection.list(
            ForgeRequest(.GET, "\(root)/merge_requests", query: query, what: what), of: GitLabMergeRequest.self,
            pages: counted, limit: limit, until: last)
    }

    public func request(_ number: Int) async throws -> PullRequest? {
        let what = "merge request \(number)"
        let answer = try await connection.ask(ForgeRequest(.GET, "\(root)/merge_requests/\(number)", what: what))
        if answer.code == 404 {
            // A token that may not see the project gets the same answer.
            try await connection.send(ForgeRequest(.GET, root, what: "the project"))
            return nil
        }
        guard answer.isSuccess else { throw connection.failure(answer) }
        return try answer.value(GitLabMergeRequest.self).request(answer.malformed)
    }

    public func requests(landedWith revision: RevisionID) async throws -> [PullRequest] {
        let what = "the merge requests \(revision.short) came from"
        let found = try await connection.listIfKnown(
            ForgeRequest(.GET, "\(root)/repository/commits/\(revision)/merge_requests", what: what),
            of: GitLabMergeRequest.self, pages: pages)
        return try found.filter { $0.state == "merged" }.map { try $0.request(connection.complaint(what)) }
            .sorted { $0.number < $1.number }
    }

    public func open(_ draft: PullRequestDraft) async throws -> PullRequest {
        let what = "opening a merge request from \(draft.source) into \(draft.target)"
        try checkLength(draft.text, what: what)
        if let known = try await find(draft) { return try await update(known, to: draft) }
        let body = GitLabDraft(
            title: ForgeText.line(draft.title, to: ForgeLimits.titleCharacters), description: draft.text,
            source_branch: draft.source, target_branch: draft.target)
        let answer = try await connection.ask(ForgeRequest(.POST, "\(root)/merge_requests", body: body, what: what))
        if answer.code == 409, let known = try await find(draft) { return try await update(known, to: draft) }
        guard answer.isSuccess else { throw connection.failure(answer) }
        let made = try answer.value(GitLabMergeRequest.self)
        // GitLab computes the head after it answers.
        if made.sha == nil, let known = try await request(made.iid) { return known }
        return try made.request(answer.malformed)
    }

    private func find(_ draft: PullRequestDraft) async throws -> GitLabMergeRequest? {
        let isIt = { (request: GitLabMergeRequest) in
            request.source == draft.source && request.target_branch == draft.target
        }
        return try await openRequests(
            "the open merge request from \(draft.source) into \(draft.target)",
            [("source_branch", draft.source), ("target_branch", draft.target)], until: isIt
        ).last(where: isIt)
    }

    private func update(_ known: GitLabMergeRequest, to draft: PullRequestDraft) async throws -> PullRequest {
        let title = ForgeText.line(draft.title, to: ForgeLimits.titleCharacters)
        let what = "bringing merge request \(known.iid) up to date"
        guard known.title != title || known.description ?? "" != draft.text else {
            return try known.request(connection.complaint(what))
        }
        let change = GitLabChange(title: title, description: draft.text)
        let answer = try await connection.send(
            ForgeRequest(.PUT, "\(root)/merge_requests/\(known.iid)", body: change, what: what))
        return try answer.value(GitLabMergeRequest.self).request(answer.malformed)
    }

    public func close(_ number: Int) async throws {
        let what = "closing merge request \(number)"
        guard let known = try await request(number) else { throw connection.missing(what) }
        guard known.phase == .open else { return }
        try await connection.send(
            ForgeRequest(
                .PUT, "\(root)/merge_requests/\(number)", body: GitLabChange(state_event: "close"), what: what))
    }

    public func comment(_ text: String, marker: String, on number: Int) async throws {
        let what = "Writ's note on merge request \(number)"
        try checkLength(text, what: what)
        let me = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        let path = "\(root)/merge_requests/\(number)/notes"
        let mine = try await connection.list(
            ForgeRequest(.GET, path, query: [("order_by", "created_at"), ("sort", "asc")], what: what),
            of: GitLabNote.self, pages: pages
        ).filter { !$0.system && $0.author?.username.lowercased() == me && $0.body?.contains(marker) == true }
        // An answer that was lost may have led to a second one.
        for extra in mine.dropFirst() {
            let answer = try await connection.ask(ForgeRequest(.DELETE, "\(path)/\(extra.id)", what: what))
            guard answer.isSuccess || answer.code == 404 else { throw connection.failure(answer) }
        }
        if let first = mine.first {
            if first.body == text { return }
            let answer = try await connection.ask(
                ForgeRequest(.PUT, "\(path)/\(first.id)", body: GitLabNoteText(body: text), what: what))
            if answer.isSuccess { return }
            // One that was deleted in between is made anew.
            guard answer.code == 404 else { throw connection.failure(answer) }
        }
        try await connection.send(ForgeRequest(.POST, path, body: GitLabNoteText(body: text), what: what))
    }

    public func access() async throws -> ForgeAccess {
        let project = try await connection.send(ForgeRequest(.GET, root, what: "the project"))
            .value(GitLabProject.self)
        let name = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        return ForgeAccess(account: name, mayWrite: project.mayWrite)
    }

    private func whoAmI() async throws -> String {
        try await connection.send(ForgeRequest(.GET, "/user", what: "the token's account; `account` may name it"))
            .value(GitLabUser.self).username
    }

    public func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws {
        let what = "the status \(status.context) of \(revision.short)"
        let wanted = GitLabStatusText(
            state: status.outcome == .failure ? "failed" : status.outcome.rawValue, name: status.context,
            description: ForgeText.line(status.text, to: ForgeLimits.statusCharacters), target_url: status.url)
        let newest = try await current(status.context, of: revision, what: what)
        if let newest, newest.status == wanted.state, newest.description ?? "" == wanted.description,
            newest.target_url ?? "" == wanted.target_url ?? ""
        {
            return
        }
        let answer = try await connection.ask(
            ForgeRequest(.POST, "\(root)/statuses/\(revision)", body: wanted, what: what))
        if answer.isSuccess { return }
        // GitLab refuses to go from a condition to itself, even with another text.
        guard answer.code == 400, answer.words.contains("Cannot transition status") else {
            throw connection.failure(answer)
        }
        guard try await current(status.context, of: revision, what: what)?.status == wanted.state else {
            throw BackendFailure(
                code: "forge-conflict",
                message: "\(connection.address.host) does not take \(what) as it is now; Writ looks again",
                retry: .transient)
        }
    }

    /// The newest of the name; GitLab lists only the newest ones unless asked for all.
    private func current(_ name: String, of revision: RevisionID, what: String) async throws -> GitLabStatus? {
        try await connection.list(
            ForgeRequest(
                .GET, "\(root)/repository/commits/\(revision)/statuses", query: [("name", name)], what: what),
            of: GitLabStatus.self, pages: pages
        ).filter { $0.name == name }.max { $0.id < $1.id }
    }

    public func reviews(of number: Int) async throws -> [ReviewFacts] {
        let what = "the approvals of merge request \(number)"
        let path = "\(root)/merge_requests/\(number)"
        // Approvals first: a head that comes in between is newer than all of them.
        let answer = try await connection.send(ForgeRequest(.GET, "\(path)/approvals", what: what))
        let approvals = try answer.value(GitLabApprovals.self)
        if approvals.approved_by.isEmpty { return [] }
        let versions = try await connection.list(
            ForgeRequest(.GET, "\(path)/versions", what: what), of: GitLabVersion.self, pages: pages)
        return try approvals.reviews(versions, answer.malformed)
    }
}
