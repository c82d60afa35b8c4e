// Who signs an approval, and with which key.
import Foundation
import WritSource
import WritVocabulary

/// Signs with `ssh-keygen`, which knows agents, security keys and passphrases.
struct ApprovalSigner {
    let person: Person
    let identity: CommitIdentity
    private let key: String

    init(_ git: UserGit, key: String?, person: String?) async throws {
        var named = person
        if named == nil { named = try await git.setting("user.email") }
        guard let text = named, let found = Person(text) else {
            throw CommandFailure(
                "it is not known who you are", hint: "say it with --as alice@example.com, as allowed_signers has it",
                code: .usage)
        }
        var file = key
        if file == nil { file = try await git.setting("user.signingKey") }
        guard let file, FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(
                "there is no key to sign with", hint: "name your SSH key with --key ~/.ssh/id_ed25519", code: .usage)
        }
        let name = try await git.setting("user.name") ?? found.text
        guard let identity = CommitIdentity(name: name, email: found.text) else {
            throw CommandFailure("\(name) cannot stand in a commit", hint: "set git's user.name", code: .usage)
        }
        self.person = found
        self.identity = identity
        self.key = file
    }

    func sign(_ bytes: [UInt8]) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "writ-approve-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let statement = folder.appending(path: "statement.json")
        try Data(bytes).write(to: statement)
        let code = try UserGit.interact([
            try UserGit.program("ssh-keygen"), "-q", "-Y", "sign", "-n", ApprovalStatement.namespace, "-f", key,
            statement.path,
        ])
        guard code == 0 else {
            throw CommandFailure(
                "ssh-keygen did not sign with \(key)", hint: "see what it said above; is the key yours and unlocked?",
                code: .unknown)
        }
        return try String(contentsOf: folder.appending(path: "statement.json.sig"), encoding: .utf8)
    }
}

/// Approvals in a clone, and the way to the remote.
struct ApprovalStore {
    static let attempts = 5
    private static let fetched = "refs/writ/approvals-fetched"

    let git: UserGit
    let source: GitSource
    let remote: String

    /// Takes in what others have pushed, so that this one is built on it.
    func catchUp(_ signer: ApprovalSigner) async throws {
        let listed = try await git.ask(["ls-remote", "--", remote, ApprovalStatement.reference])
        guard let id = listed.split(whereSeparator: \.isWhitespace).first.flatMap({ RevisionID(String($0)) }) else {
            return
        }
        _ = try await git.ask([
            "fetch", "--quiet", "--no-tags", "--", remote, "+\(ApprovalStatement.reference):\(Self.fetched)",
        ])
        try await source.joinApprovals(with: id, by: signer.identity, at: .now)
    }

    func add(_ statement: [UInt8], _ signature: String, _ signer: ApprovalSigner, at now: Timestamp) async throws {
        try await source.addApproval(statement, signature: signature, by: signer.identity, at: now)
    }

    /// Somebody may be faster: then theirs and ours are joined, never overwritten.
    func push(_ signer: ApprovalSigner) async throws {
        for _ in 0..<Self.attempts {
            if try await git.succeeds(["push", "--quiet", "--", remote, ApprovalStatement.reference]) { return }
            try await catchUp(signer)
        }
        _ = try await git.ask(
            ["push", "--quiet", "--", remote, ApprovalStatement.reference],
            hint: "the approval is in your clone; push it later with git push \(remote) \(ApprovalStatement.reference)")
    }
}
