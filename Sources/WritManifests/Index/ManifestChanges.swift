// What goes into an update of the index, and what comes out.
import WritVocabulary

/// The manifest files that differ from the accepted revision, and all paths that do.
public struct ManifestChanges: Sendable {
    /// Files added or changed.
    public var files: [RepositoryPath: File]
    public var removed: Set<RepositoryPath>
    /// Every path of the repository whose content differs: what manifests name may be among or above them.
    public var changedPaths: Set<RepositoryPath>

    /// A blob, with its bytes unless ``ManifestIndex/needsBytes(of:)`` said they are known.
    public struct File: Sendable {
        public var blob: ContentID
        public var bytes: [UInt8]?

        public init(blob: ContentID, bytes: [UInt8]? = nil) {
            self.blob = blob
            self.bytes = bytes
        }
    }

    public init(
        files: [RepositoryPath: File] = [:], removed: Set<RepositoryPath> = [], changedPaths: Set<RepositoryPath> = []
    ) {
        self.files = files
        self.removed = removed
        self.changedPaths = changedPaths
    }
}

/// An update that has been read but not accepted.
public struct PreparedUpdate: Sendable {
    /// The paths whose ids ``ManifestIndex/commit(_:revision:contents:)`` needs, in order.
    public let pathsNeeded: [RepositoryPath]
    /// What is wrong already, whatever the paths hold. In order of place.
    public let diagnostics: [Diagnostic]
    /// All problems, those beyond a file's limit included.
    public let problemCount: Int
    /// The files that were decoded, by path.
    let decoded: [RepositoryPath: DecodedManifest]
    let blobs: [RepositoryPath: ContentID]
    let removed: Set<RepositoryPath>
    /// The index this was prepared against.
    let generation: Int
    /// What a first look makes of it, worked out beforehand.
    var first: FirstLook?

    struct FirstLook: Sendable {
        var index: ManifestIndex
        var resources: [ResourceID: Resource?]
    }
}

/// Why an update was not accepted. The index is what it was.
public struct ManifestRefusal: Error, Sendable, Hashable {
    /// In order of path, line and column; at most 1000.
    public var diagnostics: [Diagnostic]
    /// All problems, those beyond the limits included.
    public var count: Int

    /// The update was prepared against an index that has since accepted another.
    static let stale = ManifestRefusal(
        diagnostics: [
            Diagnostic(
                path: "", line: 0, column: 0, code: "stale-update",
                message: "another revision was accepted while this one was read", hint: "read it again")
        ], count: 1)

    /// Files that lack an offending line: they did not change, so their bytes were not read.
    /// Read them and use ``Diagnostic/adding(source:)``.
    public var filesWithoutExcerpt: Set<String> {
        Set(diagnostics.filter { $0.excerpt == nil && $0.line > 0 }.map(\.path))
    }
}
