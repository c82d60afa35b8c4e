// The operator's file: what it means, and what is said when it means nothing.
import Foundation
import Testing
import WritManifests
import WritSource
import WritVocabulary

@testable import writ

struct OperatorConfigurationTests {
    private func read(_ text: String) throws -> OperatorConfiguration {
        try OperatorConfiguration(Array(text.utf8), path: "/etc/writ/writ.yaml")
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

    @Test("two fields are enough; the rest has defaults, and relative paths start at the file")
    func smallest() throws {
        let configuration = try read("repository: {url: ./models}\ndata: state\n")
        #expect(configuration.repository.address.text == "/etc/writ/models")
        #expect(configuration.repository.branch.text == "main")
        #expect(configuration.repository.manifests == nil)
        #expect(configuration.repository.poll == .seconds(30))
        #expect(configuration.repository.credentials == .none)
        #expect(configuration.data == "/etc/writ/state")
        #expect(configuration.gateway.host == "127.0.0.1")
        #expect(configuration.gateway.port == 8080)
        #expect(configuration.local.sandbox == .required)
        #expect(configuration.local.files == [])
        #expect(configuration.log == .info)
        #expect(configuration.repository.push == false)
        let governance = configuration.governance
        #expect(governance.identity.name == "Writ" && governance.identity.isNamed == false)
        #expect(governance.identity.key == "/etc/writ/state/commit.key")
        #expect(governance.trust == OperatorConfiguration.Trust(revision: nil, signers: nil))
        #expect(governance.forge == nil && governance.webhooks == nil && governance.engines == [])
        #expect(
            governance.outcome == OperatorConfiguration.Outcome(notes: false, checkpoints: false, every: .minutes(1)))
    }

    @Test("the published example is read, and so is the starter's file")
    func examples() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../manifests/writ.yaml")
        let example = try read(String(decoding: Data(contentsOf: folder), as: UTF8.self))
        #expect(example.repository.credentials == .basic(user: "git", password: .file("/etc/writ/token")))
        #expect(example.origin == "writ.example/prod")
        #expect(example.local.files == ["/srv/data"])
        #expect(example.gateway.bodyBytes == 64 << 20)
        let starter = try read(Starter.operatorFile)
        #expect(starter.data == "/etc/writ/data-writ")
    }

    @Test("every error comes at once, with its place")
    func allErrors() {
        let text = """
            repository:
              url: git@example.org:models
              brunch: main
              poll: soon
            gateway:
              listen: 8080
              loops: 0
            log: loud
            """
        #expect(
            problems(text) == [
                "1:1 `data` is missing | the folder for all that Writ keeps",
                "2:8 “git@example.org:models” is not a repository address: give an absolute path, file://, https://, http:// or "
                    + "ssh:// (write git@host:path as ssh://git@host/path).",
                "3:3 unknown field `brunch` in `repository` | did you mean `branch`?",
                "4:9 `repository.poll` must be a time from 100ms to 1d, such as 30s or 5m; `soon` is not",
                "6:11 `gateway.listen` must be an IPv4 address and a port, such as 127.0.0.1:8080; `8080` is not",
                "7:10 `gateway.loops` must be a whole number from 1 to 64; `0` is not",
                "8:6 `log` must be one of debug, info, warning, error; `loud` is not",
            ])
    }

    @Test("a secret written into the file is refused, and not repeated")
    func secret() {
        let text = "repository:\n  url: https://git.example/m.git\n  credentials: {password: hunter2}\ndata: /d\n"
        let found = problems(text)
        #expect(
            found.first
                == "3:27 `repository.credentials.password` must name where the secret lies, never hold it | write {file: /path} or {env: NAME}"
        )
        #expect(!found.joined().contains("hunter2"))
        let inAddress = problems("repository: {url: \"https://me:hunter2@git.example/m.git\"}\ndata: /d\n")
        #expect(inAddress.count == 1)
        #expect(!inAddress.joined().contains("hunter2"))
    }

    @Test("a key needs the host keys it is used with")
    func sshKey() throws {
        let text =
            "repository:\n  url: ssh://git@git.example/m.git\n  credentials: {privateKey: id, passphrase: {env: PASS}HOSTS}\ndata: /d\n"
        #expect(
            problems(text.replacingOccurrences(of: "HOSTS", with: "")).first?.contains(
                "`repository.credentials.knownHosts` is missing") == true)
        let whole = try read(text.replacingOccurrences(of: "HOSTS", with: ", knownHosts: hosts"))
        #expect(
            whole.repository.credentials
                == .sshKey(
                    user: "git", privateKeyFile: "/etc/writ/id", passphrase: .environment("PASS"),
                    knownHostsFile: "/etc/writ/hosts"))
    }

    @Test(
        "what is not one plain document is refused",
        arguments: [
            ("", "the file is empty"), ("a: 1\n---\nb: 2\n", "the file holds more than one document"),
            ("data: &x /d\n", "anchors are not allowed"), ("- a\n", "the file must be a mapping of fields"),
            ("data: /d\ndata: /e\n", "the key `data` stands here a second time"), ("data: [\n", "this is not YAML"),
        ])
    func refused(text: String, message: String) {
        #expect(problems(text).first?.contains(message) == true)
    }
}
