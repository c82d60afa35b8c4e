// The operator's file where it speaks of trust, forges and engines: what it means, and what is wrong with it.
import Foundation
import Testing
import WritManifests
import WritSource
import WritVocabulary

@testable import writ

struct OperatorGovernanceTests {
    private func read(_ text: String) throws -> OperatorConfiguration {
        try OperatorConfiguration(
            Array(("repository: {url: /m, push: true}\ndata: d\n" + text).utf8), path: "/w/writ.yaml")
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let failure as ConfigurationFailure {
            return failure.diagnostics.map {
                "\($0.line):\($0.column) \($0.message)" + ($0.hint.map { " | \($0)" } ?? "")
            }
        } catch {
            return ["\(error)"]
        }
    }

    @Test("every field means what the published example says of it")
    func whole() throws {
        let governance = try read(Self.wholeFile).governance
        #expect(governance.identity.name == "Writ of ML" && governance.identity.email.text == "writ@example.com")
        #expect(governance.identity.isNamed && governance.identity.key == "/w/keys/commit.key")
        #expect(governance.trust.revision?.text == String(repeating: "4f", count: 20))
        #expect(governance.trust.signers == "/w/allowed_signers")
        let forge = try #require(governance.forge)
        #expect(forge.kind == .gitea && forge.url == "http://127.0.0.1:3000" && forge.repository == "ml/models")
        #expect(forge.account == "writ-bot" && forge.token == .environment("FORGE_TOKEN"))
        #expect(forge.certificateAuthorities == "/w/ca.pem" && forge.deadline == .seconds(5) && !forge.reports)
        #expect(
            governance.webhooks
                == OperatorConfiguration.Webhooks(host: "127.0.0.1", port: 9443, secret: .file("/w/secret")))
        #expect(
            governance.engines == [
                OperatorConfiguration.Engine(
                    name: "local", way: .command(["judge", "--strict"]), deadline: .seconds(10)),
                OperatorConfiguration.Engine(
                    name: "opa", way: .url("http://127.0.0.1:8181/v1/data/writ/allow"), deadline: .minutes(1)),
            ])
        #expect(
            governance.outcome == OperatorConfiguration.Outcome(notes: true, checkpoints: true, every: .seconds(10)))
    }

    private static let wholeFile = """
        identity: {name: Writ of ML, email: writ@example.com, key: keys/commit.key}
        trust:
          revision: \(String(repeating: "4f", count: 20))
          signers: allowed_signers
        forge:
          kind: gitea
          url: http://127.0.0.1:3000
          repository: ml/models
          account: writ-bot
          token: {env: FORGE_TOKEN}
          certificateAuthorities: ca.pem
          deadline: 5s
          reports: false
        webhooks: {listen: "127.0.0.1:9443", secret: {file: secret}}
        engines:
          opa: {url: "http://127.0.0.1:8181/v1/data/writ/allow", deadline: 1m}
          local: {command: [judge, --strict]}
        outcome: {notes: true, checkpoints: true, every: 10s}

        """

    @Test("the commented examples of the published file are read as well")
    func published() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../manifests/writ.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        // Sections that are comments as a whole become text; other comments stay.
        var isSection = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.firstMatch(of: /^# (trust|forge|webhooks|engines):$/) != nil { isSection = true }
            if !line.hasPrefix("#") { isSection = false }
            return isSection ? String(line.dropFirst(2)) : String(line)
        }
        let example = try OperatorConfiguration(Array(lines.joined(separator: "\n").utf8), path: "/etc/writ/writ.yaml")
        #expect(example.governance.forge?.repository == "ml/models")
        #expect(example.governance.forge?.deadline == .seconds(30) && example.governance.forge?.reports == true)
        #expect(example.governance.engines.map(\.name) == ["local", "opa"])
        #expect(example.governance.trust.signers == "/etc/writ/allowed_signers")
        #expect(example.governance.webhooks?.port == 9443)
        #expect(example.governance.identity.isNamed)
    }

    @Test("what is wrong is said at its place", arguments: wrong)
    func refused(_ text: String, _ message: String) {
        #expect(problems(text).first == message)
    }

    private static let wrong: [(String, String)] = [
        (
            "identity: {name: \"a <b>\"}\n",
            "3:18 `identity.name` must be a name without `<`, `>` and line ends, at most 100 characters; `a <b>` is not"
        ),
        (
            "identity: {email: writ}\n",
            "3:19 `identity.email` must be an address such as writ@example.com; `writ` is not"
        ),
        ("identity: {mail: w@example.com}\n", "3:12 unknown field `mail` in `identity` | did you mean `email`?"),
        (
            "trust: {revision: main}\n",
            "3:19 `trust.revision` must be a commit's id, 40 hexadecimal digits; `main` is not"
        ),
        ("forge: github\n", "3:8 `forge` must be a mapping of fields"),
        (
            "forge: {kind: bitbucket, url: \"https://x.example\", repository: a/b, token: {env: T}}\n",
            "3:15 `forge.kind` must be one of github, gitlab, gitea; `bitbucket` is not"
        ),
        (
            "forge: {kind: gitea, url: \"http://git.example\", repository: a/b, token: {env: T}}\n",
            "3:27 `forge.url` must be an https:// address; http:// only of this machine; `http://git.example` is not"
        ),
        (
            "forge: {kind: gitea, url: \"https://git.example\", repository: a/b}\n",
            "3:8 `forge.token` is missing | where the access token lies: `{file: …}` or `{env: NAME}`"
        ),
        (
            "forge: {kind: gitea, url: \"https://git.example\", repository: a/b, token: hunter2}\n",
            "3:74 `forge.token` must name where the secret lies, never hold it | write {file: /path} or {env: NAME}"
        ),
        (
            "forge: {kind: gitea, url: \"https://git.example\", repository: a/b, token: {env: T}, deadline: 1h}\n",
            "3:94 `forge.deadline` must be a time from 1s to 10m, such as 30s or 5m; `1h` is not"
        ),
        (
            "webhooks: {listen: \"127.0.0.1:9\", secret: {env: S}}\n",
            "3:11 `webhooks` needs `forge`: its kind says how a delivery is signed"
        ),
        ("engines: [opa]\n", "3:10 `engines` must be a mapping of names"),
        (
            "engines: {Opa: {url: \"http://x\"}}\n",
            "3:16 `engines.Opa` is no name: 1 to 63 of a-z, 0-9 and `-`"
        ),
        ("engines: {opa: {}}\n", "3:16 `engines.opa` needs exactly one of `command` and `url`"),
        (
            "engines: {opa: {url: \"http://x\", command: [a]}}\n",
            "3:16 `engines.opa` needs exactly one of `command` and `url`"
        ),
        ("engines: {opa: {command: []}}\n", "3:16 `engines.opa` needs exactly one of `command` and `url`"),
        (
            "engines: {opa: {url: \"http://x\", deadline: 1h}}\n",
            "3:44 `engines.opa.deadline` must be a time from 1s to 5m, such as 30s or 5m; `1h` is not"
        ),
        (
            "outcome: {notes: yes}\n",
            "3:18 `outcome.notes` must be true or false; `yes` is not"
        ),
        (
            "outcome: {every: 10ms}\n",
            "3:18 `outcome.every` must be a time from 1s to 1d, such as 30s or 5m; `10ms` is not"
        ),
    ]

    @Test("what is told by pushing needs leave to push, and leave is a plain yes")
    func push() {
        let text = "repository: {url: /m}\ndata: /d\noutcome: {notes: true}\n"
        #expect(throws: ConfigurationFailure.self) { try OperatorConfiguration(Array(text.utf8), path: "/w/writ.yaml") }
        do {
            _ = try OperatorConfiguration(Array(text.utf8), path: "/w/writ.yaml")
        } catch {
            let said = (error as? ConfigurationFailure)?.diagnostics.map(\.message)
            #expect(said == ["`outcome` is told by pushing, and `repository.push` is not true"])
        }
        #expect(throws: ConfigurationFailure.self) {
            try OperatorConfiguration(
                Array("repository: {url: /m, push: perhaps}\ndata: /d\n".utf8), path: "/w/writ.yaml")
        }
    }
}
