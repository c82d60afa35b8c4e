// The gateway on this machine, as the controller's port to traffic.
import NIOHTTP1
import WritBackends
import WritVocabulary

/// Writes the routing table and tells the gateway to read it. A gateway that is away reads it when it starts.
public struct LocalRouter: TrafficRouter {
    private let folder: GatewayFolder
    private let client: GatewayClient

    public init(folder path: String) {
        folder = GatewayFolder(path)
        client = GatewayClient(socket: GatewayFolder(path).controlSocket)
    }

    public func publish(_ change: RoutingChange) async throws {
        try folder.create()
        // Without a file the planner's change holds every route there is, so the empty table is the right base.
        let current = try folder.readTable() ?? RoutingTable()
        if current.number < change.number {
            try DurableFile.record(current.applying(change), at: folder.table)
        }
        try await reload()
    }

    public func observe() async throws -> GatewayObservation? {
        try await client.value(GatewayObservation.self, of: "/active")
    }

    private func reload() async throws {
        guard let answer = try await client.ask(.POST, "/reload"), answer.code != 200 else { return }
        let refusal = try? Canonical.decode(FailureRecord.self, from: answer.body)
        throw BackendFailure(
            code: refusal?.code ?? "gateway-refused",
            message: refusal?.message ?? "The gateway did not take the routing table; its log \(folder.log) says why.",
            retry: refusal?.retry ?? .transient)
    }
}
