// What a driver is asked to do, complete: an order leaves it no choice.

/// Start one sandboxed process. Starting an id that was started before does nothing.
public struct ExecutionOrder: Codable, Hashable, Sendable {
    public var id: ExecutionID
    public var purpose: Purpose
    /// What it computes; two executions of one recipe compute the same.
    public var recipe: RecipeID
    public var resource: ResourceID
    /// The revision the code and the requirements are read at.
    public var revision: RevisionID
    public var code: RepositoryPath
    public var codeTree: ContentID
    public var argv: [String]
    public var environment: LockedEnvironment?
    /// Input name to a snapshot's blob. Laid read-only at `inputs/<name>.<format>`.
    public var inputs: [String: InputOrder]
    /// The version under evaluation: the blob of its artefact manifest. Laid read-only at `model/`.
    public var model: Digest?
    public var parameters: [String: ParameterValue]
    public var seed: Int64
    public var resources: Resources
    public var timeout: TimeSpan
    public var network: Bool

    public init(
        id: ExecutionID, purpose: Purpose, recipe: RecipeID, resource: ResourceID, revision: RevisionID,
        code: RepositoryPath, codeTree: ContentID, argv: [String], environment: LockedEnvironment?,
        inputs: [String: InputOrder], model: Digest?, parameters: [String: ParameterValue], seed: Int64,
        resources: Resources, timeout: TimeSpan, network: Bool
    ) {
        self.id = id
        self.purpose = purpose
        self.recipe = recipe
        self.resource = resource
        self.revision = revision
        self.code = code
        self.codeTree = codeTree
        self.argv = argv
        self.environment = environment
        self.inputs = inputs
        self.model = model
        self.parameters = parameters
        self.seed = seed
        self.resources = resources
        self.timeout = timeout
        self.network = network
    }
}

public struct InputOrder: Codable, Hashable, Sendable {
    public var digest: Digest
    public var format: Dataset.Format
    /// Whether the blob is a ``SaltedContent``; nil is no.
    public var salted: Bool?
    public init(digest: Digest, format: Dataset.Format, salted: Bool? = nil) {
        self.salted = salted
        self.digest = digest
        self.format = format
    }
}

/// Bring a dataset's bytes into the blob store and check them.
public struct SnapshotOrder: Codable, Hashable, Sendable {
    public var recipe: RecipeID
    public var dataset: ResourceName
    public var source: Source
    public var format: Dataset.Format
    public var columns: [Dataset.Column]
    public var expectations: Dataset.Expectations
    /// Whether the rows are about people; nil is no.
    public var personal: Bool?

    public init(
        recipe: RecipeID, dataset: ResourceName, source: Source, format: Dataset.Format, columns: [Dataset.Column],
        expectations: Dataset.Expectations, personal: Bool? = nil
    ) {
        self.personal = personal
        self.recipe = recipe
        self.dataset = dataset
        self.source = source
        self.format = format
        self.columns = columns
        self.expectations = expectations
    }

    public enum Source: Codable, Hashable, Sendable {
        case content(ContentID)
        case file(String)
        /// A file a finished materialisation left among its artefacts: already a blob.
        case blob(Digest)
        /// One file, by its path, of the artefact manifest (a blob) a finished materialisation left.
        case artefact(manifest: Digest, path: String)
    }
}

/// Enter a version in the registry. Its artefacts are read back and compared before it counts.
public struct RegistrationOrder: Codable, Hashable, Sendable {
    public var version: VersionRecord
    public init(version: VersionRecord) { self.version = version }
}

/// Bring files made elsewhere into the blob store, as the artefacts of a version.
public struct ImportOrder: Codable, Hashable, Sendable {
    public var model: ResourceName
    public var source: Source
    /// Refused when the bytes have another digest.
    public var expected: Digest?

    public init(model: ResourceName, source: Source, expected: Digest?) {
        self.model = model
        self.source = source
        self.expected = expected
    }

    public enum Source: Codable, Hashable, Sendable {
        /// A blob or tree of the repository, and the name the file gets when it is a blob.
        case content(ContentID, name: String)
        case file(String, FileFingerprint)
    }
}

/// Start one serving process. Starting an id that was started before does nothing.
public struct ReplicaOrder: Codable, Hashable, Sendable {
    public var id: ReplicaID
    public var endpoint: ResourceName
    public var version: VersionID
    /// The blob of the version's artefact manifest; read back and compared before the process starts.
    public var artefacts: Digest
    public var server: Endpoint.Runtime.Server
    /// The tree of the serving code, for a command that has some.
    public var codeTree: ContentID?
    public var environment: LockedEnvironment?
    public var resources: Resources
    public var health: Endpoint.Health
    /// Whether it may be loaded only behind the sandbox's walls, because its files can run code; nil is no.
    public var walled: Bool?

    public init(
        id: ReplicaID, endpoint: ResourceName, version: VersionID, artefacts: Digest, server: Endpoint.Runtime.Server,
        codeTree: ContentID?, environment: LockedEnvironment?, resources: Resources, health: Endpoint.Health
    ) {
        self.id = id
        self.endpoint = endpoint
        self.version = version
        self.artefacts = artefacts
        self.server = server
        self.codeTree = codeTree
        self.environment = environment
        self.resources = resources
        self.health = health
    }
}

/// Stop one serving process after it had `drain` to finish what it has.
public struct ReplicaStopOrder: Codable, Hashable, Sendable {
    public var id: ReplicaID
    public var drain: TimeSpan
    public init(id: ReplicaID, drain: TimeSpan) {
        self.id = id
        self.drain = drain
    }
}
