// Where the resources of a large repository are while nothing happens to them.

/// All resources of one revision, kept smaller than decoded ones and decoded when they are asked for.
public protocol SettledResources: Sendable {
    var count: Int { get }
    /// All that are declared, in no order.
    var ids: [ResourceID] { get }
    func contains(_ id: ResourceID) -> Bool
    func resource(_ id: ResourceID) -> Resource?
    /// Those that have the resource among their ``Resource/references``.
    func dependents(of id: ResourceID) -> Set<ResourceID>
    /// Those that have the path among their ``Resource/paths``.
    func users(of path: RepositoryPath) -> Set<ResourceID>
    /// Whether one of the path's users is as asked. A path may have a hundred thousand users: the first will do.
    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool
}

/// The resources of a desired state by id: what changed lately in memory, the rest settled.
public struct DeclaredResources: Sequence, Sendable {
    let newer: [ResourceID: Resource]
    let settled: (any SettledResources)?
    /// Settled resources that are declared otherwise by now, or no more.
    let replaced: Set<ResourceID>

    public var count: Int { newer.count + (settled?.count ?? 0) - replaced.count }
    public var isEmpty: Bool { count == 0 }

    /// The ids, in no order.
    public var keys: [ResourceID] {
        Array(newer.keys) + (settled?.ids ?? []).filter { !replaced.contains($0) }
    }

    public subscript(id: ResourceID) -> Resource? {
        if let known = newer[id] { return known }
        guard let settled, !replaced.contains(id) else { return nil }
        return settled.resource(id)
    }

    /// In no order; the settled ones are decoded one after the other.
    public func makeIterator() -> some IteratorProtocol<(key: ResourceID, value: Resource)> {
        keys.lazy.compactMap { id in self[id].map { (key: id, value: $0) } }.makeIterator()
    }
}
