// Fetching over ssh from a real sshd with git-shell.
import Foundation
import Subprocess
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(
    .enabled(
        if: FetchExecutable.isPresent("/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/git-shell")
            && NSUserName() == "root",
        "needs the built writ executable, sshd, ssh-keygen and git-shell, and to be root, as sshd does"))
struct SSHFetchTests {
    @Test("a known host and the right key fetch; an unknown host, a changed host key and a foreign key do not")
    func keys() async throws {
        let sandbox = try await GitSandbox()
        let tip = try await sandbox.commit(["models/a.yaml": .file("1")])
        let server = try await SSHServer(sandbox)
        try await withDaemons([server.command], ready: { isListening(on: server.port) }) {
            let address = "ssh://root@127.0.0.1:\(server.port)\(sandbox.upstream)"
            let known = try sandbox.file("known", "[127.0.0.1]:\(server.port) \(server.hostKey)\n")
            let source = try sandbox.childSource(address, credentials: server.login(server.userKey, known))
            #expect(try await source.fetch() == tip)
            let next = try await sandbox.commit(["models/a.yaml": .file("2")])
            #expect(try await source.fetch() == next)

            let hashed = try await server.hashed(known)
            #expect(
                try await sandbox.childSource(address, credentials: server.login(server.userKey, hashed)).fetch()
                    == next)

            for strangers in [
                try sandbox.file("empty", ""),
                try sandbox.file("changed", "[127.0.0.1]:\(server.port) \(server.foreignPublicKey)\n"),
            ] {
                let failure = await #expect(throws: SourceFailure.self) {
                    try await sandbox.childSource(address, credentials: server.login(server.userKey, strangers)).fetch()
                }
                #expect(failure?.code == "host-unknown", "\(String(describing: failure))")
                #expect(failure?.message.contains(server.fingerprint) == true, "\(String(describing: failure))")
            }
            let refused = await #expect(throws: SourceFailure.self) {
                try await sandbox.childSource(address, credentials: server.login(server.foreignKey, known)).fetch()
            }
            #expect(refused?.code == "authentication-refused")
            #expect(refused?.message.contains("private key \(server.foreignKey)") == true)
        }
    }

    @Test("without a known hosts file no host is asked")
    func noKnownHosts() async throws {
        let sandbox = try await GitSandbox()
        let key = try sandbox.file("key", "not read")
        let failure = await #expect(throws: SourceFailure.self) {
            try await sandbox.childSource(
                "ssh://git@127.0.0.1:1/x",
                credentials: .sshKey(
                    user: "git", privateKeyFile: key, passphrase: nil, knownHostsFile: sandbox.folder + "/absent")
            ).fetch()
        }
        #expect(failure?.code == "source-configuration")
        #expect(failure?.message.contains("no ssh host is trusted") == true)
    }
}

/// An sshd on a loopback port that runs git-shell for one key.
struct SSHServer: Sendable {
    let port: Int
    let command: [String]
    let hostKey: String
    let fingerprint: String
    let userKey: String
    let foreignKey: String
    let foreignPublicKey: String
    private let environment: [String: String]

    init(_ sandbox: GitSandbox) async throws {
        let folder = sandbox.folder
        environment = sandbox.environment
        port = try freePort()
        userKey = folder + "/user"
        foreignKey = folder + "/foreign"
        for name in ["host", "user", "foreign"] {
            try await SSHServer.keygen(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(folder)/\(name)"])
        }
        func publicKey(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder)/\(name).pub", encoding: .utf8)
        }
        hostKey = try publicKey("host").split(separator: " ").prefix(2).joined(separator: " ")
        foreignPublicKey = try publicKey("foreign").split(separator: " ").prefix(2).joined(separator: " ")
        fingerprint = try await String(SSHServer.keygen(["-l", "-f", "\(folder)/host.pub"]).split(separator: " ")[1])
        let allowed = try sandbox.file(
            "authorized", "command=\"git-shell -c \\\"$SSH_ORIGINAL_COMMAND\\\"\" \(publicKey("user"))")
        let configuration = try sandbox.file(
            "sshd_config",
            """
            ListenAddress 127.0.0.1
            Port \(port)
            HostKey \(folder)/host
            AuthorizedKeysFile \(allowed)
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            StrictModes no
            UsePAM no
            PidFile none
            """)
        try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", configuration]
    }

    func login(_ key: String, _ knownHosts: String) -> Credentials {
        .sshKey(user: "root", privateKeyFile: key, passphrase: nil, knownHostsFile: knownHosts)
    }

    /// The same known hosts with the host names hashed, as Debian's ssh writes them.
    func hashed(_ file: String) async throws -> String {
        let copy = file + ".hashed"
        try FileManager.default.copyItem(atPath: file, toPath: copy)
        try await SSHServer.keygen(["-q", "-H", "-f", copy])
        return copy
    }

    @discardableResult
    private static func keygen(_ arguments: [String]) async throws -> String {
        let result = try await run(
            .name("ssh-keygen"), arguments: Arguments(arguments), output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw GitSandbox.SandboxError(description: result.standardError)
        }
        return result.standardOutput
    }
}
