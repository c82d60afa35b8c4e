// What a routing table must satisfy before any request follows it.
import WritVocabulary

/// Judges a table as data. A gateway keeps its last good table when one fails.
enum TableCheck {
    /// Throws the first thing that is wrong, in the order of the table.
    static func check(_ table: RoutingTable) throws(GatewayFailure) {
        guard table.number >= 0 else { throw refusal("its number \(table.number) is negative") }
        var endpoints: Set<ResourceName> = []
        for route in table.routes {
            guard endpoints.insert(route.endpoint).inserted else { throw refusal("\(route.endpoint) has two routes") }
            try check(route)
        }
    }

    private static func check(_ route: RoutingTable.Route) throws(GatewayFailure) {
        let endpoint = route.endpoint
        var versions: Set<VersionID> = []
        var sum = 0
        for target in route.targets {
            guard (0...100).contains(target.weight) else {
                throw refusal("\(endpoint) gives \(target.version) the weight \(target.weight)")
            }
            guard versions.insert(target.version).inserted else {
                throw refusal("\(endpoint) names \(target.version) twice")
            }
            sum += target.weight
            for address in target.replicas where !isAddress(address) {
                throw refusal("the address of \(address.replica) is not an IPv4 address and a port")
            }
        }
        guard sum == 100 else { throw refusal("the weights of \(endpoint) sum to \(sum), not 100") }
    }

    private static func isAddress(_ address: RoutingTable.Address) -> Bool {
        let parts = address.host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.utf8.count <= 3 }
            && (1...65_535).contains(address.port)
    }

    private static func refusal(_ what: String) -> GatewayFailure {
        GatewayFailure(
            code: "table-invalid",
            message:
                "The routing table is refused: \(what). The last good one stays in force; publish a corrected one.",
            retry: .terminal)
    }
}
