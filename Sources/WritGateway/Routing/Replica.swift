// One replica as one event loop sees it: its connections, and how many requests it has.
import NIOCore
import WritVocabulary

/// Confined to its loop. Lives on after it left the table until its last request is answered.
final class Replica {
    struct Key: Hashable {
        var replica: ReplicaID
        var host: String
        var port: Int

        init(_ address: RoutingTable.Address) {
            replica = address.replica
            host = address.host
            port = address.port
        }
    }

    let key: Key
    let address: SocketAddress
    /// Named in the table in force.
    var isRouted = true
    var idle: IdlePool<UpstreamConnection>
    /// Open and opening connections, idle ones included.
    var connectionCount = 0
    var inFlight = 0
    var avoidedUntil = NIODeadline.uptimeNanoseconds(0)
    private let connectionsMax: Int

    /// Throws when the host is not an IP address, which a checked table excludes.
    init(_ key: Key, limits: GatewayLimits) throws {
        self.key = key
        address = try SocketAddress(ipAddress: key.host, port: key.port)
        idle = IdlePool(countMax: limits.replicaIdleConnectionsMax)
        connectionsMax = limits.replicaConnectionsMax
    }

    var hasRoom: Bool { idle.count > 0 || connectionCount < connectionsMax }

    /// The replica left the table: nothing new goes there.
    func retire() {
        isRouted = false
        for connection in idle.takeAll() { connection.close() }
    }
}
