// Every limit of this room.
import WritVocabulary

enum Limits {
    /// Hashes in a full tile and entries in a full bundle (tlog-tiles, tile height 8).
    static let tileWidth = 256
    static let hashBytes = 32
    static let tileBytes = tileWidth * hashBytes
    /// A full bundle of the longest entries.
    static let bundleBytes = tileWidth * (2 + LedgerEntry.maximumBytes)
    static let checkpointBytes = 64 << 10
    static let noteBytes = 1 << 20
    /// golang.org/x/mod/sumdb/note stops at 100 too.
    static let noteSignatures = 100
    static let keyFileBytes = 4 << 10
    static let proofFileBytes = 128 << 10
    /// A tree of 2^63 leaves has no longer proof.
    static let proofHashes = 64

    /// Entries of one append, which become durable together or not at all.
    static let batchEntries = 65_536
    static let batchBytes = 32 << 20
    /// When a journal holds this much, the next append folds it into tiles and signs a checkpoint.
    static let foldAfterEntries = 4_096
    static let foldAfterBytes = 4 << 20
    /// When folding keeps failing, appends are refused beyond this.
    static let journalBytes = 128 << 20
    static let journalFileBytes = journalBytes + batchBytes + 4_096

    /// Authenticated tiles a reader keeps: 8 KiB each.
    static let cachedTiles = 256
    /// How often a reader starts again because the writer folded in between.
    static let viewAttempts = 20

    static let copyBufferBytes = 256 << 10
    static let artefactManifestBytes = 64 << 20
    static let temporaryNameAttempts = 1_000

    /// Entries projected in one transaction while catching up.
    static let catchUpEntries = 2_048
    static let databaseBusySeconds = 5.0
    /// Entries one query may return.
    static let queryEntries = 10_000
}
