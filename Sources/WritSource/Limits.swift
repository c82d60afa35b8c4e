// Every bound of this room, with its unit in its name.
import WritVocabulary

/// How much of a repository Writ is willing to take in. What exceeds a bound is refused with a sentence, never cut
/// short.
public struct SourceLimits: Codable, Hashable, Sendable {
    /// One fetch. The first one carries the whole history of the branch.
    public var fetchBytesMaximum: Int64 = 16 << 30
    public var fetchObjectsMaximum = 10_000_000
    /// Packs a mirror may hold before the fetching process joins the small ones; each costs an open file and a search.
    public var packsMaximum = 32

    /// Entries that differ between two revisions, or that a first load meets.
    public var changedEntriesMaximum = 2_000_000
    /// Folders within folders.
    public var treeDepthMaximum = 96
    /// Refusals that are spelled out; the rest are counted.
    public var refusedListedMaximum = 200

    /// All blobs of one `read` together.
    public var readBytesMaximum: Int64 = 1 << 30
    /// Above this many blobs a read first learns where they lie in the packs.
    public var readUnorderedBlobsMaximum = 512

    public var exportFilesMaximum = 200_000
    public var exportBytesMaximum: Int64 = 32 << 30
    /// libgit2 unpacks a blob in memory, so one file is bounded more tightly than all of them.
    public var exportBlobBytesMaximum: Int64 = 2 << 30

    public init() {}

    static let cacheBytes = 64 << 20
    static let secretBytesMaximum = 64 << 10
    static let fetchRequestBytesMaximum = 64 << 10
    static let fetchAnswerBytesMaximum = 64 << 10
    static let fetchComplaintBytesMaximum = 64 << 10
    static let messageCharactersMaximum = 400
    /// What a fetching process may outlive its deadline by when whoever started it has died.
    static let fetchOverrunSeconds: Int64 = 5
    static let addressBytesMaximum = 2048
    static let revisionExpressionBytesMaximum = 256
}
