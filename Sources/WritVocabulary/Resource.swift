// What a manifest declares, decoded: metadata and one spec.

/// One declared resource and where it was written.
public struct Resource: Codable, Hashable, Sendable {
    public var metadata: Metadata
    public var spec: Spec
    public var location: ManifestLocation

    public init(metadata: Metadata, spec: Spec, location: ManifestLocation) {
        self.metadata = metadata
        self.spec = spec
        self.location = location
    }

    /// Boxed: a table of 100,000 resources would have the room of the largest spec in every slot, filled or not.
    public indirect enum Spec: Codable, Hashable, Sendable {
        case dataset(Dataset)
        case model(Model)
        case endpoint(Endpoint)
        case policy(Policy)
    }

    public var kind: Kind {
        switch spec {
        case .dataset: .dataset
        case .model: .model
        case .endpoint: .endpoint
        case .policy: .policy
        }
    }

    public var id: ResourceID { ResourceID(kind, metadata.name) }

    /// The resources this one names; it cannot be acted on before they are.
    public var references: Set<ResourceID> {
        switch spec {
        case .dataset, .policy: []
        case .model(let model): Set(model.datasets.map { ResourceID(.dataset, $0) })
        case .endpoint(let endpoint): [ResourceID(.model, endpoint.model)]
        }
    }

    /// The repository paths whose content this resource depends on.
    public var paths: Set<RepositoryPath> {
        switch spec {
        case .dataset(let dataset): dataset.paths
        case .model(let model): model.paths
        case .endpoint(let endpoint): endpoint.runtime.paths
        case .policy(let policy): policy.paths
        }
    }
}

public struct Metadata: Codable, Hashable, Sendable {
    public var name: ResourceName
    public var owner: String?
    public var labels: [String: String]

    public init(name: ResourceName, owner: String? = nil, labels: [String: String] = [:]) {
        self.name = name
        self.owner = owner
        self.labels = labels
    }
}

/// Where a manifest stands. Lines and columns count from 1.
public struct ManifestLocation: Codable, Hashable, Sendable {
    public var path: RepositoryPath
    public var line: Int

    public init(path: RepositoryPath, line: Int) {
        self.path = path
        self.line = line
    }
}

// MARK: - What resources have in common

/// A folder of the repository, laid read-only into a workspace.
public struct Code: Codable, Hashable, Sendable {
    public var path: RepositoryPath
    public init(path: RepositoryPath) { self.path = path }
}

/// A Python environment made from a hash-locked requirements file of the repository.
public struct Environment: Codable, Hashable, Sendable {
    /// `3.11`: major and minor version of the interpreter.
    public var python: String
    public var requirements: RepositoryPath

    public init(python: String, requirements: RepositoryPath) {
        self.python = python
        self.requirements = requirements
    }
}

/// Upper bounds of one process group.
public struct Resources: Codable, Hashable, Sendable {
    /// Thousandths of a core.
    public var cpuMillis: Int
    public var memory: ByteCount

    public init(cpuMillis: Int = 1000, memory: ByteCount = ByteCount(bytes: 2 << 30)) {
        self.cpuMillis = cpuMillis
        self.memory = memory
    }
}

/// A command in the sandbox: argv, never a shell.
public struct Command: Codable, Hashable, Sendable {
    public var code: Code
    public var argv: [String]
    public var environment: Environment?
    public var resources: Resources
    public var timeout: TimeSpan
    /// Whether the process may use the network. Recorded with every run.
    public var network: Bool

    public init(
        code: Code, argv: [String], environment: Environment? = nil, resources: Resources = Resources(),
        timeout: TimeSpan = .minutes(60), network: Bool = false
    ) {
        self.code = code
        self.argv = argv
        self.environment = environment
        self.resources = resources
        self.timeout = timeout
        self.network = network
    }

    public var paths: Set<RepositoryPath> {
        Set([code.path] + (environment.map { [$0.requirements] } ?? []))
    }
}
