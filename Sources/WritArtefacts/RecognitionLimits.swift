// Every bound on telling what a file is, in one place.

/// What is beyond a bound is not read on, and counts as unknown or as what it was found to be until then.
enum RecognitionLimits {
    static let chunkBytes = 1 << 18
    /// A description is cut after so many characters.
    static let detailCharacters = 200
    /// Longer text files and JSON documents are not read through.
    static let textBytes: Int64 = 8 << 30
    static let jsonBytes: Int64 = 1 << 30
    static let jsonDepth = 100
    static let jsonStringBytes = 4096
    /// The format's own bound is 100 MB; the largest headers in use have about one.
    static let safetensorsHeaderBytes: UInt64 = 32 << 20
    static let tensors = 1_000_000
    static let dimensions = 64
    static let ggufStringBytes: UInt64 = 64 << 20
    static let ggufValues: UInt64 = 64_000_000
    static let protobufFields = 10_000_000
    static let numpyHeaderBytes = 1 << 20
    static let numpyDepth = 16
    static let parquetFooterBytes: Int64 = 64 << 20
    /// Members of a zip archive, and the length of their names.
    static let zipEntries = 100_000
    static let zipNameBytes = 4096
    static let zipDirectoryBytes: Int64 = 64 << 20
    /// What is unpacked of one compressed member to look at its beginning.
    static let inflatedBytes = 1 << 20
    static let pickleOperations = 50_000_000
    static let pickleStack = 4_000_000
    static let pickleMemo = 4_000_000
    static let pickleLineBytes = 1 << 16
    /// Longer strings are no names of modules or functions.
    static let pickleNameBytes = 512
    static let pickleNames = 1000
    /// Pickles one behind the other in a file.
    static let pickles = 64
    static let lineBytes = 512
}
