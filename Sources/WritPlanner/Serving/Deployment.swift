// A pinned version with one way to run it: what its replicas are started from.
import WritVocabulary

struct Deployment {
    let id: DeploymentID
    let version: VersionID
    private let template: ReplicaOrder

    /// Halts where the serving code or the requirements do not exist at the revision.
    init(_ endpoint: Endpoint, named name: ResourceName, version: VersionRecord, _ situation: Situation) throws {
        var codeTree: ContentID?
        if case .command(_, let code?) = endpoint.runtime.server { codeTree = try situation.content(of: code.path) }
        let environment = try situation.lock(endpoint.runtime.environment)
        let identity = Identity(
            version: version.id, artefacts: version.artefacts, server: endpoint.runtime.server, codeTree: codeTree,
            environment: environment, resources: endpoint.resources, health: endpoint.runtime.health)
        id = DeploymentID(endpoint: name, content: try Digest(canonical: identity))
        self.version = version.id
        template = ReplicaOrder(
            id: ReplicaID(id, ordinal: 0, generation: 0), endpoint: name, version: version.id,
            artefacts: version.artefacts, server: endpoint.runtime.server, codeTree: codeTree, environment: environment,
            resources: endpoint.resources, health: endpoint.runtime.health)
    }

    /// A deployment that was started before, whatever the manifest says of it now.
    init(restarting order: ReplicaOrder) {
        id = order.id.deployment
        version = order.version
        template = order
    }

    var health: Endpoint.Health { template.health }

    func order(ordinal: Int, generation: Int) -> ReplicaOrder {
        var order = template
        order.id = ReplicaID(id, ordinal: ordinal, generation: generation)
        return order
    }

    /// Everything that makes two replicas equal.
    private struct Identity: Encodable {
        let version: VersionID
        let artefacts: Digest
        let server: Endpoint.Runtime.Server
        let codeTree: ContentID?
        let environment: LockedEnvironment?
        let resources: Resources
        let health: Endpoint.Health
    }
}
