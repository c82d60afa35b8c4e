// Who signs an approval, and with which key.
import Foundation
import Glibc
import WritSource
import WritVocabulary

/// Signs with `ssh-keygen`, which knows agents, security keys and passphrases.
struct ApprovalSigner {
    let person: Person
    let identity: CommitIdentity
    private let key: Key

    private enum Key {
        case file(String)
        /// A public key whose other half an agent holds.
        case agent(String)
    }

    init(_ git: UserGit, key: String?, person: String?) throws {
        let named = try person ?? git.setting("user.email")
        guard let text = named, let found = Person(text) else {
            throw CommandFailure(
                named.map { "“\($0)” cannot be a person" } ?? "it is not known who you are",
                hint: "say it with --as alice@example.com, as allowed_signers has it", code: .usage)
        }
        let name = try git.setting("user.name") ?? found.text
        guard let identity = CommitIdentity(name: name, email: found.text) else {
            throw CommandFailure("\(name) cannot stand in a commit", hint: "set git's user.name", code: .usage)
        }
        self.person = found
        self.identity = identity
        self.key = try key.map(Key.file) ?? ApprovalSigner.configured(git)
        if case .file(let path) = self.key { try ApprovalSigner.check(path) }
    }

    /// Git's own setting: a file, or the public key itself, as git takes it.
    private static func configured(_ git: UserGit) throws -> Key {
        guard let text = try git.setting("user.signingKey") else {
            throw CommandFailure(
                "there is no key to sign with", hint: "name your SSH key with --key ~/.ssh/id_ed25519", code: .usage)
        }
        if text.hasPrefix("key::") { return .agent(String(text.dropFirst(5))) }
        if text.hasPrefix("ssh-") { return .agent(text) }
        return .file(try git.setting("user.signingKey", isPath: true) ?? text)
    }

    private static func check(_ path: String) throws {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(
                "there is no SSH key at \(path)", hint: "name yours with --key ~/.ssh/id_ed25519", code: .usage)
        }
    }

    func sign(_ bytes: [UInt8]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "writ-approve-\(ProcessInfo.processInfo.globallyUniqueString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let statement = folder.appending(path: "statement.json")
        try Data(bytes).write(to: statement)
        var arguments = [try UserProgram.find("ssh-keygen"), "-q", "-Y", "sign", "-n", ApprovalStatement.namespace]
        let name: String
        switch key {
        case .file(let path):
            name = path
            arguments += ["-f", path]
        case .agent(let line):
            name = "the agent's key of user.signingKey"
            let file = folder.appending(path: "key.pub")
            try Data((line + "\n").utf8).write(to: file)
            arguments += ["-U", "-f", file.path(percentEncoded: false)]
        }
        guard try UserProgram.run(arguments + [statement.path(percentEncoded: false)], .shown).code == 0 else {
            throw CommandFailure(
                "ssh-keygen did not sign with \(name); nothing was approved",
                hint: "see what it said above; is the key yours, unlocked, and readable by you alone?", code: .unknown)
        }
        return try String(contentsOf: folder.appending(path: "statement.json.sig"), encoding: .utf8)
    }
}
