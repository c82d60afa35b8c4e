// Port: where desired state comes from.
import WritVocabulary

/// A Git repository, mirrored locally. Every call that may touch the network ends within the operator's deadline.
///
/// Implementations never check files out for reading, and never return content of a path that is not a regular file.
public protocol RevisionSource: Sendable {
    /// Asks the remote for the branch's tip and brings its objects into the mirror.
    func fetch() async throws -> RevisionID

    /// Whether `ancestor` is `revision` or among its ancestors.
    func isAncestor(_ ancestor: RevisionID, of revision: RevisionID) async throws -> Bool

    /// What differs between two revisions; from nothing when `base` is nil. Costs what it returns, not what there is.
    func changes(from base: RevisionID?, to revision: RevisionID) async throws -> SourceChanges

    /// The ids of paths at a revision; a path that does not exist there has none.
    func contents(of paths: Set<RepositoryPath>, at revision: RevisionID) async throws -> [RepositoryPath: ContentID]

    /// The bytes of blobs, in the order asked for. Refuses one larger than `limit` bytes with a failure that names it.
    func read(_ blobs: [ContentID], limit: Int) async throws -> [[UInt8]]

    /// Marks the accepted revision, so that its objects stay whatever happens to the branch.
    func accept(_ revision: RevisionID) async throws

    /// Lays a tree, or one blob under `name`, into an existing empty folder. Only regular files and folders; never a
    /// symlink.
    func export(_ content: ContentID, name: String, to folder: String) async throws
}

public struct SourceChanges: Sendable, Hashable {
    /// Manifest files added or changed, by path.
    public var manifests: [RepositoryPath: ManifestFile]
    public var removedManifests: Set<RepositoryPath>
    /// Every path anywhere in the repository whose content differs; folders are not listed.
    public var changedPaths: Set<RepositoryPath>
    /// Entries under the manifest folder that are refused: symlinks, submodules, paths that are not UTF-8 or leave
    /// the folder.
    public var refused: [RefusedPath]

    public init(
        manifests: [RepositoryPath: ManifestFile] = [:], removedManifests: Set<RepositoryPath> = [],
        changedPaths: Set<RepositoryPath> = [], refused: [RefusedPath] = []
    ) {
        self.manifests = manifests
        self.removedManifests = removedManifests
        self.changedPaths = changedPaths
        self.refused = refused
    }
}

public struct ManifestFile: Sendable, Hashable {
    public var blob: ContentID
    public init(blob: ContentID) { self.blob = blob }
}

public struct RefusedPath: Sendable, Hashable {
    /// The path as far as it can be shown.
    public var path: String
    /// A sentence: what is refused and what to do.
    public var message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}
