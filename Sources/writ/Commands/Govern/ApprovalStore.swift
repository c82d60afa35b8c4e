// Approvals in a clone, and the way to the remote.
import WritSource
import WritVocabulary

struct ApprovalStore {
    static let attempts = 5
    private static let fetched = "refs/writ/approvals-fetched"

    let git: UserGit
    let source: GitSource
    let remote: String

    /// Takes in what others have pushed, so that this one is built on it.
    func catchUp(_ signer: ApprovalSigner) async throws {
        guard let id = try git.tip(of: ApprovalStatement.reference, at: remote) else { return }
        _ = try git.ask([
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
            let before = try git.tip(of: ApprovalStatement.reference, at: remote)
            if try git.does(["push", "--quiet", "--", remote, ApprovalStatement.reference]) { return }
            let after = try git.tip(of: ApprovalStatement.reference, at: remote)
            guard before != after else { break }
            Terminal.complain("somebody approved at the same moment; joining theirs and yours\n")
            try await catchUp(signer)
        }
        throw CommandFailure(
            "the approval is in your clone, and \(remote) did not take it: see above",
            hint: "push it later: git push \(remote) \(ApprovalStatement.reference)", code: .unknown)
    }
}
