// Gitea and Forgejo over REST.
import NIOHTTP1
import WritBackends
import WritVocabulary

public struct GiteaForge: ForgeDriver {
    /// Gitea documents no limit of its own; this is what its smallest text column takes.
    public let textMaximum = 65_535

    private let connection: ForgeConnection
    private let root: String
    private let account: ForgeAccount
    /// 50 is the most a server gives by default.
    private let pages = ForgePages(sizeName: "limit", size: 50)

    public init(
        _ configuration: ForgeConfiguration, token: @escaping @Sendable () throws -> String,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        let parts = try ForgeAddress.repository(configuration, parts: 2...2)
        connection = try ForgeConnection(
            configuration, suffix: "/api/v1", headers: ["accept": "application/json"],
            token: ForgeToken(token) { ("authorization", "token \($0)") }, now: now)
        root = "/repos/\(parts[0])/\(parts[1])"
        account = ForgeAccount(configuration.account)
    }

    public func shutdown() async throws { try await connection.shutdown() }

    public func headReference(of number: Int) -> String { "refs/pull/\(number)/head" }

    public func openRequests(into target: String, limit: Int) async throws -> [PullRequest] {
        let what = "the open pull requests into \(target)"
        return try await openPulls(what: what, limit: limit).filter { $0.base.label == target }
            .map { try $0.request(connection.complaint(what)) }
            .sorted { $0.number < $1.number }
    }

    /// Servers before 1.23 know no filter by branch, so all open ones are read.
    private func openPulls(
        what: String, limit: Int = ForgeLimits.items, until last: (GiteaPull) -> Bool = { _ in false }
    ) async throws -> [GiteaPull] {
        var counted = pages
        counted.countsAll = true
        return try await connection.list(
            ForgeRequest(.GET, "\(root)/pulls", query: [("state", "open"), ("sort", "oldest")], what: what),
            of: GiteaPull.self, pages: counted, limit: limit, until: last)
    }

    public func request(_ number: Int) async throws -> PullRequest? {
        let what = "pull request \(number)"
        let answer = try await connection.ask(ForgeRequest(.GET, "\(root)/pulls/\(number)", what: what))
        if answer.code == 404 {
            // A token that may not see the repository gets the same answer.
            try await connection.send(ForgeRequest(.GET, root, what: "the repository"))
            return nil
        }
        guard answer.isSuccess else { throw connection.failure(answer) }
        return try answer.value(GiteaPull.self).request(answer.malformed)
    }

    /// Gitea knows the last commit of a merge alone, since 1.21.
    public func requests(landedWith revision: RevisionID) async throws -> [PullRequest] {
        let what = "the pull request \(revision.short) came from"
        let answer = try await connection.ask(ForgeRequest(.GET, "\(root)/commits/\(revision)/pull", what: what))
        if answer.code == 404 { return [] }
        guard answer.isSuccess else { throw connection.failure(answer) }
        let pull = try answer.value(GiteaPull.self)
        return pull.merged ? [try pull.request(answer.malformed)] : []
    }

    public func open(_ draft: PullRequestDraft) async throws -> PullRequest {
        let what = "opening a pull request from \(draft.source) into \(draft.target)"
        try checkLength(draft.text, what: what)
        if let known = try await find(draft) { return try await update(known, to: draft) }
        let body = GiteaPullDraft(
            title: ForgeText.line(draft.title, to: ForgeLimits.titleCharacters), body: draft.text, head: draft.source,
            base: draft.target)
        let answer = try await connection.ask(ForgeRequest(.POST, "\(root)/pulls", body: body, what: what))
        if answer.code == 409, let known = try await find(draft) { return try await update(known, to: draft) }
        guard answer.isSuccess else { throw connection.failure(answer) }
        return try answer.value(GiteaPull.self).request(answer.malformed)
    }

    private func find(_ draft: PullRequestDraft) async throws -> GiteaPull? {
        let isIt = { (pull: GiteaPull) in pull.source == draft.source && pull.base.label == draft.target }
        return try await openPulls(
            what: "the open pull request from \(draft.source) into \(draft.target)", until: isIt
        ).last(where: isIt)
    }

    private func update(_ known: GiteaPull, to draft: PullRequestDraft) async throws -> PullRequest {
        let title = ForgeText.line(draft.title, to: ForgeLimits.titleCharacters)
        let what = "bringing pull request \(known.number) up to date"
        guard known.title != title || known.body ?? "" != draft.text else {
            return try known.request(connection.complaint(what))
        }
        let change = GiteaPullChange(title: title, body: draft.text)
        let answer = try await connection.send(
            ForgeRequest(.PATCH, "\(root)/pulls/\(known.number)", body: change, what: what))
        return try answer.value(GiteaPull.self).request(answer.malformed)
    }

    public func close(_ number: Int) async throws {
        let what = "closing pull request \(number)"
        guard let known = try await request(number) else { throw connection.missing(what) }
        guard known.phase == .open else { return }
        let answer = try await connection.ask(
            ForgeRequest(.PATCH, "\(root)/pulls/\(number)", body: GiteaPullChange(state: "closed"), what: what))
        // 412: merged in between.
        guard answer.isSuccess || answer.code == 412 else { throw connection.failure(answer) }
    }

    public func comment(_ text: String, marker: String, on number: Int) async throws {
        let what = "Writ's comment on pull request \(number)"
        try checkLength(text, what: what)
        let me = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        let path = "\(root)/issues/\(number)/comments"
        let mine = try await connection.list(
            ForgeRequest(.GET, path, what: what), of: GiteaComment.self, pages: pages
        ).filter { $0.user?.login.lowercased() == me && $0.body?.contains(marker) == true }
        // An answer that was lost may have led to a second one.
        for extra in mine.dropFirst() {
            let answer = try await connection.ask(
                ForgeRequest(.DELETE, "\(root)/issues/comments/\(extra.id)", what: what))
            guard answer.isSuccess || answer.code == 404 else { throw connection.failure(answer) }
        }
        if let first = mine.first {
            if first.body == text { return }
            let answer = try await connection.ask(
                ForgeRequest(
                    .PATCH, "\(root)/issues/comments/\(first.id)", body: GiteaCommentText(body: text), what: what))
            if answer.isSuccess { return }
            // One that was deleted in between is made anew.
            guard answer.code == 404 else { throw connection.failure(answer) }
        }
        try await connection.send(ForgeRequest(.POST, path, body: GiteaCommentText(body: text), what: what))
    }

    public func access() async throws -> ForgeAccess {
        let repository = try await connection.send(ForgeRequest(.GET, root, what: "the repository"))
            .value(GiteaRepository.self)
        let name = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        return ForgeAccess(account: name, mayWrite: repository.permissions?.push)
    }

    private func whoAmI() async throws -> String {
        try await connection.send(ForgeRequest(.GET, "/user", what: "the token's account; `account` may name it"))
            .value(GiteaUser.self).login
    }

    /// Gitea keeps every status ever set and shows the newest of a context: what is already said is not said again.
    public func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws {
        let what = "the status \(status.context) of \(revision.short)"
        let wanted = GiteaStatusText(
            state: status.outcome.rawValue, context: status.context,
            description: ForgeText.line(status.text, to: ForgeLimits.statusCharacters), target_url: status.url ?? "")
        let path = "\(root)/statuses/\(revision)"
        let newest = try await connection.list(
            ForgeRequest(.GET, path, query: [("sort", "highestindex")], what: what), of: GiteaStatus.self, pages: pages,
            until: { $0.context == wanted.context }
        ).last
        if let newest, newest.context == wanted.context, newest.status == wanted.state,
            newest.description ?? "" == wanted.description, newest.target_url ?? "" == wanted.target_url
        {
            return
        }
        try await connection.send(ForgeRequest(.POST, path, body: wanted, what: what))
    }

    public func reviews(of number: Int) async throws -> [ReviewFacts] {
        let what = "the reviews of pull request \(number)"
        let found = try await connection.list(
            ForgeRequest(.GET, "\(root)/pulls/\(number)/reviews", what: what), of: GiteaReview.self, pages: pages)
        return ReviewFacts.standing(found.compactMap(\.listed))
    }
}
