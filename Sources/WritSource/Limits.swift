// Every bound of this room, with its unit in its name.
import WritVocabulary

/// How much of a repository Writ is willing to take in. What exceeds a bound is refused with a sentence, never cut
/// short.
public struct SourceLimits: Codable, Hashable, Sendable {
    /// One fetch. The first one carries the whole history of the branch.
    public var fetchBytesMaximum: Int64 = 16 << 30
    public var fetchObjectsMaximum = 10_000_000
    /// Approvals, notes and checkpoints, each: what one fetch brings of it.
    public var besideBytesMaximum: Int64 = 1 << 30
    public var besideObjectsMaximum = 1_000_000
    /// How long a fetch of anything but the branch may take, should the operator's own deadline be longer.
    public var besideDeadline = TimeSpan.minutes(1)
    /// Fetches for which one that could not be brought is left alone, unless it moves.
    public var besideRestFetches = 16
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

    /// Commits of one history that is judged.
    public var historyCommitsMaximum = 2000
    /// Paths that all of its commits touch together.
    public var historyPathsMaximum = 2_000_000
    /// One commit or tag as Git stores it.
    public var commitBytesMaximum: Int64 = 1 << 20
    /// Files with trust roots: allowed signers, revocations, keyrings.
    public var trustFileBytesMaximum = 1 << 20
    /// Approvals of one base that are read; the rest do not count.
    public var approvalsMaximum = 1000
    public var approvalBytesMaximum = 256 << 10
    public var approvalSignatureBytesMaximum = 16 << 10

    /// Files one commit of Writ's own changes.
    public var writtenFilesMaximum = 10_000
    public var writtenFileBytesMaximum = 16 << 20
    public var noteBytesMaximum = 64 << 10
    /// References one order fetches or pushes by name.
    public var namedReferencesMaximum = 64
    /// Open pull requests that are searched for superseded ones.
    public var openRequestsMaximum = 1000
    /// How often notes and checkpoints are built anew because somebody else was faster.
    public var publishAttemptsMaximum = 5

    public init() {}

    /// The bounds for what is kept beside the branch.
    var beside: SourceLimits {
        var limits = self
        limits.fetchBytesMaximum = besideBytesMaximum
        limits.fetchObjectsMaximum = besideObjectsMaximum
        return limits
    }

    static let cacheBytes = 64 << 20
    /// Commits and changed paths of a history that is kept for the next look.
    static let rememberedHistoryMaximum = 10_000
    static let secretBytesMaximum = 64 << 10
    static let networkOrderBytesMaximum = 64 << 10
    static let networkAnswerBytesMaximum = 64 << 10
    static let networkComplaintBytesMaximum = 64 << 10
    static let messageCharactersMaximum = 400
    /// What a network child may outlive its deadline by when whoever started it has died.
    static let networkOverrunSeconds: Int64 = 5
    /// Files of one commit that are written one by one; more go into a pack.
    static let looseFilesMaximum = 8
    /// What a server's hooks say of a push, as far as it is kept.
    static let serverWordsBytesMaximum = 2048
    static let addressBytesMaximum = 2048
    static let revisionExpressionBytesMaximum = 256
}
