// OpenPGP keys made with the real gpg in a home of their own.
import Foundation
import WritVocabulary

@testable import WritSignatures

struct OpenPGPKeyring {
    let sandbox: SignatureSandbox
    let repository: CommitRepository

    /// Gives a keyring to `body`, and ends the agent gpg has started.
    static func with(_ body: (OpenPGPKeyring) async throws -> Void) async throws {
        let sandbox = try SignatureSandbox()
        try FileManager.default.createDirectory(
            atPath: sandbox.folder + "/gnupg", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        let keyring = OpenPGPKeyring(sandbox: sandbox, repository: try await CommitRepository(sandbox))
        do {
            try await body(keyring)
        } catch {
            try await sandbox.must("gpgconf", ["--kill", "all"])
            throw error
        }
        try await sandbox.must("gpgconf", ["--kill", "all"])
    }

    @discardableResult
    func gpg(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        try await sandbox.must("gpg", ["--batch", "--quiet", "--passphrase", "", "--yes"] + arguments, input: input)
    }

    /// The full fingerprint of a new primary key.
    func newKey(_ name: String, expire: String = "0", at time: String? = nil) async throws -> String {
        let faked = time.map { ["--faked-system-time", $0 + "!"] } ?? []
        try await gpg(faked + ["--quick-generate-key", "\(name) <\(name)@example.com>", "ed25519", "sign", expire])
        return try await fingerprints("\(name)@example.com")[0]
    }

    /// The primary key's, then the subkeys'.
    func fingerprints(_ user: String) async throws -> [String] {
        try await gpg(["--list-keys", "--with-colons", user]).split(separator: "\n").filter { $0.hasPrefix("fpr:") }
            .map { String($0.split(separator: ":")[1]) }
    }

    func sign(_ bytes: [UInt8], as users: [String], _ options: [String] = []) async throws -> [UInt8] {
        let input = try sandbox.write(bytes, to: "to-sign")
        try await gpg(
            options + users.flatMap { ["-u", $0] } + ["--armor", "--output", "signature", "--detach-sign", input])
        return Array(try Data(contentsOf: URL(filePath: sandbox.folder + "/signature")))
    }

    func export() async throws -> [UInt8] {
        try await gpg(["--output", "ring", "--export"])
        return Array(try Data(contentsOf: URL(filePath: sandbox.folder + "/ring")))
    }

    func revoke(_ fingerprint: String) async throws {
        let path = sandbox.folder + "/gnupg/openpgp-revocs.d/\(fingerprint).rev"
        // gpg puts a colon before the armor, so that nobody imports it by mistake.
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing(":-----BEGIN", with: "-----BEGIN")
        try await gpg(["--import"], input: Array(text.utf8))
    }

    /// A commit with this signature, in the repository.
    func commit(_ armored: [UInt8], over unsigned: [UInt8]? = nil) async throws -> (raw: [UInt8], id: RevisionID) {
        let raw = inserting(header(armored), into: unsigned ?? repository.unsigned())
        return (raw, try await repository.store(raw))
    }

    func verdict(
        _ commit: (raw: [UInt8], id: RevisionID), people: [String: Person], keyring: [UInt8]? = nil,
        verifier: OpenPGPVerifier? = nil
    ) async throws -> Authenticity {
        let exported = try await export()
        let bytes = keyring ?? exported
        let verifier = verifier ?? OpenPGPVerifier(temporaryFolder: sandbox.folder)
        return try await SignatureTrust(
            keyrings: [TrustFile(name: "keyring", bytes: bytes)], openPGP: people, verifier: verifier
        ).authenticity(ofCommit: commit.raw, id: commit.id, firstSeen: Timestamp(milliseconds: 0))
    }

    func gitAccepts(_ id: RevisionID) async throws -> Bool {
        try await repository.gitAccepts(id, signers: "")
    }
}
