// The first wrong thing a check of the log found.
import WritVocabulary

/// Names what is wrong and where, so that a person can look at it.
public struct LedgerProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Place: Hashable, Sendable {
        case checkpoint
        case tile(Tile)
        /// The sequence number of an entry.
        case entry(Int)
        case journal
        case blob(Digest, entry: Int)
    }

    public var place: Place
    /// One sentence: what is wrong and what it means.
    public var message: String

    /// The entries it touches, where that is known: those a wrong hash stands for.
    public var entries: Range<Int>?

    public init(_ place: Place, _ message: String, entries: Range<Int>? = nil) {
        self.place = place
        self.message = message
        self.entries = entries
    }

    public var description: String { message }
}

/// What a check of the whole log found.
public struct LedgerReport: Hashable, Sendable {
    /// The head everything was compared with; nil when it could not be believed.
    public var checkpoint: Checkpoint?
    /// Entries found to be as signed.
    public var checkedEntries = 0
    /// Entries after the checkpoint: whole, but not signed yet.
    public var unsignedEntries = 0
    /// Blobs read through and found as named.
    public var checkedBlobs = 0
    /// Blobs that are gone because an entry says they were expunged.
    public var expungedBlobs = 0
    /// Partial tiles that fuller ones took the place of: nothing relies on them any more, and they fit.
    public var supersededTiles = 0
    /// Files between the tiles that no log has, by name: the first twenty. They change nothing.
    public var strangers: [String] = []
    /// nil when all is well.
    public var problem: LedgerProblem?

    public var isIntact: Bool { problem == nil }
}

/// How deep a check goes.
public struct LedgerCheckOptions: Sendable {
    /// Also reads every entry: canonical form, sequence, time. One entry of each shape is decoded.
    public var readsEntries = true
    /// Decodes each and every entry. Costs many times what hashing costs.
    public var decodesEntries = false
    /// Also reads the blobs that entries name as evidence.
    public var blobs: FileBlobStore?
    /// A head of this log known from elsewhere: the log must contain it.
    public var known: Checkpoint?

    public init(
        readsEntries: Bool = true, decodesEntries: Bool = false, blobs: FileBlobStore? = nil, known: Checkpoint? = nil
    ) {
        self.readsEntries = readsEntries
        self.decodesEntries = decodesEntries
        self.blobs = blobs
        self.known = known
    }
}
