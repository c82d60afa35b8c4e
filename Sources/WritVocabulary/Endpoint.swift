// Endpoint: which pinned version serves, by which process, and how one version replaces another.

public struct Endpoint: Codable, Hashable, Sendable {
    public var model: ResourceName
    /// Without a pin nothing serves.
    public var pin: Pin?
    public var runtime: Runtime
    public var replicas: Int
    public var resources: Resources
    public var rollout: Rollout
    public var promotion: Promotion

    public init(
        model: ResourceName, pin: Pin? = nil, runtime: Runtime, replicas: Int = 1, resources: Resources = Resources(),
        rollout: Rollout = Rollout(), promotion: Promotion = .manual
    ) {
        self.model = model
        self.pin = pin
        self.runtime = runtime
        self.replicas = replicas
        self.resources = resources
        self.rollout = rollout
        self.promotion = promotion
    }

    /// `version` and, unless left out by hand, the digest of its artefact manifest.
    public struct Pin: Codable, Hashable, Sendable {
        public var version: Int
        public var digest: Digest?
        public init(version: Int, digest: Digest? = nil) {
            self.version = version
            self.digest = digest
        }
    }

    public struct Runtime: Codable, Hashable, Sendable {
        public var server: Server
        public var environment: Environment?
        public var health: Health

        public init(server: Server, environment: Environment? = nil, health: Health = Health()) {
            self.server = server
            self.environment = environment
            self.health = health
        }

        public enum Server: Codable, Hashable, Sendable {
            /// argv that listens on `$PORT` and reads `$WRIT_MODEL_DIR`; `code` is laid beside it.
            case command(argv: [String], code: Code?)
            /// MLServer, the Open Inference Protocol v2 server, over one artefact of the version.
            case mlserver(implementation: String, artefact: String)
        }

        public var paths: Set<RepositoryPath> {
            var paths = Set(environment.map { [$0.requirements] } ?? [])
            if case .command(_, let code?) = server { paths.insert(code.path) }
            return paths
        }
    }

    public struct Health: Codable, Hashable, Sendable {
        /// Answers 200 when the replica may receive traffic.
        public var path: String
        /// How long a replica may take from start to ready.
        public var timeout: TimeSpan

        public init(path: String = "/v2/health/ready", timeout: TimeSpan = .seconds(120)) {
            self.path = path
            self.timeout = timeout
        }
    }

    public struct Rollout: Codable, Hashable, Sendable {
        public var strategy: Strategy
        /// How long a replica that gets no new requests may finish those it has.
        public var drain: TimeSpan

        public init(strategy: Strategy = .blueGreen, drain: TimeSpan = .seconds(10)) {
            self.strategy = strategy
            self.drain = drain
        }

        public enum Strategy: String, Codable, Hashable, Sendable, CaseIterable {
            /// New replicas beside the old ones; traffic moves at once when all are ready.
            case blueGreen
            /// Old replicas stop first. Requests fail in between; for machines too small for both.
            case recreate
        }
    }

    /// Who moves the pin when a newer version passes its gates.
    public enum Promotion: String, Codable, Hashable, Sendable, CaseIterable {
        /// A person.
        case manual
        /// Writ, by a pull request somebody has to merge.
        case propose
        /// Writ, by a commit on the branch, where the policies allow its own commits; otherwise as `propose`.
        case auto
    }
}
