// GitLab's REST interface as it is documented (docs.gitlab.com/api, v4), over the model of a repository.
import Foundation
import HTTPTypes
import WritBackends
import WritSimulation
import WritVocabulary

struct GitLabContract: ForgeContract {
    func refusal(_ headers: HTTPFields, token: String) -> ContractAnswer? {
        let isRight =
            headers[HTTPField.Name("PRIVATE-TOKEN")!] == token || headers[.authorization] == "Bearer \(token)"
        return isRight ? nil : .message(401, "401 Unauthorized")
    }

    func answer(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard request.path.starts(with: ["api", "v4"]) else {
            return ContractAnswer(code: 404, json: ["error": "404 Not Found"])
        }
        let path = Array(request.path.dropFirst(2))
        if request.method == "GET", path == ["user"] {
            return ContractAnswer(code: 200, json: ["id": 1, "username": world.account])
        }
        // The project is one segment: its path, URL-encoded.
        guard path.starts(with: ["projects", "ml/teams/models"]) else { return .message(404, "404 Project Not Found") }
        let rest = Array(path.dropFirst(2))
        switch rest.first {
        case nil where request.method == "GET":
            let level: [String: Any] = ["access_level": world.mayWrite ? 40 : 20]
            let permissions: [String: Any] = ["project_access": NSNull(), "group_access": level]
            return ContractAnswer(
                code: 200, json: ["id": 7, "path_with_namespace": "ml/teams/models", "permissions": permissions])
        case "merge_requests": return mergeRequests(Array(rest.dropFirst()), request, world)
        case "statuses" where rest.count == 2 && request.method == "POST": return addStatus(rest[1], request, world)
        case "repository" where rest.count == 4 && rest[1] == "commits" && rest[3] == "statuses":
            return statuses(rest[2], request, world)
        case "repository" where rest.count == 4 && rest[1] == "commits" && rest[3] == "merge_requests":
            guard let revision = RevisionID(rest[2]), world.knows(revision) else {
                return .message(404, "404 Commit Not Found")
            }
            return page(world.people { $0.requests(landedWith: revision) }.map(json), request)
        case _: return notFound
        }
    }

    private var notFound: ContractAnswer { .message(404, "404 Not found") }

    private func mergeRequests(_ rest: [String], _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer
    {
        let number = rest.first.flatMap(Int.init) ?? -1
        switch (request.method, rest.count) {
        case ("GET", 0): return list(request, world)
        case ("POST", 0): return create(request, world)
        case ("GET", 1): return one(number, world) ?? notFound
        case ("PUT", 1): return change(number, request, world)
        case ("GET", 2) where rest[1] == "approvals": return approvals(number, world)
        case ("GET", 2) where rest[1] == "versions": return versions(number, request, world)
        case ("GET", 2) where rest[1] == "notes": return notes(number, request, world)
        case ("POST", 2) where rest[1] == "notes": return addNote(number, request, world)
        case ("PUT", 3) where rest[1] == "notes":
            guard let text = request.body["body"] as? String else { return missing("body") }
            return world.changeComment(Int64(rest[2])) { $0.text = text } ?? ContractAnswer(code: 200, json: [:])
        case ("DELETE", 3) where rest[1] == "notes":
            return world.changeComment(Int64(rest[2])) { $0.text = "" } ?? world.removeComment(Int64(rest[2]))
        case _: return notFound
        }
    }

    private func missing(_ field: String) -> ContractAnswer {
        ContractAnswer(code: 400, json: ["error": "\(field) is missing"])
    }

    private func page(_ items: [Any], _ request: ContractRequest) -> ContractAnswer {
        let size = request.size("per_page", standard: 20, cap: 100)
        let more = request.page * size < items.count
        var headers = [
            "x-page": String(request.page), "x-per-page": String(size), "x-total": String(items.count),
            "x-next-page": more ? String(request.page + 1) : "", "ratelimit-remaining": "1999",
        ]
        headers["link"] = request.links(items.count, size: size)
        return .list(request.slice(items, size: size), headers: headers)
    }

    private func json(_ request: SimulatedForgeRepository.Request) -> [String: Any] {
        let word =
            switch request.phase {
            case .open: "opened"
            case .merged: "merged"
            case .closed: "closed"
            }
        return [
            "id": 9_000_000 + request.number, "iid": request.number, "state": word, "title": request.title,
            "description": request.text, "web_url": "https://gitlab.example.com/ml/teams/models/-/merge_requests/1",
            "author": ["username": request.account], "source_branch": request.branch, "target_branch": request.target,
            "source_project_id": request.fork == nil ? 7 : 8, "target_project_id": 7, "sha": request.head.text,
            // The head itself may land, and then there is no other commit.
            "merge_commit_sha": NSNull(),
            "squash_commit_sha": request.landed.flatMap { $0 == request.head ? nil : $0.text } ?? NSNull(),
        ]
    }

    private func list(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        var found = world.people { Array($0.requests.values) }
        if request.query["state"] == "opened" { found.removeAll { $0.phase != .open } }
        if let target = request.query["target_branch"] { found.removeAll { $0.target != target } }
        if let source = request.query["source_branch"] { found.removeAll { $0.branch != source } }
        found.sort { (request.query["sort"] == "asc") == ($0.number < $1.number) }
        return page(found.map(json), request)
    }

    private func one(_ number: Int, _ world: SimulatedForge, code: Int = 200) -> ContractAnswer? {
        world.people { $0.requests[number] }.map { ContractAnswer(code: code, json: json($0)) }
    }

    private func create(_ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        for field in ["source_branch", "target_branch", "title"] where request.body[field] as? String == nil {
            return missing(field)
        }
        let (source, target) = (
            request.body["source_branch"] as? String ?? "", request.body["target_branch"] as? String ?? ""
        )
        if let refused = lengths(request) { return refused }
        if let known = world.people({ $0.openRequest(from: source, into: target) }) {
            return .message(409, ["Another open merge request already exists for this source branch: !\(known)"])
        }
        let made = world.people { repository in
            repository.writes += 1
            return repository.open(
                branch: source, target: target, title: request.body["title"] as? String ?? "",
                text: request.body["description"] as? String ?? "", account: world.account)
        }
        guard let made, var json = one(made, world, code: 201) else {
            return .message(400, ["base": ["Source branch \"\(source)\" does not exist"]])
        }
        // The head is computed after the answer.
        if var object = json.json as? [String: Any] {
            object["sha"] = NSNull()
            json.json = object
        }
        return json
    }

    private func lengths(_ request: ContractRequest) -> ContractAnswer? {
        if let title = request.body["title"] as? String, title.unicodeScalars.count > 255 {
            return .message(400, ["title": ["is too long (maximum is 255 characters)"]])
        }
        if let text = request.body["description"] as? String, text.unicodeScalars.count > 1_048_576 {
            return .message(400, ["description": ["is too long (maximum is 1048576 characters)"]])
        }
        return nil
    }

    private func change(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        if let refused = lengths(request) { return refused }
        if request.body.isEmpty {
            return ContractAnswer(
                code: 400, json: ["error": "title, … are missing, at least one parameter must be provided"])
        }
        world.people { repository in
            guard var known = repository.requests[number] else { return }
            if let title = request.body["title"] as? String { known.title = title }
            if let text = request.body["description"] as? String { known.text = text }
            if request.body["state_event"] as? String == "close", known.phase == .open { known.phase = .closed }
            repository.requests[number] = known
            repository.writes += 1
        }
        return one(number, world) ?? notFound
    }

    /// Who approves now and since when; not which head.
    private func approvals(_ number: Int, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        var latest: [String: SimulatedForgeRepository.Review] = [:]
        for review in known.reviews where review.verdict != .comments { latest[review.account] = review }
        let approvals = latest.values.filter { $0.verdict == .approves && !$0.isDismissed }.map {
            review -> [String: Any] in
            ["user": ["username": review.account], "approved_at": review.at.text]
        }
        return ContractAnswer(code: 200, json: ["approved": true, "approved_by": approvals])
    }

    /// Newest first.
    private func versions(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        let items = known.heads.enumerated().reversed().map { index, head -> [String: Any] in
            // The server's own time zone.
            let text = head.since.text.replacing("Z", with: "+00:00")
            return ["id": index + 1, "head_commit_sha": head.revision.text, "created_at": text]
        }
        return page(items, request)
    }

    private func notes(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let known = world.people({ $0.requests[number] }) else { return notFound }
        var items = known.comments.map { comment -> [String: Any] in
            ["id": comment.id, "body": comment.text, "author": ["username": comment.account], "system": false]
        }
        if request.query["sort"] != "asc" { items.reverse() }
        let system: [String: Any] = [
            "id": 1, "body": "<!-- writ:plan --> added 1 commit", "author": ["username": world.account], "system": true,
        ]
        return page([system] + items, request)
    }

    private func addNote(_ number: Int, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let text = request.body["body"] as? String, !text.isEmpty else { return missing("body") }
        let isKnown = world.people { repository in
            guard repository.requests[number] != nil else { return false }
            repository.writes += 1
            repository.comment(number, by: world.account, text)
            return true
        }
        return isKnown ? ContractAnswer(code: 201, json: [:]) : notFound
    }

    private static let words: [CommitStatus.Outcome: String] = [
        .pending: "pending", .success: "success", .failure: "failed",
    ]

    private func statuses(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let revision = RevisionID(sha), world.knows(revision) else {
            return .message(404, "404 Commit Not Found")
        }
        var newest: [String: SimulatedForgeRepository.Status] = [:]
        for entry in world.people({ $0.statuses[revision] ?? [] }) { newest[entry.status.context] = entry }
        let found = newest.values.filter { request.query["name"].map($0.status.context.hasPrefix) ?? true }
        return page(
            found.sorted { $0.id < $1.id }.map { entry -> [String: Any] in
                [
                    "id": entry.id, "status": Self.words[entry.status.outcome] ?? "", "name": entry.status.context,
                    "description": entry.status.text, "target_url": entry.status.url ?? NSNull(),
                ]
            }, request)
    }

    private func addStatus(_ sha: String, _ request: ContractRequest, _ world: SimulatedForge) -> ContractAnswer {
        guard let revision = RevisionID(sha), world.knows(revision) else {
            return .message(404, "404 Commit Not Found")
        }
        guard let word = request.body["state"] as? String else { return missing("state") }
        guard let outcome = Self.words.first(where: { $0.value == word })?.key else {
            return ContractAnswer(code: 400, json: ["error": "state does not have a valid value"])
        }
        let name = request.body["name"] as? String ?? request.body["context"] as? String ?? "default"
        let last = world.people { $0.statuses[revision]?.last { $0.status.context == name } }
        if outcome == .pending, last?.status.outcome == .pending {
            return .message(
                400,
                "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via \"enqueue\")"
            )
        }
        world.add(
            CommitStatus(
                outcome: outcome, context: name, text: request.body["description"] as? String ?? "",
                url: request.body["target_url"] as? String), revision)
        return ContractAnswer(code: 201, json: ["status": word])
    }
}
