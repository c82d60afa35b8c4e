// What belongs to the operator and never to the repository: `writ.yaml` on the controller's machine.
import Foundation
import WritManifests
import WritSource
import WritVocabulary

/// The operator's decisions about one controller. Every field but the repository's address has a default.
struct OperatorConfiguration: Hashable, Sendable {
    /// Where Writ reads what shall be.
    struct Repository: Hashable, Sendable {
        var address: RemoteAddress
        var branch: BranchName
        /// The folder of the manifests; nil is the whole repository.
        var manifests: RepositoryPath?
        var poll: TimeSpan
        /// One fetch, from its start to its answer.
        var deadline: TimeSpan
        var credentials: Credentials
        /// A PEM file of certificate authorities for https; nil is the system's.
        var certificateAuthorities: String?
        /// Whether Writ may push: its own branches, notes, and commits where policy allows.
        var push: Bool
    }

    struct Gateway: Hashable, Sendable {
        /// An IPv4 address.
        var host: String
        /// 0 lets the kernel choose.
        var port: Int
        /// Event loops; nil is one for each core, at most four.
        var loops: Int?
        var headBytes: Int
        var bodyBytes: Int64
        var connections: Int
        /// Whether a proxy in front may say who the client is.
        var trustsForwarded: Bool
        /// Whether any request may be sent once more when a kept connection turns out closed, not only idempotent ones.
        var replaysAll: Bool
    }

    /// The driver that trains and serves on this machine.
    struct Local: Hashable, Sendable {
        enum Sandbox: String, Hashable, Sendable, CaseIterable {
            /// Nothing runs without bubblewrap's walls.
            case required
            /// Training code runs with limits but without walls: for machines where bubblewrap cannot work. Recorded
            /// with each run.
            case none
        }

        /// Folders that manifests may name files in; none by default.
        var files: [String]
        /// Training and evaluation processes at once.
        var parallel: Int
        /// The `uv` program: a path, or a name looked up in `PATH`.
        var uv: String
        var sandbox: Sandbox
        /// Between two comparisons of what a replica loads with what was approved.
        var integrity: TimeSpan
    }

    enum LogLevel: String, Hashable, Sendable, CaseIterable { case debug, info, warning, error }

    /// Where the file lies; what it names relatively is relative to its folder.
    var path: String
    var repository: Repository
    /// The data directory, absolute.
    var data: String
    /// The ledger's name in every checkpoint: like a host and a path, `writ.example/prod`.
    var origin: String
    var gateway: Gateway
    var local: Local
    var governance: GovernanceSettings
    var audit: AuditSettings
    var log: LogLevel
}

/// A file that cannot be used, with everything that is wrong in it.
struct ConfigurationFailure: WritFailure {
    var code: String { "invalid-configuration" }
    var message: String
    var retry: Retry { .terminal }
    var diagnostics: [Diagnostic]
}

extension OperatorConfiguration {
    static let maximumBytes = 256 << 10
    static let defaultPaths = ["writ.yaml", "/etc/writ/writ.yaml"]

    /// Reads a file.
    static func load(_ path: String) throws -> OperatorConfiguration {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        guard let handle = FileHandle(forReadingAtPath: absolute) else {
            throw ConfigurationFailure(message: "the operator's file \(path) cannot be opened", diagnostics: [])
        }
        defer { try? handle.close() }
        let bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data()
        guard bytes.count <= maximumBytes else {
            throw ConfigurationFailure(message: "\(path) is larger than 256 KiB", diagnostics: [])
        }
        return try OperatorConfiguration(Array(bytes), path: absolute)
    }

    /// Reads a file's bytes; throws everything that is wrong at once.
    init(_ bytes: [UInt8], path: String) throws {
        let text = ConfigurationText(path: path, source: bytes)
        let reader = ConfigurationReader(text)
        let (root, problems) = text.parse()
        reader.add(problems)
        let read = root.flatMap { OperatorConfiguration.read($0, path: path, reader) }
        guard reader.diagnostics.isEmpty, let read else {
            let count = reader.diagnostics.count
            throw ConfigurationFailure(
                message: "\(path) has \(count) \(count == 1 ? "error" : "errors")",
                diagnostics: reader.diagnostics.sorted())
        }
        self = read
    }

    private static func read(
        _ root: ConfigurationNode, path: String, _ reader: ConfigurationReader
    ) -> OperatorConfiguration? {
        let file = ConfigurationSection(
            root, path: "",
            fields: ["repository", "data", "ledger", "gateway", "local", "log", "audit"] + governanceFields, reader)
        let base = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let repository = repository(file, base)
        let data = file.require(
            "data", file.value("data", expected: "a path") { absolute($0, base) }, "the folder for all that Writ keeps")
        let ledger = file.section("ledger", fields: ["origin"])
        let origin = ledger.value("origin", expected: "a name without spaces or `+`, such as writ.example/prod") {
            text in
            (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2B }
                ? text : nil
        }
        let gateway = gateway(file)
        let local = local(file, base)
        let log = file.value("log", expected: oneOf(LogLevel.self), LogLevel.init(rawValue:)) ?? .info
        let governance = governance(file, data: data, base)
        guard let repository, let data, let governance else { return nil }
        if !repository.push, governance.outcome.notes || governance.outcome.checkpoints,
            let node = file.node("outcome")
        {
            reader.report(node, "`outcome` is told by pushing, and `repository.push` is not true")
        }
        return OperatorConfiguration(
            path: path, repository: repository, data: data, origin: origin ?? "writ.invalid/local", gateway: gateway,
            local: local, governance: governance, audit: audit(file, base), log: log)
    }

    private static func repository(_ file: ConfigurationSection, _ base: String) -> Repository? {
        let section = file.section(
            "repository",
            fields: [
                "url", "branch", "manifests", "poll", "deadline", "credentials", "certificateAuthorities", "push",
            ])
        let address = section.require("url", address(section, base), "a path, file://, https://, http:// or ssh://")
        let branch = section.value("branch", expected: "a branch's name", BranchName.init)
        let manifests = section.value("manifests", expected: "a folder of the repository") { text in
            RepositoryPath(text.hasSuffix("/") ? String(text.dropLast()) : text)
        }
        let poll = section.span("poll", in: TimeSpan(milliseconds: 100) ... .minutes(1440))
        let deadline = section.span("deadline", in: .seconds(1) ... .minutes(60))
        let authorities = section.value("certificateAuthorities", expected: "a file") { absolute($0, base) }
        let credentials = credentials(section, base)
        guard let address, let main = branch ?? BranchName("main") else { return nil }
        return Repository(
            address: address, branch: main, manifests: manifests, poll: poll ?? .seconds(30),
            deadline: deadline ?? .minutes(5),
            credentials: credentials, certificateAuthorities: authorities, push: section.boolean("push") ?? false)
    }

    /// The address's own sentence says what is wrong with it.
    private static func address(_ section: ConfigurationSection, _ base: String) -> RemoteAddress? {
        guard let node = section.node("url") else { return nil }
        guard case .text(let text) = node.content else {
            section.reader.report(node, "`repository.url` must be text")
            return nil
        }
        do {
            let isRelative = text.hasPrefix("./") || text.hasPrefix("../") || text == "."
            return try RemoteAddress(checking: isRelative ? absolute(text, base) ?? text : text)
        } catch {
            section.reader.report(node, "\(error)")
            return nil
        }
    }

    private static func credentials(_ repository: ConfigurationSection, _ base: String) -> Credentials {
        guard repository.node("credentials") != nil else { return .none }
        let section = repository.section(
            "credentials", fields: ["user", "password", "privateKey", "passphrase", "knownHosts"])
        let user = section.value("user", expected: "a user's name") { $0.isEmpty ? nil : $0 }
        let password = secret("password", in: section, base)
        let key = section.value("privateKey", expected: "a file") { absolute($0, base) }
        let hosts = section.value("knownHosts", expected: "a file") { absolute($0, base) }
        if let key {
            guard
                let hosts = section.require("knownHosts", hosts, "the file of host keys the server is checked against")
            else { return .none }
            return .sshKey(
                user: user ?? "git", privateKeyFile: key, passphrase: secret("passphrase", in: section, base),
                knownHostsFile: hosts)
        }
        guard
            let password = section.require(
                "password", password, "`password: {file: …}` or `{env: NAME}`, or `privateKey`")
        else { return .none }
        return .basic(user: user ?? "git", password: password)
    }

    /// Secrets are never written here, only where they lie.
    static func secret(_ field: String, in parent: ConfigurationSection, _ base: String) -> SecretReference? {
        guard let node = parent.node(field) else { return nil }
        guard case .mapping(let entries) = node.content, entries.count == 1 else {
            parent.reader.report(
                node, "`\(parent.name(field))` must name where the secret lies, never hold it",
                hint: "write {file: /path} or {env: NAME}")
            return nil
        }
        let section = parent.section(field, fields: ["file", "env"])
        let file = section.value("file", expected: "a file") { absolute($0, base) }
        let variable = section.value("env", expected: "the name of an environment variable") { text in
            !text.isEmpty
                && text.utf8.allSatisfy {
                    $0 == 0x5F || ($0 < 0x80 && Character(Unicode.Scalar($0)).isLetter) || (0x30...0x39).contains($0)
                } ? text : nil
        }
        return file.map(SecretReference.file) ?? variable.map(SecretReference.environment)
    }

    private static func gateway(_ file: ConfigurationSection) -> Gateway {
        let section = file.section(
            "gateway",
            fields: ["listen", "loops", "headBytes", "bodyBytes", "connections", "trustsForwarded", "replaysAll"])
        let listen = section.value(
            "listen", expected: "an IPv4 address and a port, such as 127.0.0.1:8080", hostAndPort)
        return Gateway(
            host: listen?.host ?? "127.0.0.1", port: listen?.port ?? 8080, loops: section.integer("loops", in: 1...64),
            headBytes: section.bytes("headBytes", in: 1024...(1 << 20)).map(Int.init) ?? 32 << 10,
            bodyBytes: section.bytes("bodyBytes", in: 1024...(16 << 30)) ?? 64 << 20,
            connections: section.integer("connections", in: 1...1_000_000) ?? 10_000,
            trustsForwarded: section.boolean("trustsForwarded") ?? false,
            replaysAll: section.boolean("replaysAll") ?? false)
    }

    private static func local(_ file: ConfigurationSection, _ base: String) -> Local {
        let section = file.section("local", fields: ["files", "parallel", "uv", "sandbox", "integrity"])
        let sandbox = section.value("sandbox", expected: oneOf(Local.Sandbox.self), Local.Sandbox.init(rawValue:))
        return Local(
            files: section.texts("files", expected: "folders") { absolute($0, base) } ?? [],
            parallel: section.integer("parallel", in: 1...256) ?? 2,
            uv: section.value("uv", expected: "a program") {
                $0.isEmpty ? nil : $0.contains("/") ? absolute($0, base) : $0
            } ?? "uv",
            sandbox: sandbox ?? .required,
            integrity: section.span("integrity", in: .seconds(1) ... .minutes(1440)) ?? .minutes(1))
    }

    static func hostAndPort(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        let parts = text[..<colon].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil && ($0 == "0" || !$0.hasPrefix("0")) }) else {
            return nil
        }
        return (String(text[..<colon]), port)
    }

    static func oneOf<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> String {
        "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// A path without `.` and `..`, relative ones below the file's folder; nil for what cannot be one.
    static func absolute(_ text: String, _ base: String) -> String? {
        guard !text.isEmpty, !text.utf8.contains(0), text.utf8.count <= 4096 else { return nil }
        return URL(filePath: text.hasPrefix("/") ? text : base + "/" + text).standardizedFileURL.path(
            percentEncoded: false)
    }
}
