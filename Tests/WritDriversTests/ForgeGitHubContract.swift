// GitHub's REST interface as it is documented (docs.github.com/rest, version 2022-11-28), over the model of a repository.
import Foundation
import HTTPTypes
import WritBackends
import WritSimulation
import WritVocabulary

struct GitHubContract: ForgeContract {
    func refusal(_ headers: HTTPFields, token: String) -> ContractAnswer? {
        guard headers[.userAgent]?.isEmpty == false else {
            return .message(403, "Request forbidden by administrative rules.")
        }
        let version = headers[HTTPField.Name("X-GitHub-Api-Version")!]
        guard version == nil || version == "2022-11-28" else { return .message(400, "Unsupported API version") }
        guard headers[.accept] == "application/vnd.github+json" else {
            return .message(415, "Unsupported 'Accept' header")
        }
        let forms = ["Bearer \(token)", "token \(token)"]
        return forms.contains(headers[.authorization] ?? "") ? nil : .message(401, "Bad credentials")
    }

    func answer(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        if request.method == "GET", request.path == ["user"] {
            return ContractAnswer(code: 200, json: ["login": world.account, "id": 1])
        }
        guard request.path.starts(with: ["repos", "ml", "models"]) else { return .message(404, "Not Found") }
        let rest = Array(request.path.dropFirst(3))
        let number = rest.count > 1 ? Int(rest[1]) ?? -1 : -1
        switch (request.method, rest.first ?? "", rest.count) {
        case ("GET", "", 0):
            return ContractAnswer(
                code: 200, json: ["full_name": "ml/models", "permissions": ["push": world.mayWrite]])
        case ("GET", "pulls", 1): return pulls(request, world)
        case ("POST", "pulls", 1): return create(request, world)
        case ("GET", "pulls", 2): return pull(number, world) ?? .message(404, "Not Found")
        case ("PATCH", "pulls", 2): return change(number, request, world)
        case ("GET", "pulls", 3) where rest[2] == "reviews": return reviews(number, request, world)
        case ("GET", "issues", 3) where rest[2] == "comments": return comments(number, request, world)
        case ("POST", "issues", 3) where rest[2] == "comments": return addComment(number, request, world)
        case ("PATCH", "issues", 3) where rest[1] == "comments": return changeComment(Int64(rest[2]), request, world)
        case ("DELETE", "issues", 3) where rest[1] == "comments": return deleteComment(Int64(rest[2]), world)
        case ("GET", "commits", 3) where rest[2] == "statuses": return statuses(rest[1], request, world)
        case ("GET", "commits", 3) where rest[2] == "pulls":
            guard let revision = RevisionID(rest[1]), world.knows(revision) else {
                return .message(422, "No commit found for SHA: \(rest[1])")
            }
            return page(world.people { $0.requests(landedWith: revision) }.map(json), request)
        case ("POST", "statuses", 2): return addStatus(rest[1], request, world)
        case _: return .message(404, "Not Found")
        }
    }

    static func invalid(_ field: String, _ code: String, _ message: String? = nil) -> ContractAnswer {
        var error: [String: Any] = ["resource": "PullRequest", "field": field, "code": code]
        error["message"] = message
        return ContractAnswer(code: 422, json: ["message": "Validation Failed", "errors": [error]])
    }

    private func page(_ items: [Any], _ request: ContractRequest) -> ContractAnswer {
        let size = request.size("per_page", standard: 30, cap: 100)
        var headers: [String: String] = ["x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4321"]
        headers["link"] = request.links(items.count, size: size)
        return .list(request.slice(items, size: size), headers: headers)
    }

    private func json(_ request: SimulatedForgeRepository.Request) -> [String: Any] {
        func branch(_ ref: String, _ sha: String, _ repository: String) -> [String: Any] {
            ["ref": ref, "sha": sha, "label": "x:\(ref)", "repo": ["full_name": repository]]
        }
        let merged: Any = request.phase == .merged ? "2026-01-01T00:00:00Z" : NSNull()
        return [
            "id": 9_000_000 + request.number, "number": request.number,
            "state": request.phase == .open ? "open" : "closed",
            // Of an open request it is a merge that was tried.
            "merged_at": merged, "merge_commit_sha": request.landed?.text ?? String(repeating: "2", count: 40),
            "title": request.title, "body": request.text.isEmpty ? NSNull() : request.text,
            "html_url": "https://github.example.com/ml/models/pull/\(request.number)",
            "user": ["login": request.account],
            "head": branch(request.branch, request.head.text, request.fork ?? "ml/models"),
            "base": branch(request.target, String(repeating: "1", count: 40), "ml/models"),
        ]
    }

    private func pulls(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        var found = world.people { Array($0.requests.values) }
        let wanted = request.query["state"] ?? "open"
        if wanted != "all" { found.removeAll { ($0.phase == .open) != (wanted == "open") } }
        if let base = request.query["base"] { found.removeAll { $0.target != base } }
        // Without an owner GitHub ignores the filter.
        if let parts = request.query["head"]?.split(separator: ":", maxSplits: 1), parts.count == 2 {
            found.removeAll { $0.branch != parts[1] || !($0.fork ?? "ml/models").hasPrefix("\(parts[0])/") }
        }
        found.sort { (request.query["direction"] == "asc") == ($0.number < $1.number) }
        return page(found.map(json), request)
    }

    private func pull(_ number: Int, _ world: SimulatedForge, code: Int = 200) -> ContractAnswer? {
        world.people { $0.requests[number] }.map { ContractAnswer(code: code, json: json($0)) }
    }

    private func create(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        for field in ["head", "base", "title"] where request.body[field] as? String ?? "" == "" {
            return Self.invalid(field, "missing_field")
        }
        let (head, base) = (request.body["head"] as? String ?? "", request.body["base"] as? String ?? "")
        if let refused = lengths(request) { return refused }
        if world.people({ $0.openRequest(from: head, into: base) }) != nil {
            return Self.invalid("", "custom", "A pull request already exists for ml:\(head).")
        }
        let made = world.people { repository in
            repository.writes += 1
            return repository.open(
                branch: head, target: base, title: request.body["title"] as? String ?? "",
                text: request.body["body"] as? String ?? "", account: world.account)
        }
        return made.flatMap { pull($0, world, code: 201) } ?? Self.invalid("head", "invalid")
    }

    private func lengths(_ request: ContractRequest) -> ContractAnswer? {
        if let text = request.body["body"] as? String, text.unicodeScalars.count > 65_536 {
            return Self.invalid("body", "custom", "body is too long (maximum is 65536 characters)")
        }
        if let title = request.body["title"] as? String, title.unicodeScalars.count > 256 {
            return Self.invalid("title", "custom", "title is too long (maximum is 256 characters)")
        }
        return nil
    }

    private func change(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        if let refused = lengths(request) { return refused }
        if let title = request.body["title"] as? String, title.isEmpty { return Self.invalid("title", "missing_field") }
        world.people { repository in
            guard var known = repository.requests[number] else { return }
            if let title = request.body["title"] as? String { known.title = title }
            if let text = request.body["body"] as? String { known.text = text }
            if request.body["state"] as? String == "closed", known.phase == .open { known.phase = .closed }
            repository.requests[number] = known
            repository.writes += 1
        }
        return pull(number, world) ?? .message(404, "Not Found")
    }

    private func reviews(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return .message(404, "Not Found") }
        let items: [Any] = known.reviews.map { review in
            let word =
                switch review.verdict {
                case _ where review.isDismissed: "DISMISSED"
                case .approves: "APPROVED"
                case .rejects: "CHANGES_REQUESTED"
                case .comments: "COMMENTED"
                }
            return ["id": review.id, "user": ["login": review.account], "state": word, "commit_id": review.head.text]
        }
        return page(items, request)
    }

    private func comments(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return .message(404, "Not Found") }
        return page(known.comments.map(json), request)
    }

    private func json(_ comment: SimulatedForgeRepository.Comment) -> [String: Any] {
        ["id": comment.id, "body": comment.text, "user": ["login": comment.account]]
    }

    private func addComment(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let text = request.body["body"] as? String, !text.isEmpty else {
            return Self.invalid("body", "missing_field")
        }
        if let refused = lengths(request) { return refused }
        let made = world.people { repository -> SimulatedForgeRepository.Comment? in
            guard repository.requests[number] != nil else { return nil }
            repository.writes += 1
            repository.comment(number, by: world.account, text)
            return repository.requests[number]?.comments.last
        }
        return made.map { ContractAnswer(code: 201, json: json($0)) } ?? .message(404, "Not Found")
    }

    private func changeComment(_ id: Int64?, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let text = request.body["body"] as? String else { return Self.invalid("body", "missing_field") }
        return world.changeComment(id) { $0.text = text } ?? ContractAnswer(code: 200, json: ["id": id ?? 0])
    }

    private func deleteComment(_ id: Int64?, _ world: SimulatedForge) -> ContractAnswer {
        world.changeComment(id) { $0.text = "" } ?? world.removeComment(id)
    }

    private func statuses(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        let known = RevisionID(sha).map { id in world.people { $0.statuses[id] ?? [] } } ?? []
        return page(
            known.reversed().map { entry -> [String: Any] in
                [
                    "id": entry.id, "state": entry.status.outcome.rawValue, "context": entry.status.context,
                    "description": entry.status.text, "target_url": entry.status.url ?? NSNull(),
                ]
            }, request)
    }

    private func addStatus(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let revision = RevisionID(sha), world.knows(revision) else {
            return .message(422, "No commit found for SHA: \(sha)")
        }
        guard let word = request.body["state"] as? String, let outcome = CommitStatus.Outcome(rawValue: word) else {
            return Self.invalid("state", "invalid")
        }
        let text = request.body["description"] as? String ?? ""
        guard text.unicodeScalars.count <= 140 else {
            return Self.invalid("description", "custom", "description is too long (maximum is 140 characters)")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value <= 0xFFFF }) else {
            return Self.invalid("description", "custom", "contains unicode characters above 0xffff")
        }
        let context = request.body["context"] as? String ?? "default"
        if world.people({ $0.statuses[revision]?.filter { $0.status.context == context }.count ?? 0 }) >= 1000 {
            return .message(422, "This SHA and context has reached the maximum number of statuses.")
        }
        world.add(
            CommitStatus(outcome: outcome, context: context, text: text, url: request.body["target_url"] as? String),
            revision)
        return ContractAnswer(code: 201, json: ["state": word])
    }
}

extension SimulatedForge {
    var mayWrite: Bool { people { $0.mayPush } }

    func knows(_ revision: RevisionID) -> Bool {
        people { repository in
            repository.branches.values.contains(revision)
                || repository.requests.values.contains { $0.heads.contains { $0.revision == revision } }
                || !repository.requests(landedWith: revision).isEmpty
        }
    }

    func add(_ status: CommitStatus, _ revision: RevisionID) {
        people { repository in
            repository.writes += 1
            repository.add(status, of: revision)
        }
    }

    /// 404 when there is no such comment, 403 when it is somebody else's.
    func changeComment(_ id: Int64?, _ act: (inout SimulatedForgeRepository.Comment) -> Void) -> ContractAnswer? {
        let code = people { repository in
            for (number, request) in repository.requests {
                guard let index = request.comments.firstIndex(where: { $0.id == id }) else { continue }
                guard request.comments[index].account == account else { return 403 }
                act(&repository.requests[number]!.comments[index])
                repository.writes += 1
                return 0
            }
            return 404
        }
        return code == 0 ? nil : .message(code, code == 403 ? "Forbidden" : "Not Found")
    }

    func removeComment(_ id: Int64?) -> ContractAnswer {
        people { repository in
            for number in repository.requests.keys { repository.requests[number]?.comments.removeAll { $0.id == id } }
        }
        return ContractAnswer(code: 204)
    }
}
