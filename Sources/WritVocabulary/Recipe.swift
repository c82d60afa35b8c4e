// What a computation depends on. Equal recipes are the same computation and are never done twice.

/// Everything a training run depends on. Its digest is the run's identity; limits and retries are not part of it,
/// because they bound a run without changing what it computes.
public struct Recipe: Codable, Hashable, Sendable {
    /// The Git tree of the code folder.
    public var code: ContentID
    public var argv: [String]
    public var environment: LockedEnvironment?
    /// Input name to snapshot.
    public var inputs: [String: Digest]
    public var parameters: [String: ParameterValue]
    public var seed: Int64
    public var network: Bool

    public init(
        code: ContentID, argv: [String], environment: LockedEnvironment?, inputs: [String: Digest],
        parameters: [String: ParameterValue], seed: Int64, network: Bool
    ) {
        self.code = code
        self.argv = argv
        self.environment = environment
        self.inputs = inputs
        self.parameters = parameters
        self.seed = seed
        self.network = network
    }

    public var id: RecipeID {
        get throws { RecipeID(try Digest(canonical: self)) }
    }
}

/// A Python environment by what it is made from.
public struct LockedEnvironment: Codable, Hashable, Sendable {
    public var python: String
    /// The Git blob of the requirements file.
    public var requirements: ContentID

    public init(python: String, requirements: ContentID) {
        self.python = python
        self.requirements = requirements
    }
}

/// Everything an evaluation depends on: the version's files, the evaluating code and the snapshots it judges on.
public struct EvaluationRecipe: Codable, Hashable, Sendable {
    /// The artefact manifest of the version, or of the run that may become one.
    public var artefacts: Digest
    public var code: ContentID
    public var argv: [String]
    public var environment: LockedEnvironment?
    public var inputs: [String: Digest]
    public var network: Bool

    public init(
        artefacts: Digest, code: ContentID, argv: [String], environment: LockedEnvironment?, inputs: [String: Digest],
        network: Bool
    ) {
        self.artefacts = artefacts
        self.code = code
        self.argv = argv
        self.environment = environment
        self.inputs = inputs
        self.network = network
    }

    public var id: RecipeID {
        get throws { RecipeID(try Digest(canonical: self)) }
    }
}

/// What a snapshot depends on: where the bytes come from and what they must look like.
public struct SnapshotRecipe: Codable, Hashable, Sendable {
    public var source: Source
    public var format: Dataset.Format
    public var columns: [Dataset.Column]
    public var expectations: Dataset.Expectations
    /// Whether the snapshot is salted; nil is no.
    public var personal: Bool?

    public init(
        source: Source, format: Dataset.Format, columns: [Dataset.Column], expectations: Dataset.Expectations,
        personal: Bool? = nil
    ) {
        self.personal = personal
        self.source = source
        self.format = format
        self.columns = columns
        self.expectations = expectations
    }

    public enum Source: Codable, Hashable, Sendable {
        /// A blob of the repository.
        case content(ContentID)
        /// A file of the machine, known by what `stat` says of it.
        case file(path: String, fingerprint: FileFingerprint)
        /// The output of a command, known by all that the command depends on.
        case command(code: ContentID, argv: [String], environment: LockedEnvironment?, output: String, network: Bool)
    }

    public var id: RecipeID {
        get throws { RecipeID(try Digest(canonical: self)) }
    }
}

/// When two fingerprints are equal, a file is taken to hold the same bytes.
public struct FileFingerprint: Codable, Hashable, Sendable {
    public var size: Int64
    public var modifiedNanoseconds: Int64
    public var inode: UInt64

    public init(size: Int64, modifiedNanoseconds: Int64, inode: UInt64) {
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.inode = inode
    }
}

/// The files of a version: sorted by path, each by digest. The digest of its canonical encoding names the version's
/// bytes.
public struct ArtefactManifest: Codable, Hashable, Sendable {
    public struct File: Codable, Hashable, Sendable {
        /// Relative, `/`-separated, never leaving the folder.
        public var path: String
        public var digest: Digest
        public var size: Int64
        public init(path: String, digest: Digest, size: Int64) {
            self.path = path
            self.digest = digest
            self.size = size
        }
    }

    public var files: [File]

    public init(files: [File]) {
        self.files = files.sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    }

    public var digest: Digest {
        get throws { try Digest(canonical: self) }
    }

    public var size: Int64 { files.reduce(0) { $0 + $1.size } }
}
