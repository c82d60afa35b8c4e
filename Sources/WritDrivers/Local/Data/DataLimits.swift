// Every bound on reading datasets and imported files, in one place.

/// What a dataset or an import may measure. Beyond a limit the bytes are refused with a message that names it.
public struct DataLimits: Sendable, Hashable {
    /// One read from a file; memory of a snapshot does not grow with the file.
    public var chunkBytes = 1 << 20
    public var rowBytes = 4 << 20
    public var fieldBytes = 1 << 20
    /// Columns of a CSV file, or keys of one JSON object.
    public var fields = 4096
    public var jsonDepth = 32
    public var listedViolations = 20
    public var shownCharacters = 64
    /// Distinct values remembered for all `unique` columns of a dataset together: 16 bytes each in a table that is
    /// at least a quarter and at most three quarters full, hence 256 MiB at most, and 384 MiB while it grows.
    public var uniqueValues = 10_000_000
    public var snapshotBytes: Int64 = 64 << 30
    /// A dataset that is a file of the repository; Git's own tools hold such a file in memory.
    public var contentBytes: Int64 = 256 << 20
    public var artefactFiles = 10_000
    public var artefactBytes: Int64 = 64 << 30
    public var folderDepth = 32

    public init() {}
}
