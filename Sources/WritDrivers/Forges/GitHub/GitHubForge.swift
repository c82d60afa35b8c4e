// GitHub and GitHub Enterprise Server over REST.
import NIOHTTP1
import WritBackends
import WritVocabulary

public struct GitHubForge: ForgeDriver {
    /// The characters GitHub takes.
    public let textMaximum = 65_536

    private let connection: ForgeConnection
    private let root: String
    private let owner: String
    private let account: ForgeAccount
    private let pages = ForgePages(sizeName: "per_page", size: 50)

    /// The address of an Enterprise Server is `https://HOST/api/v3`.
    public init(
        _ configuration: ForgeConfiguration, token: @escaping @Sendable () throws -> String,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        let parts = try ForgeAddress.repository(configuration, parts: 2...2)
        var configuration = configuration
        if ["https://github.com", "https://github.com/"].contains(configuration.baseURL.lowercased()) {
            configuration.baseURL = "https://api.github.com"
        }
        let headers: HTTPHeaders = ["accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"]
        connection = try ForgeConnection(
            configuration, suffix: "", headers: headers,
            token: ForgeToken(token) { ("authorization", "Bearer \($0)") }, now: now)
        owner = parts[0]
        root = "/repos/\(parts[0])/\(parts[1])"
        account = ForgeAccount(configuration.account)
    }

    public func shutdown() async throws { try await connection.shutdown() }

    public func headReference(of number: Int) -> String { "refs/pull/\(number)/head" }

    public func openRequests(into target: String, limit: Int) async throws -> [PullRequest] {
        let what = "the open pull requests into \(target)"
        let query = [("state", "open"), ("base", target), ("sort", "created"), ("direction", "asc")]
        let found = try await connection.list(
            ForgeRequest(.GET, "\(root)/pulls", query: query, what: what), of: GitHubPull.self, pages: pages,
            limit: limit)
        return try found.filter { $0.base.ref == target }.map { try $0.request(connection.complaint(what)) }
            .sorted { $0.number < $1.number }
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
        return try answer.value(GitHubPull.self).request(answer.malformed)
    }

    public func requests(landedWith revision: RevisionID) async throws -> [PullRequest] {
        let what = "the pull requests \(revision.short) came from"
        let found = try await connection.listIfKnown(
            ForgeRequest(.GET, "\(root)/commits/\(revision)/pulls", what: what), of: GitHubPull.self, pages: pages)
        return try found.filter { $0.merged_at != nil }.map { try $0.request(connection.complaint(what)) }
            .sorted { $0.number < $1.number }
    }

    public func open(_ draft: PullRequestDraft) async throws -> PullRequest {
        let what = "opening a pull request from \(draft.source) into \(draft.target)"
        try checkLength(draft.text, what: what)
        if let known = try await find(draft) { return try await update(known, to: draft) }
        let body = GitHubPullDraft(
            title: ForgeText.line(draft.title, to: ForgeLimits.titleCharacters), body: draft.text, head: draft.source,
            base: draft.target)
        let answer = try await connection.ask(ForgeRequest(.POST, "\(root)/pulls", body: body, what: what))
        if answer.code == 422, let known = try await find(draft) { return try await update(known, to: draft) }
        guard answer.isSuccess else { throw connection.failure(answer) }
        return try answer.value(GitHubPull.self).request(answer.malformed)
    }

    private func find(_ draft: PullRequestDraft) async throws -> GitHubPull? {
        let what = "the open pull request from \(draft.source) into \(draft.target)"
        let query = [("state", "open"), ("head", "\(owner):\(draft.source)"), ("base", draft.target)]
        let isIt = { (pull: GitHubPull) in pull.source == draft.source && pull.base.ref == draft.target }
        return try await connection.list(
            ForgeRequest(.GET, "\(root)/pulls", query: query, what: what), of: GitHubPull.self, pages: pages,
            until: isIt
        ).last(where: isIt)
    }

    private func update(_ known: GitHubPull, to draft: PullRequestDraft) async throws -> PullRequest {
        let title = ForgeText.line(draft.title, to: ForgeLimits.titleCharacters)
        let what = "bringing pull request \(known.number) up to date"
        guard known.title != title || known.body ?? "" != draft.text else {
            return try known.request(connection.complaint(what))
        }
        let change = GitHubPullChange(title: title, body: draft.text)
        let answer = try await connection.send(
            ForgeRequest(.PATCH, "\(root)/pulls/\(known.number)", body: change, what: what))
        return try answer.value(GitHubPull.self).request(answer.malformed)
    }

    public func close(_ number: Int) async throws {
        let what = "closing pull request \(number)"
        guard let known = try await request(number) else { throw connection.missing(what) }
        guard known.phase == .open else { return }
        try await connection.send(
            ForgeRequest(.PATCH, "\(root)/pulls/\(number)", body: GitHubPullChange(state: "closed"), what: what))
    }

    public func comment(_ text: String, marker: String, on number: Int) async throws {
        let what = "Writ's comment on pull request \(number)"
        try checkLength(text, what: what)
        let me = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        let path = "\(root)/issues/\(number)/comments"
        let mine = try await connection.list(
            ForgeRequest(.GET, path, what: what), of: GitHubComment.self, pages: pages
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
                    .PATCH, "\(root)/issues/comments/\(first.id)", body: GitHubCommentText(body: text), what: what))
            if answer.isSuccess { return }
            // One that was deleted in between is made anew.
            guard answer.code == 404 else { throw connection.failure(answer) }
        }
        try await connection.send(ForgeRequest(.POST, path, body: GitHubCommentText(body: text), what: what))
    }

    public func access() async throws -> ForgeAccess {
        let repository = try await connection.send(ForgeRequest(.GET, root, what: "the repository"))
            .value(GitHubRepository.self)
        let name = try await account.name(of: connection.tokenMark()) { try await whoAmI() }
        return ForgeAccess(account: name, mayWrite: repository.permissions?.push)
    }

    private func whoAmI() async throws -> String {
        try await connection.send(ForgeRequest(.GET, "/user", what: "the token's account; `account` may name it"))
            .value(GitHubUser.self).login
    }

    /// GitHub keeps every status ever set, shows the newest of a context, and refuses the 1,001st: what is already said
    /// is not said again.
    public func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws {
        let what = "the status \(status.context) of \(revision.short)"
        // GitHub refuses characters beyond the Basic Multilingual Plane here.
        let plain = String(
            String.UnicodeScalarView(status.text.unicodeScalars.map { $0.value > 0xFFFF ? "\u{FFFD}" : $0 }))
        let wanted = GitHubStatusText(
            state: status.outcome.rawValue, context: status.context,
            description: ForgeText.line(plain, to: ForgeLimits.statusCharacters), target_url: status.url)
        let newest = try await connection.list(
            ForgeRequest(.GET, "\(root)/commits/\(revision)/statuses", what: what), of: GitHubStatus.self, pages: pages,
            until: { $0.context == wanted.context }
        ).last
        if let newest, newest.context == wanted.context, newest.state == wanted.state,
            newest.description ?? "" == wanted.description, newest.target_url ?? "" == wanted.target_url ?? ""
        {
            return
        }
        try await connection.send(ForgeRequest(.POST, "\(root)/statuses/\(revision)", body: wanted, what: what))
    }

    public func reviews(of number: Int) async throws -> [ReviewFacts] {
        let what = "the reviews of pull request \(number)"
        let found = try await connection.list(
            ForgeRequest(.GET, "\(root)/pulls/\(number)/reviews", what: what), of: GitHubReview.self, pages: pages)
        return ReviewFacts.standing(found.compactMap(\.listed))
    }
}
