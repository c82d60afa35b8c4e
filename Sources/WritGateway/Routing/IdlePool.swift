// The connections to one replica that wait for the next request.
import NIOCore

/// Last in, first out, so that what is not needed grows old and goes.
struct IdlePool<Connection: AnyObject> {
    private var entries: [(connection: Connection, since: NIODeadline)] = []
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { entries.count }

    /// False when the pool is full: the caller closes the connection.
    mutating func put(_ connection: Connection, at now: NIODeadline) -> Bool {
        guard entries.count < countMax else { return false }
        entries.append((connection, now))
        return true
    }

    mutating func take() -> Connection? { entries.popLast()?.connection }

    mutating func remove(_ connection: Connection) {
        entries.removeAll { $0.connection === connection }
    }

    /// Takes out those that have waited since before `limit`.
    mutating func expire(before limit: NIODeadline) -> [Connection] {
        let count = entries.prefix { $0.since < limit }.count
        defer { entries.removeFirst(count) }
        return entries.prefix(count).map(\.connection)
    }

    mutating func takeAll() -> [Connection] {
        defer { entries.removeAll() }
        return entries.map(\.connection)
    }
}
