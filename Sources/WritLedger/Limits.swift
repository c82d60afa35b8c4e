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

    /// How far the clock may be behind the last entry before nothing is signed.
    static let clockTolerance = TimeSpan.seconds(5)
    /// Entries looked at on opening for a clock that went back.
    static let clockLookBackEntries = 256
    /// Times a log's key may be rotated, and the list of where.
    static let rotations = 1_000
    static let rotationIndexBytes = 32 << 10

    /// A request to a witness: at most 63 hashes (tlog-witness) and a checkpoint.
    static let witnessProofHashes = 63
    static let addCheckpointBytes = 64 << 10
    /// What a witness answers.
    static let witnessAnswerBytes = 64 << 10
    static let witnessLogs = 1_000
    /// A policy file, and its logs, its witnesses, its groups.
    static let policyBytes = 256 << 10
    static let policyItems = 256
    /// Requests to one witness before a round gives it up, and the pauses between them.
    static let witnessAttempts = 5
    static let witnessPause = TimeSpan.seconds(1)
    static let witnessLongestPause = TimeSpan.seconds(30)

    /// Shorter text is not looked at for secrets; longer secrets that are random are recorded by their digest; and from
    /// this length on a token is suspicious for its randomness alone.
    static let shortestSecretBytes = 6
    static let digestedSecretBytes = 20
    static let randomTokenBytes = 32
    /// A user's name in an address is shorter; a token that stands in its place is not.
    static let tokenNameBytes = 20

    /// How deep the JSON of an entry may be.
    static let entryDepth = 64
    /// Shapes of entries a check remembers; entries of further shapes are decoded one by one.
    static let knownShapes = 65_536
    /// Files that belong to no log a report names.
    static let reportedStrangers = 20
    /// Differences between projection and ledger a report names.
    static let reportedDifferences = 100
    static let reportedRowCharacters = 4_096

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
