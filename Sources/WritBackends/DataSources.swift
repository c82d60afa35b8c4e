// Port: where datasets and imported artefacts come from.
import WritVocabulary

/// Brings bytes into the blob store and checks them while they stream past.
public protocol DataSource: Sendable {
    /// Streams a source into the blob store and checks every row. A dataset that is not as expected is an outcome with
    /// violations, not an error; an error means the bytes could not be had.
    func snapshot(_ order: SnapshotOrder) async throws -> SnapshotOutcome

    /// Copies files into the blob store while hashing them, and returns the blob of their artefact manifest and their
    /// size.
    func importArtefacts(_ order: ImportOrder) async throws -> (artefacts: Digest, size: Int64)

    /// What `stat` says of files outside the repository.
    func observe(_ files: Set<String>) async throws -> [String: FileObservation]
}
