// The local driver of ModelRegistry: the blob store holds the bytes, this enters a version only when they are whole.
import Foundation
import WritBackends
import WritVocabulary

/// Reads a version's artefacts back before it counts, and never lets one number name two versions.
///
/// The ledger holds the versions. This keeps a file `<model>/<number>.json` for each, because a registration may take
/// effect and its outcome never reach the ledger: only an account of its own can then tell the same version, offered
/// again, from another one under its number.
public struct LocalRegistry: ModelRegistry {
    private let blobs: any BlobStore
    private let folder: String

    /// `folder`: where the accounts lie; made when missing.
    public init(blobs: any BlobStore, folder: String) {
        self.blobs = blobs
        self.folder = folder
    }

    @discardableResult
    public func register(_ version: VersionRecord) async throws -> ArtefactFindings {
        let account = "\(folder)/\(version.id.model)/\(version.id.number).json"
        try checkUnclaimed(version, account)
        let reading = ArtefactReading(blobs: blobs)
        let findings = try await reading.findings(try await reading.verified(version.artefacts))
        try FileManager.default.createDirectory(
            atPath: "\(folder)/\(version.id.model)", withIntermediateDirectories: true)
        try enter(version, account)
        return findings
    }

    private func checkUnclaimed(_ version: VersionRecord, _ account: String) throws {
        guard let known = try DurableFile.read(VersionRecord.self, at: account) else { return }
        guard known.artefacts == version.artefacts else {
            throw BackendFailure(
                code: "version-taken",
                message: """
                    Version \(version.id) is registered with the artefacts \(known.artefacts) and cannot become \
                    \(version.artefacts); numbers are never used again.
                    """,
                retry: .terminal)
        }
    }

    /// Of two registrations at once only one creates the account; the other compares itself with it.
    private func enter(_ version: VersionRecord, _ account: String) throws {
        let draft = "\(account).\(version.artefacts.short)"
        try DurableFile.record(version, at: draft)
        defer { unlink(draft) }
        if link(draft, account) == 0 { return try DurableFile.flushFolder(of: account) }
        guard errno == EEXIST else { throw SystemCall.failure("create", account) }
        try checkUnclaimed(version, account)
    }
}
