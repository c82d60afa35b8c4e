// The operator's file where it speaks of trust: who Writ is, whom it believes, and where people review.
import Foundation
import WritManifests
import WritServer
import WritSource
import WritVocabulary

extension OperatorConfiguration {
    /// Who Writ is in the repository.
    struct Identity: Hashable, Sendable {
        var name: String
        /// Also the principal of Writ's key in `allowed_signers`.
        var email: Person
        /// Whether the operator's file says who; else a name that belongs to nobody.
        var isNamed: Bool
        /// Writ's own Ed25519 key, an OpenSSH file; made when it is missing.
        var key: String
    }

    /// Where trust begins.
    struct Trust: Hashable, Sendable {
        /// The first revision to accept; nil is whatever the branch shows first.
        var revision: RevisionID?
        /// An `allowed_signers` file, in force until a policy of the repository names its own.
        var signers: String?
    }

    /// Where pull requests are.
    struct ForgeSettings: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable, CaseIterable { case github, gitlab, gitea }

        var kind: Kind
        var url: String
        var repository: String
        var account: String?
        var token: SecretReference
        var certificateAuthorities: String?
        var deadline: TimeSpan
        /// Whether Writ comments on pull requests and sets commit statuses.
        var reports: Bool
    }

    /// Where deliveries from the forge are taken.
    struct Webhooks: Hashable, Sendable {
        var host: String
        var port: Int
        var secret: SecretReference
    }

    /// A policy engine rules may name.
    struct Engine: Hashable, Sendable {
        enum Way: Hashable, Sendable {
            /// Gets the plan on its standard input, answers JSON on its standard output.
            case command([String])
            /// Is sent the plan as `{"input": …}`, answers like Open Policy Agent's data interface.
            case url(String)
        }

        var name: String
        var way: Way
        var deadline: TimeSpan
    }

    /// What Writ writes into Git of what it did.
    struct Outcome: Hashable, Sendable {
        var notes: Bool
        var checkpoints: Bool
        /// The shortest time between two pushes.
        var every: TimeSpan
    }

    /// All of it.
    struct GovernanceSettings: Hashable, Sendable {
        var identity: Identity
        var trust: Trust
        var forge: ForgeSettings?
        var webhooks: Webhooks?
        /// Sorted by name.
        var engines: [Engine]
        var outcome: Outcome
    }

    static let governanceFields = ["identity", "trust", "forge", "webhooks", "engines", "outcome"]

    static func governance(
        _ file: ConfigurationSection, data: String?, _ base: String
    ) -> GovernanceSettings? {
        let outcome = file.section("outcome", fields: ["notes", "checkpoints", "every"])
        let forge = forge(file, base)
        let webhooks = webhooks(file, base)
        if webhooks != nil, forge == nil, let node = file.node("webhooks") {
            file.reader.report(node, "`webhooks` needs `forge`: its kind says how a delivery is signed")
        }
        guard let identity = identity(file, data: data, base) else { return nil }
        return GovernanceSettings(
            identity: identity, trust: trust(file, base), forge: forge, webhooks: webhooks,
            engines: engines(file, base),
            outcome: Outcome(
                notes: outcome.boolean("notes") ?? false, checkpoints: outcome.boolean("checkpoints") ?? false,
                every: outcome.span("every", in: .seconds(1) ... .minutes(1440)) ?? .minutes(1)))
    }

    private static func identity(_ file: ConfigurationSection, data: String?, _ base: String) -> Identity? {
        let section = file.section("identity", fields: ["name", "email", "key"])
        let name = section.value("name", expected: "a name without `<`, `>` and line ends, at most 100 characters") {
            text in
            (1...100).contains(text.count) && !text.contains(where: { "<>\n\r\0".contains($0) }) ? text : nil
        }
        let email = section.value("email", expected: "an address such as writ@example.com") { text in
            text.contains("@") && !text.contains("<") && !text.contains(">") ? Person(text) : nil
        }
        let key = section.value("key", expected: "a file") { absolute($0, base) }
        guard let fallback = Person("writ@writ.invalid") else { return nil }
        return Identity(
            name: name ?? "Writ", email: email ?? fallback, isNamed: email != nil,
            key: key ?? "\(data ?? base)/commit.key")
    }

    private static func trust(_ file: ConfigurationSection, _ base: String) -> Trust {
        let section = file.section("trust", fields: ["revision", "signers"])
        return Trust(
            revision: section.value("revision", expected: "a commit's id, 40 hexadecimal digits", RevisionID.init),
            signers: section.value("signers", expected: "a file") { absolute($0, base) })
    }

    private static func forge(_ file: ConfigurationSection, _ base: String) -> ForgeSettings? {
        guard file.node("forge") != nil else { return nil }
        let section = file.section(
            "forge",
            fields: ["kind", "url", "repository", "account", "token", "certificateAuthorities", "deadline", "reports"])
        let kind = section.require(
            "kind",
            section.value("kind", expected: oneOf(ForgeSettings.Kind.self), ForgeSettings.Kind.init(rawValue:)),
            "github, gitlab or gitea (Forgejo is gitea)")
        let url = section.require(
            "url", section.value("url", expected: "an https:// address; http:// only of this machine", forgeAddress),
            "the server's address, such as https://git.example.com")
        let repository = section.require(
            "repository", section.value("repository", expected: "a name such as owner/name") { $0.isEmpty ? nil : $0 },
            "how the forge calls it: owner/name")
        let token = section.require(
            "token", secret("token", in: section, base), "where the access token lies: `{file: …}` or `{env: NAME}`")
        let account = section.value("account", expected: "an account's name") { $0.isEmpty ? nil : $0 }
        let authorities = section.value("certificateAuthorities", expected: "a file") { absolute($0, base) }
        let deadline = section.span("deadline", in: .seconds(1) ... .minutes(10))
        let reports = section.boolean("reports")
        guard let kind, let url, let repository, let token else { return nil }
        return ForgeSettings(
            kind: kind, url: url, repository: repository, account: account, token: token,
            certificateAuthorities: authorities, deadline: deadline ?? .seconds(30), reports: reports ?? true)
    }

    /// The token goes there.
    private static func forgeAddress(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        let isHere = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        return parts.scheme == "https" || parts.scheme == "http" && isHere ? text : nil
    }

    private static func webhooks(_ file: ConfigurationSection, _ base: String) -> Webhooks? {
        guard file.node("webhooks") != nil else { return nil }
        let section = file.section("webhooks", fields: ["listen", "secret"])
        let listen = section.require(
            "listen",
            section.value("listen", expected: "an IPv4 address and a port, such as 127.0.0.1:9443", hostAndPort),
            "where deliveries arrive")
        let secret = section.require(
            "secret", secret("secret", in: section, base), "what the forge signs deliveries with, or its token")
        guard let listen, let secret else { return nil }
        return Webhooks(host: listen.host, port: listen.port, secret: secret)
    }

    private static func engines(_ file: ConfigurationSection, _ base: String) -> [Engine] {
        guard let node = file.node("engines") else { return [] }
        guard case .mapping(let entries) = node.content else {
            file.reader.report(node, "`engines` must be a mapping of names")
            return []
        }
        for entry in entries where ResourceName(entry.key) == nil {
            file.reader.report(
                entry.value,
                "`engines.\(VisibleText.line(String(entry.key.prefix(60))))` is no name: 1 to 63 of a-z, 0-9 and `-`")
        }
        let names = entries.map(\.key).filter { ResourceName($0) != nil }
        let section = file.section("engines", fields: entries.map(\.key))
        return names.sorted().compactMap { name in
            let engine = section.section(name, fields: ["command", "url", "deadline"])
            let command = engine.texts("command", expected: "the program and its arguments") { $0.isEmpty ? nil : $0 }
            let url = engine.value("url", expected: "an http:// or https:// address") {
                $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil
            }
            let deadline = engine.span("deadline", in: .seconds(1) ... .minutes(5)) ?? .seconds(10)
            switch (command, url) {
            case (let command?, nil) where !command.isEmpty:
                return Engine(name: name, way: .command(command), deadline: deadline)
            case (nil, let url?): return Engine(name: name, way: .url(url), deadline: deadline)
            case _:
                let place = entries.first { $0.key == name }?.value ?? node
                file.reader.report(place, "`engines.\(name)` needs exactly one of `command` and `url`")
                return nil
            }
        }
    }
}
