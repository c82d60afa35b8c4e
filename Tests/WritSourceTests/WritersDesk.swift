// What the tests of Writ's own commits share: a key, an identity, a time, and sources that may push.
import Foundation
import WritBackends
import WritSignatures
import WritVocabulary

@testable import WritSource

enum Desk {
    static let identity = CommitIdentity(name: "Writ", email: "writ@example.com")!
    static let now = Timestamp("2026-03-01T12:00:00.000Z")!
    static let key = try? SigningKey(seed: Array(0..<32))

    /// Signs as `writ@example.com`.
    static let sign: CommitSigner = { payload in
        guard let key else { throw GitSandbox.SandboxError(description: "no key") }
        return try key.sign(payload, namespace: SignatureTrust.commitNamespace)
    }

    static func allowedSigners() throws -> String {
        guard let key else { throw GitSandbox.SandboxError(description: "no key") }
        return key.allowedSignersLine(principal: "writ@example.com", namespaces: ["git", ApprovalStatement.namespace])
            + "\n"
    }

    static func draft(
        _ base: RevisionID, _ changes: [String: FileChange], message: String = "writ: a change"
    ) -> CommitDraft {
        CommitDraft(
            base: base, changes: Dictionary(uniqueKeysWithValues: changes.map { (path($0), $1) }), author: identity,
            at: now, message: message)
    }
}

extension FileChange {
    static func text(_ text: String) -> FileChange { .write(Array(text.utf8)) }
}

extension GitSandbox {
    /// Runs git in the mirror.
    @discardableResult
    func inMirror(_ arguments: String...) async throws -> String { try await git(arguments, in: mirror) }

    /// Makes a commit of Writ's on `base` and returns it.
    func written(
        _ source: GitSource, on base: RevisionID, _ changes: [String: FileChange], message: String = "writ: a change"
    ) async throws -> RevisionID {
        try await source.commit(Desk.draft(base, changes, message: message), sign: Desk.sign)
    }

    /// A hook of `upstream`, as a shell script.
    func hook(_ name: String, _ script: String) throws {
        let path = "\(upstream)/hooks/\(name)"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
}

extension BranchName {
    static let main = BranchName("main")!
    static let proposal = BranchName("writ/promotion/flights-8")!
}
