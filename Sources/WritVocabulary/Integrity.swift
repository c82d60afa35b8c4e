// Whether a replica still has the bytes that were approved.

/// The last comparison of what a replica loads with the version's digests.
public struct IntegrityObservation: Codable, Hashable, Sendable {
    /// When every file was last found to be as approved.
    public var intactAt: Timestamp
    /// nil while all is well.
    public var fault: Fault?

    public init(intactAt: Timestamp, fault: Fault? = nil) {
        self.intactAt = intactAt
        self.fault = fault
    }

    public struct Fault: Codable, Hashable, Sendable {
        public var detectedAt: Timestamp
        /// The first file that differs.
        public var path: String
        /// One sentence without the path: `its digest is sha256:…`, `it is gone`.
        public var found: String

        public init(detectedAt: Timestamp, path: String, found: String) {
            self.detectedAt = detectedAt
            self.path = path
            self.found = found
        }
    }
}

/// A replica had other bytes than were approved. Wrong bytes were there for at most the time from `intactAt` until
/// traffic left it.
public struct IntegrityIncident: Codable, Hashable, Sendable {
    public var replica: ReplicaID
    public var version: VersionID
    public var artefacts: Digest
    public var observation: IntegrityObservation

    public init(replica: ReplicaID, version: VersionID, artefacts: Digest, observation: IntegrityObservation) {
        self.replica = replica
        self.version = version
        self.artefacts = artefacts
        self.observation = observation
    }
}
