// Port: where versions are entered.
import WritVocabulary

/// Holds immutable, numbered versions.
public protocol ModelRegistry: Sendable {
    /// Enters a version after reading its artefacts back and comparing them with their digests; returns what the files
    /// are, told by their content.
    /// The same number with the same bytes again is no error; with other bytes it is a terminal failure.
    @discardableResult
    func register(_ version: VersionRecord) async throws -> ArtefactFindings
}
