// Every limit a manifest is held to, in one place.

enum Limits {
    // A file.
    static let fileBytes = 256 * 1024
    static let depth = 32
    static let nodes = 20_000
    static let diagnosticsPerFile = 100
    static let diagnosticsPerRepository = 1000
    /// How many misspelt references get a suggestion: each costs a look at every declared name.
    static let referenceSuggestions = 20

    // What is shown.
    static let shownValueCharacters = 60
    static let excerptCharacters = 120

    // Names and text, in bytes of UTF-8.
    static let shortTextBytes = 256
    static let longTextBytes = 4096
    static let argumentBytes = 4096
    static let pathBytes = 1024

    // Counts.
    static let labels = 64
    static let arguments = 64
    static let columns = 2000
    static let columnValues = 1000
    static let datasets = 64
    static let parameters = 256
    static let sweptParameters = 32
    static let gridValues = 100
    static let sweepTrials: Int64 = 1000
    static let parallelTrials: Int64 = 64
    static let gates = 100
    static let retries: Int64 = 10
    static let replicas: Int64 = 64

    // A policy.
    static let rules = 100
    static let roles = 100
    static let peoplePerRole = 200
    static let keys = 1000
    static let patternsPerRule = 100
    static let tiersPerRule = 20
    static let demandsPerRule = 10
    static let approvals: Int64 = 20
    static let windowsPerRule = 50
    static let waivers = 200
    static let freezeDays: Int64 = 366
    static let breakGlassMilliseconds: ClosedRange<Int64> = 60_000...(7 * 86_400_000)

    // Work.
    /// The fewest files another worker is started for.
    static let filesPerWorker = 200

    /// Decoded manifests that settled ones remember.
    static let manifestsRemembered = 256

    // Indexes kept on disk.
    static let cachedIndexBytes = 256 << 20
    static let cachedBytes = 512 << 20
    static let cachedIndexes = 16
    static let cacheEntriesSeen = 10_000

    // Resources.
    static let cpuMillis = 10...1_024_000
    static let memoryBytes: ClosedRange<Int64> = (1 << 20)...(16 << 40)
    static let timeoutMilliseconds: ClosedRange<Int64> = 1000...(7 * 86_400_000)
    static let healthMilliseconds: ClosedRange<Int64> = 1000...3_600_000
    static let drainMilliseconds: ClosedRange<Int64> = 0...3_600_000
}
