// What the gateway obeys: a numbered snapshot of who answers for which endpoint.

/// All routes at once. The gateway swaps tables whole and reports the number it runs.
public struct RoutingTable: Codable, Hashable, Sendable {
    /// Grows with every table published; 0 is the empty table.
    public var number: Int64
    /// Sorted by endpoint.
    public var routes: [Route]

    public init(number: Int64 = 0, routes: [Route] = []) {
        self.number = number
        self.routes = routes.sorted { $0.endpoint < $1.endpoint }
    }

    /// The digest over the routes alone: equal routes need no new table.
    public var digest: Digest {
        get throws { try Digest(canonical: routes) }
    }

    public struct Route: Codable, Hashable, Sendable {
        public var endpoint: ResourceName
        /// Sorted by version; weights sum to 100.
        public var targets: [Target]

        public init(endpoint: ResourceName, targets: [Target]) {
            self.endpoint = endpoint
            self.targets = targets.sorted { $0.version < $1.version }
        }
    }

    public struct Target: Codable, Hashable, Sendable {
        public var version: VersionID
        /// Percent of the endpoint's requests, 0 to 100.
        public var weight: Int
        public var deployment: DeploymentID
        /// Sorted by replica.
        public var replicas: [Address]

        public init(version: VersionID, weight: Int, deployment: DeploymentID, replicas: [Address]) {
            self.version = version
            self.weight = weight
            self.deployment = deployment
            self.replicas = replicas.sorted { $0.replica < $1.replica }
        }
    }

    public struct Address: Codable, Hashable, Sendable {
        public var replica: ReplicaID
        /// An IPv4 address; loopback for the local driver.
        public var host: String
        public var port: Int

        public init(replica: ReplicaID, host: String, port: Int) {
            self.replica = replica
            self.host = host
            self.port = port
        }
    }
}
