// What is signed of a version: its own statements, and those of the deployments of it that serve or may serve again.
import WritVocabulary

/// One signed statement, as whoever uses the version meets it.
public struct VersionStatement: Codable, Hashable, Sendable {
    public var kind: AttestationKind
    public var predicateType: String
    /// nil where it is about the version itself.
    public var deployment: DeploymentID?
    /// The routing table that moved traffic to the deployment; nil for the version, and where the record is of old.
    public var table: Int64?
    /// The envelope's bytes in the blob store.
    public var blob: Digest
    /// The key it was signed with: the digest of its PEM text.
    public var key: Digest

    init(_ attestation: Attestation, deployment: DeploymentID? = nil, table: Int64? = nil) {
        kind = attestation.kind
        predicateType = attestation.kind.predicateType
        self.deployment = deployment
        self.table = table
        blob = attestation.blob
        key = attestation.key
    }
}

extension RecordedState {
    /// The version's own statements in the order they were made, then those of each move of traffic to a deployment of
    /// it, by deployment and table. Deployments of long ago are left to `writ audit attestations`. Throws where there
    /// is no such version.
    public func statements(about id: VersionID) throws -> [VersionStatement] {
        guard versions[id.model]?[id.number] != nil else {
            let names = versions.values.flatMap { $0.values.map(\.id.text) }
            throw ServerFailure.unknown("version", id.text, code: "unknown-version", among: names)
        }
        let own = (attestations[.attestation(of: id)] ?? []).map { VersionStatement($0) }
        return own + moves(of: deployments(of: id)).flatMap { move in
            (attestations[.attestation(of: move.deployment, table: move.table)] ?? []).map {
                VersionStatement($0, deployment: move.deployment, table: move.table)
            }
        }
    }

    private func deployments(of id: VersionID) -> Set<DeploymentID> {
        let orders = endpoints.values.flatMap { [$0.current, $0.previous].compactMap(\.self) + $0.starts.values }
        return Set(orders.filter { $0.version == id }.map(\.id.deployment))
    }

    /// The moves of traffic that are attested, read off the keys of the acts that did it.
    private func moves(of deployments: Set<DeploymentID>) -> [(deployment: DeploymentID, table: Int64?)] {
        let found = attestations.keys.compactMap { key -> (deployment: DeploymentID, table: Int64?)? in
            let parts = key.text.split(separator: "/")
            guard parts.count >= 3, let deployment = DeploymentID(String(parts[2])), deployments.contains(deployment)
            else { return nil }
            let table = parts.count > 3 ? Int64(parts[3]) : nil
            return key == .attestation(of: deployment, table: table) ? (deployment, table) : nil
        }
        return found.sorted { ($0.deployment, $0.table ?? 0) < ($1.deployment, $1.table ?? 0) }
    }
}
