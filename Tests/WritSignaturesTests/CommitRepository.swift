// Commits as git makes them and as no git would, each put to `git verify-commit` and to Writ.
import Foundation
import WritVocabulary

@testable import WritSignatures

/// A repository with an empty tree, and the means to write any object into it.
struct CommitRepository {
    let sandbox: SignatureSandbox
    let tree: String
    static let date: Int64 = 1_781_481_600  // 2026-06-15T00:00:00Z

    init(_ sandbox: SignatureSandbox) async throws {
        self.sandbox = sandbox
        try await sandbox.must("git", ["init", "-q", "-b", "main", "."])
        tree = try await sandbox.must("git", ["hash-object", "-t", "tree", "-w", "--stdin"]).trimmingCharacters(
            in: .newlines)
    }

    /// An unsigned commit; `headers` follow the committer.
    func unsigned(
        _ message: String = "change\n", headers: String = "", parents: [RevisionID] = [], date: Int64 = date
    ) -> [UInt8] {
        let parents = parents.map { "parent \($0)\n" }.joined()
        return Array(
            """
            tree \(tree)
            \(parents)author Alice Example <alice@example.com> \(date) +0200
            committer Alice Example <alice@example.com> \(date) +0000
            \(headers)
            \(message)
            """.utf8)
    }

    /// Stores the object as it is and returns its id.
    func store(_ raw: [UInt8]) async throws -> RevisionID {
        let text = try await sandbox.must(
            "git", ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: raw)
        guard let id = RevisionID(text.trimmingCharacters(in: .newlines)) else {
            throw SignatureSandbox.SandboxError(description: "“\(text)” is no id")
        }
        return id
    }

    func raw(_ id: RevisionID) async throws -> [UInt8] {
        Array(try await sandbox.must("git", ["cat-file", "commit", id.text]).utf8)
    }

    /// What `git verify-commit` says with these allowed signers and revoked keys.
    func gitAccepts(_ id: RevisionID, signers: String, revoked: String = "") async throws -> Bool {
        let name = UUID().uuidString
        let arguments = [
            "-c", "gpg.ssh.allowedSignersFile=\(try sandbox.write(signers, to: "\(name).signers"))",
            "-c", "gpg.ssh.revocationFile=\(try sandbox.write(revoked, to: "\(name).revoked"))",
            "verify-commit", id.text,
        ]
        return try await sandbox.ask("git", arguments).isSuccess
    }

    func verdict(
        _ raw: [UInt8], _ id: RevisionID, signers: String, revoked: String = "",
        firstSeen: Timestamp = Timestamp(milliseconds: date * 1000)
    ) async throws -> Authenticity {
        try await SignatureTrust(signers, revoked: revoked).authenticity(ofCommit: raw, id: id, firstSeen: firstSeen)
    }
}

/// `gpgsig` and the armor, as one header.
func header(_ armored: [UInt8], name: String = "gpgsig") -> String {
    let lines = String(decoding: armored, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    return name + " " + lines.dropLast().joined(separator: "\n ") + "\n"
}

/// Puts a header before the empty line that ends the headers.
func inserting(_ header: String, into raw: [UInt8]) -> [UInt8] {
    let end = raw.indices.first { raw[$0...].starts(with: [10, 10]) } ?? raw.endIndex - 1
    return raw[...end] + Array(header.utf8) + raw[(end + 1)...]
}

func replacing(_ old: String, with new: String, in raw: [UInt8]) -> [UInt8] {
    guard let start = raw.indices.first(where: { raw[$0...].starts(with: Array(old.utf8)) }) else { return raw }
    return raw[..<start] + Array(new.utf8) + raw[(start + old.utf8.count)...]
}
