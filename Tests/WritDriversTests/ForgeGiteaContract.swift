// The REST interface of Gitea and Forgejo as their source has it (routers/api/v1), over the model of a repository.
import Foundation
import HTTPTypes
import WritBackends
import WritSimulation
import WritVocabulary

struct GiteaContract: ForgeContract {
    func refusal(_ headers: HTTPFields, token: String) -> ContractAnswer? {
        let forms = ["token \(token)", "Bearer \(token)"]
        return forms.contains(headers[.authorization] ?? "")
            ? nil : .message(401, "invalid username, password or token")
    }

    func answer(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard request.path.starts(with: ["api", "v1"]) else { return .message(404, "Not found.") }
        let path = Array(request.path.dropFirst(2))
        if request.method == "GET", path == ["user"] {
            return ContractAnswer(code: 200, json: ["id": 1, "login": world.account])
        }
        guard path.starts(with: ["repos", "ml", "models"]) else { return notFound }
        let rest = Array(path.dropFirst(3))
        let number = rest.count > 1 ? Int(rest[1]) ?? -1 : -1
        switch (request.method, rest.first ?? "", rest.count) {
        case ("GET", "", 0):
            return ContractAnswer(
                code: 200, json: ["full_name": "ml/models", "permissions": ["push": world.mayWrite]])
        case ("GET", "pulls", 1): return pulls(request, world)
        case ("POST", "pulls", 1): return create(request, world)
        case ("GET", "pulls", 2): return pull(number, world) ?? notFound
        case ("PATCH", "pulls", 2): return change(number, request, world)
        case ("GET", "pulls", 3) where rest[2] == "reviews": return reviews(number, request, world)
        case ("GET", "issues", 3) where rest[2] == "comments": return comments(number, world)
        case ("POST", "issues", 3) where rest[2] == "comments": return addComment(number, request, world)
        case ("PATCH", "issues", 3) where rest[1] == "comments":
            guard let text = request.body["body"] as? String, !text.isEmpty else { return required("Body") }
            return world.changeComment(Int64(rest[2])) { $0.text = text } ?? ContractAnswer(code: 200, json: [:])
        case ("DELETE", "issues", 3) where rest[1] == "comments":
            return world.changeComment(Int64(rest[2])) { $0.text = "" } ?? world.removeComment(Int64(rest[2]))
        case ("GET", "commits", 3) where rest[2] == "pull":
            let found = RevisionID(rest[1]).flatMap { id in
                world.people { $0.requests(landedWith: id).first { $0.landed == id } }
            }
            return found.map { ContractAnswer(code: 200, json: json($0)) } ?? notFound
        case ("GET", "statuses", 2): return statuses(rest[1], request, world)
        case ("POST", "statuses", 2): return addStatus(rest[1], request, world)
        case _: return notFound
        }
    }

    private var notFound: ContractAnswer {
        ContractAnswer(code: 404, json: ["message": "The target couldn't be found.", "errors": NSNull()])
    }

    private func required(_ field: String) -> ContractAnswer { .message(422, "[\(field)]: Required") }

    /// A server gives at most 50, whatever is asked for; reviews are counted and not linked.
    private func page(_ items: [Any], _ request: ContractRequest, linked: Bool = true, all: Int? = nil)
        -> ContractAnswer
    {
        let size = request.size("limit", standard: 30, cap: 50)
        var headers = ["x-total-count": String(all ?? items.count)]
        if linked { headers["link"] = request.links(items.count, size: size) }
        return .list(request.slice(items, size: size), headers: headers)
    }

    private func json(_ request: SimulatedForgeRepository.Request) -> [String: Any] {
        func branch(_ name: String, _ sha: String, _ repository: String) -> [String: Any] {
            [
                "label": name, "ref": name, "sha": sha, "repo_id": repository == "ml/models" ? 7 : 8,
                "repo": ["full_name": repository],
            ]
        }
        return [
            "id": 9_000_000 + request.number, "number": request.number,
            "state": request.phase == .open ? "open" : "closed",
            "merged": request.phase == .merged, "merge_commit_sha": request.landed?.text ?? NSNull(),
            "title": request.title, "body": request.text,
            "html_url": "https://gitea.example.com/ml/models/pulls/\(request.number)",
            "user": ["login": request.account],
            "head": branch(request.branch, request.head.text, request.fork ?? "ml/models"),
            "base": branch(request.target, String(repeating: "1", count: 40), "ml/models"),
        ]
    }

    private func pulls(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        var found = world.people { Array($0.requests.values) }
        let wanted = request.query["state"] ?? "open"
        if wanted != "all" { found.removeAll { ($0.phase == .open) != (wanted == "open") } }
        if let base = request.query["base_branch"] { found.removeAll { $0.target != base } }
        found.sort { (request.query["sort"] == "oldest") == ($0.number < $1.number) }
        return page(found.map(json), request)
    }

    private func pull(_ number: Int, _ world: SimulatedForge, code: Int = 200) -> ContractAnswer? {
        world.people { $0.requests[number] }.map { ContractAnswer(code: code, json: json($0)) }
    }

    private func create(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        let (head, base) = (request.body["head"] as? String ?? "", request.body["base"] as? String ?? "")
        let title = request.body["title"] as? String ?? ""
        if head == base {
            return .message(422, "Invalid PullRequest: There are no changes between the head and the base")
        }
        if title.isEmpty { return required("Title") }
        if title.unicodeScalars.count > 255 { return .message(500, "Internal Server Error") }
        if let known = world.people({ $0.openRequest(from: head, into: base) }) {
            let text =
                "pull request already exists for these targets [id: 1, issue_id: \(known), head_repo_id: 7, base_repo_id: 7, "
                + "head_branch: \(head), base_branch: \(base)]"
            return .message(409, text)
        }
        let made = world.people { repository in
            repository.writes += 1
            return repository.open(
                branch: head, target: base, title: title, text: request.body["body"] as? String ?? "",
                account: world.account)
        }
        return made.flatMap { pull($0, world, code: 201) } ?? notFound
    }

    private func change(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        if request.body["state"] != nil, known.phase == .merged {
            return .message(412, "cannot change state of this pull request, it was already merged")
        }
        world.people { repository in
            if let title = request.body["title"] as? String, !title.isEmpty {
                repository.requests[number]?.title = title
            }
            if let text = request.body["body"] as? String { repository.requests[number]?.text = text }
            if request.body["state"] as? String == "closed" { repository.requests[number]?.phase = .closed }
            repository.writes += 1
        }
        // 201, and documented so.
        return pull(number, world, code: 201) ?? notFound
    }

    /// Drafts of others are counted and not shown; a team that was asked has no user.
    private func reviews(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        var items: [Any] = [
            ["id": 1, "user": NSNull(), "team": ["name": "ml"], "state": "REQUEST_REVIEW", "commit_id": ""]
        ]
        items += known.reviews.map { review -> [String: Any] in
            let word =
                switch review.verdict {
                case .approves: "APPROVED"
                case .rejects: "REQUEST_CHANGES"
                case .comments: "COMMENT"
                }
            return [
                "id": review.id, "user": ["login": review.account], "state": word, "commit_id": review.head.text,
                "dismissed": review.isDismissed, "stale": review.head != known.head, "official": true,
            ]
        }
        return page(items, request, linked: false, all: items.count + 3)
    }

    /// All at once: this list knows no pages.
    private func comments(_ number: Int, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        let items = known.comments.map { comment -> [String: Any] in
            ["id": comment.id, "body": comment.text, "user": ["login": comment.account]]
        }
        return .list(items, headers: ["x-total-count": String(items.count)])
    }

    private func addComment(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let text = request.body["body"] as? String, !text.isEmpty else { return required("Body") }
        let isKnown = world.people { repository in
            guard repository.requests[number] != nil else { return false }
            repository.writes += 1
            repository.comment(number, by: world.account, text)
            return true
        }
        return isKnown ? ContractAnswer(code: 201, json: [:]) : notFound
    }

    private func statuses(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        var known = RevisionID(sha).map { id in world.people { $0.statuses[id] ?? [] } } ?? []
        if request.query["sort"] == "highestindex" { known.reverse() }
        return page(
            known.map { entry -> [String: Any] in
                [
                    "id": entry.id, "status": entry.status.outcome.rawValue, "context": entry.status.context,
                    "description": entry.status.text, "target_url": entry.status.url ?? "",
                ]
            }, request)
    }

    private func addStatus(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let revision = RevisionID(sha), world.knows(revision) else { return notFound }
        guard let word = request.body["state"] as? String, let outcome = CommitStatus.Outcome(rawValue: word) else {
            return .message(422, "[State]: unknown")
        }
        let url = request.body["target_url"] as? String
        world.add(
            CommitStatus(
                outcome: outcome, context: request.body["context"] as? String ?? "default",
                text: request.body["description"] as? String ?? "", url: url == "" ? nil : url), revision)
        return ContractAnswer(code: 201, json: ["status": word])
    }
}
