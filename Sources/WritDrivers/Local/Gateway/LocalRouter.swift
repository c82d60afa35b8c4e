// The gateway on this machine, as the controller's port to traffic.
import NIOHTTP1
import WritBackends
import WritVocabulary

/// Writes the routing table and tells the gateway to read it. A gateway that is away reads it when it starts.
public struct LocalRouter: TrafficRouter {
    private let folder: GatewayFolder
    private let client: GatewayClient
    private let recorded: @Sendable () throws -> RoutingTable?

    /// - Parameters:
    ///   - path: `<data>/gateway`.
    ///   - recorded: the table the published changes add up to, as the ledger has it; asked only when file and gateway
    ///     have lost it.
    public init(folder path: String, recorded: @escaping @Sendable () throws -> RoutingTable? = { nil }) {
        folder = GatewayFolder(path)
        client = GatewayClient(socket: GatewayFolder(path).controlSocket)
        self.recorded = recorded
    }

    public func publish(_ change: RoutingChange) async throws {
        try folder.create()
        let former = try folder.readTable()
        let base = if let former { former } else { try await lostTable() }
        if base.number < change.number {
            try DurableFile.record(base.applying(change), at: folder.table)
        } else if former == nil {
            try DurableFile.record(base, at: folder.table)
        }
        do {
            try await reload()
        } catch {
            // A gateway that starts now must not find the file this one refused, nor the next change build on it.
            if let former, former.number < change.number { try DurableFile.record(former, at: folder.table) }
            throw error
        }
    }

    /// What a change is applied to when there is no file. A change holds some routes only, so on an empty table the
    /// others would be lost: a running gateway still has them, and so has the ledger.
    private func lostTable() async throws -> RoutingTable {
        if let table = try await client.value(RoutingTable.self, of: "/routes"), table.number > 0 { return table }
        return try recorded() ?? RoutingTable()
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
