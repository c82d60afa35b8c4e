// A workshop whose repository is governed: people with keys, a bare remote, a policy.
import Foundation
import Testing

extension Workshop {
    /// Makes keys, a bare remote and the operator's file for it; commits nothing yet.
    func beginGoverning(_ people: [String]) throws {
        try run("/usr/bin/git", ["init", "-q", "--bare", "-b", "main", path("origin.git")]).expectSuccess()
        try git("remote", "add", "origin", path("origin.git"))
        try git("config", "gpg.format", "ssh")
        for person in people {
            try run(
                "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", path("\(person).key")]
            ).expectSuccess()
        }
        try write(
            "../writ.yaml",
            """
            repository:
              url: \(path("origin.git"))
              branch: main
              manifests: manifests
              poll: 500ms
              push: true
            identity: {name: Writ, email: writ@example.com}
            outcome: {notes: true, checkpoints: true, every: 1s}
            data: \(path("data"))
            ledger: {origin: test.writ.example/e2e}
            gateway: {listen: "127.0.0.1:\(port)"}

            """)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The line of a person's key; `as` gives it to somebody else.
    func signer(_ key: String, as person: String? = nil) throws -> String {
        let line = try String(contentsOfFile: path("\(key).key.pub"), encoding: .utf8)
        return "\(person ?? key)@example.com \(line.split(separator: " ").prefix(2).joined(separator: " "))"
    }

    /// Writ's own line, from the program.
    func writSigner() throws -> String {
        let output = try writ("key", "--config", path("writ.yaml"))
        try output.expectSuccess()
        return output.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Commits everything, signed by a person, and pushes it.
    @discardableResult
    func commit(_ message: String, by person: String, push: Bool = true) throws -> String {
        try git("add", "-A")
        try git(identity(person) + ["commit", "-q", "-S", "-m", message])
        return try pushed(push)
    }

    /// Merges a branch of the remote by a merge commit somebody signs.
    @discardableResult
    func merge(_ branch: String, by person: String, message: String = "merge", push: Bool = true) throws -> String {
        try git("fetch", "-q", "origin")
        try git(identity(person) + ["merge", "-q", "--no-ff", "-S", "-m", message, "origin/\(branch)"])
        return try pushed(push)
    }

    private func pushed(_ push: Bool) throws -> String {
        if push { try git("push", "-q", "--force", "origin", "main") }
        return try git("rev-parse", "HEAD").text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func identity(_ person: String) -> [String] {
        [
            "-c", "user.name=\(person)", "-c", "user.email=\(person)@example.com",
            "-c", "user.signingkey=\(path("\(person).key"))",
        ]
    }

    @discardableResult
    func git(_ arguments: [String]) throws -> Output {
        let output = try run("/usr/bin/git", ["-C", path("repository")] + arguments)
        try #require(output.code == 0, "git \(arguments): \(output.errors)")
        return output
    }

    /// `writ approve` in the clone.
    func approve(_ base: String, _ head: String, by key: String, as person: String? = nil) throws -> Output {
        try writ(
            "approve", path("repository"), "--from", base, "--to", head, "--key", path("\(key).key"), "--as",
            "\(person ?? key)@example.com", "--data", path("data"))
    }

    /// Waits until `writ get source` says all of it.
    func source(says words: String...) async throws {
        try await wait(60, for: "the source to say \(words)") {
            let text = try writ("get", "source").text
            return words.allSatisfy(text.contains)
        }
    }
}

extension Workshop.Output {
    func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(code == 0, "\(text)\(errors)", sourceLocation: sourceLocation)
    }
}
