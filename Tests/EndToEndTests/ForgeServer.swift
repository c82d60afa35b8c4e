// A forge small enough for a test: as much of Gitea's REST interface as Writ uses, over a bare repository.
import Foundation
import Testing

/// A process of Python's standard library. What people do on a forge is done by POST to `/people/…`.
final class ForgeServer {
    let port: Int
    private let process: Process
    private let workshop: Workshop

    init(_ workshop: Workshop) throws {
        self.workshop = workshop
        port = try Workshop.freePort()
        let script = workshop.path("forge.py")
        try Data(Self.program.utf8).write(to: URL(filePath: script))
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script, String(port), workshop.path("origin.git")]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    struct Request: Decodable {
        var number: Int
        var title: String
        var body: String
        var branch: String
        var state: String
        var comments: [String]
        var edits: Int
    }

    struct Standing: Decodable {
        var requests: [Request]
        /// Commit to the words of `writ/plan` in order: `pending: …`.
        var statuses: [String: [String]]
    }

    /// Everything the forge knows.
    func standing() throws -> Standing {
        let output = try ask("GET", "standing", nil)
        return try JSONDecoder().decode(Standing.self, from: Data(output.utf8))
    }

    func open(_ branch: String, by account: String, _ title: String) throws {
        try ask("POST", "open", ["branch": branch, "account": account, "title": title])
    }

    func review(_ number: Int, by account: String, _ word: String) throws {
        try ask("POST", "review", ["number": String(number), "account": account, "state": word])
    }

    /// Merges by squash: the branch gets a commit of its own, which somebody else has pushed.
    func squash(_ number: Int, as commit: String) throws {
        try ask("POST", "squash", ["number": String(number), "commit": commit])
    }

    @discardableResult
    private func ask(_ method: String, _ what: String, _ body: [String: String]?) throws -> String {
        let data = try body.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let output = try workshop.run(
            "/usr/bin/curl",
            ["-sf", "-m", "5", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-X", method]
                + (data.map { ["-d", $0] } ?? []) + ["http://127.0.0.1:\(port)/people/\(what)"])
        try output.expectSuccess()
        return output.text
    }

    private static let program = #"""
        """A little of Gitea's interface (modules/structs of Gitea 1.26), over the branches of a bare repository."""
        import http.server, json, re, subprocess, sys, threading

        TOKEN, REPOSITORY = "token-of-a-robot", sys.argv[2]
        pulls, statuses, lock = {}, {}, threading.Lock()


        def git(*arguments):
            command = ["git", "--git-dir", REPOSITORY] + list(arguments)
            return subprocess.run(command, capture_output=True, text=True)


        def tip(branch):
            found = git("rev-parse", "-q", "--verify", "refs/heads/" + branch)
            return found.stdout.strip()


        def keep(pull):
            """A forge offers each head under a reference of its own; a branch that is gone keeps its last one."""
            pull["head"] = tip(pull["branch"]) or pull["head"]
            git("update-ref", "refs/pull/%d/head" % pull["number"], pull["head"])
            if git("merge-base", "--is-ancestor", pull["head"], "refs/heads/main").returncode == 0:
                pull["state"], pull["merged"], pull["landed"] = "closed", True, pull["head"]


        def shown(pull):
            def branch(name, sha):
                return {"label": name, "ref": name, "sha": sha, "repo_id": 7, "repo": {"full_name": "ml/models"}}
            address = "http://forge/ml/models/pulls/%d" % pull["number"]
            return {"id": 900 + pull["number"], "number": pull["number"], "state": pull["state"],
                    "merged": pull["merged"], "merge_commit_sha": pull["landed"] or None,
                    "title": pull["title"], "body": pull["body"], "html_url": address,
                    "user": {"login": pull["account"]}, "head": branch(pull["branch"], pull["head"]),
                    "base": branch("main", tip("main"))}


        def opened(branch, account, title, body):
            pull = {"number": len(pulls) + 1, "branch": branch, "account": account, "title": title, "body": body,
                    "head": "", "state": "open", "merged": False, "landed": "",
                    "comments": {}, "edits": 0, "reviews": []}
            keep(pull)
            pulls[pull["number"]] = pull
            return pull


        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def say(self, code, value, total=None):
                body = json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if total is not None:
                    self.send_header("X-Total-Count", str(total))
                self.end_headers()
                if code != 204:
                    self.wfile.write(body)

            def listed(self, items):
                query = dict(part.split("=") for part in self.path.partition("?")[2].split("&") if part)
                size, page = int(query.get("limit", 30)), int(query.get("page", 1))
                self.say(200, items[(page - 1) * size:page * size], len(items))

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or b"{}")
                path = self.path.partition("?")[0]
                with lock:
                    for pull in pulls.values():
                        if pull["state"] == "open":
                            keep(pull)
                    if path.startswith("/people/"):
                        return self.people(path[8:], body)
                    if self.headers.get("Authorization") != "token " + TOKEN:
                        return self.say(401, {"message": "invalid username, password or token"})
                    if path == "/api/v1/user":
                        return self.say(200, {"id": 1, "login": "writ-bot"})
                    found = re.fullmatch(r"/api/v1/repos/ml/models(?:/(.*))?", path)
                    if not found:
                        return self.say(404, {"message": "Not found."})
                    return self.api(self.command, (found[1] or "").split("/"), body)

            def api(self, method, rest, body):
                number = int(rest[1]) if len(rest) > 1 and rest[1].isdigit() else 0
                if rest == [""]:
                    return self.say(200, {"full_name": "ml/models", "permissions": {"push": True}})
                if rest[0] == "commits" and rest[2:] == ["pull"]:
                    found = [pull for pull in pulls.values() if pull["landed"] == rest[1]]
                    return self.say(200, shown(found[0])) if found else self.say(404, {"message": "Not found."})
                if rest == ["pulls"] and method == "GET":
                    return self.listed([shown(pull) for pull in pulls.values() if pull["state"] == "open"])
                if rest == ["pulls"] and method == "POST":
                    if not body.get("title"):
                        return self.say(422, {"message": "[Title]: Required"})
                    if any(pull["branch"] == body["head"] and pull["state"] == "open" for pull in pulls.values()):
                        return self.say(409, {"message": "pull request already exists"})
                    return self.say(201, shown(opened(body["head"], "writ-bot", body["title"], body.get("body", ""))))
                if rest[0] == "statuses" and method == "GET":
                    return self.listed(list(reversed(statuses.get(rest[1], []))))
                if rest[0] == "statuses" and method == "POST":
                    if body.get("state") not in ("pending", "success", "error", "failure", "warning"):
                        return self.say(422, {"message": "[State]: unknown"})
                    known = statuses.setdefault(rest[1], [])
                    known.append({"id": len(known) + 1, "status": body["state"], "context": body["context"],
                                  "description": body["description"], "target_url": body.get("target_url", "")})
                    return self.say(201, known[-1])
                if rest[:2] == ["issues", "comments"]:
                    for pull in pulls.values():
                        if int(rest[2]) in pull["comments"] and method == "PATCH":
                            pull["comments"][int(rest[2])] = body["body"]
                            pull["edits"] += 1
                            return self.say(200, {"id": int(rest[2])})
                    return self.say(404, {"message": "Not found."})
                if number not in pulls:
                    return self.say(404, {"message": "Not found."})
                pull = pulls[number]
                if rest[0] == "pulls" and len(rest) == 2:
                    if method == "PATCH":
                        for name in ("title", "body", "state"):
                            pull[name] = body.get(name) or pull[name]
                    return self.say(201 if method == "PATCH" else 200, shown(pull))
                if rest[2] == "reviews":
                    return self.listed(pull["reviews"])
                if rest[2] == "comments" and method == "GET":
                    return self.say(200, [{"id": key, "body": text, "user": {"login": "writ-bot"}}
                                          for key, text in pull["comments"].items()])
                if rest[2] == "comments" and method == "POST":
                    key = number * 100 + len(pull["comments"])
                    pull["comments"][key] = body["body"]
                    return self.say(201, {"id": key})
                return self.say(404, {"message": "Not found."})

            def people(self, what, body):
                if what == "squash":
                    pull = pulls[int(body["number"])]
                    pull["state"], pull["merged"], pull["landed"] = "closed", True, body["commit"]
                if what == "open":
                    opened(body["branch"], body["account"], body["title"], "")
                elif what == "review":
                    pull = pulls[int(body["number"])]
                    pull["reviews"].append({"id": len(pull["reviews"]) + 1, "user": {"login": body["account"]},
                                            "state": body["state"], "commit_id": pull["head"], "dismissed": False})
                names = ["number", "title", "body", "branch", "state", "edits"]
                requests = [dict([(name, pull[name]) for name in names], comments=list(pull["comments"].values()))
                            for pull in pulls.values()]
                said = {sha: [one["status"] + ": " + one["description"] for one in known]
                        for sha, known in statuses.items()}
                self.say(200, {"requests": requests, "statuses": said})

            do_GET = do_POST = do_PATCH = do_DELETE = answer


        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()

        """#
}
