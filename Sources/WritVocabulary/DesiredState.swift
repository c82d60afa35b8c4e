// What the repository asks for at one revision, kept so that a commit costs what it changes.

/// All declared resources at one revision, with the content their paths had there.
public struct DesiredState: Sendable {
    public private(set) var revision: RevisionID?
    /// The Git id of each used path at the revision; a path that does not exist has none.
    public private(set) var contents: [RepositoryPath: ContentID] = [:]

    /// What changed since the rest was settled; everything, where nothing is.
    private var newer: [ResourceID: Resource] = [:]
    /// Resource to the newer ones that name it.
    private var newDependents: [ResourceID: Set<ResourceID>] = [:]
    /// Path to the newer resources whose content it is.
    private var newUsers: [RepositoryPath: Set<ResourceID>] = [:]
    private var settled: (any SettledResources)?
    /// Settled resources that are declared otherwise by now, or no more.
    private var replaced: Set<ResourceID> = []
    /// Kept apart, so that asking for the policies does not cost a look at every resource.
    private var policyNames: Set<ResourceName> = []

    public init() {}

    /// What one commit changed: resources by id (nil is removed) and contents by path (nil does not exist).
    public struct Change: Sendable {
        public var revision: RevisionID
        public var resources: [ResourceID: Resource?]
        public var contents: [RepositoryPath: ContentID?]

        public init(
            revision: RevisionID, resources: [ResourceID: Resource?] = [:], contents: [RepositoryPath: ContentID?] = [:]
        ) {
            self.revision = revision
            self.resources = resources
            self.contents = contents
        }
    }

    /// Applies a change and returns the resources whose plan may differ because of it, dependents included.
    public mutating func apply(_ change: Change) -> Set<ResourceID> {
        revision = change.revision
        var touched: Set<ResourceID> = []
        for (id, resource) in change.resources {
            touched.insert(id)
            unlink(id)
            newer[id] = resource
            if let resource { link(resource) }
        }
        for (path, content) in change.contents where contents[path] != content {
            contents[path] = content
            touched.formUnion(users(of: path))
        }
        return withDependents(touched)
    }

    /// Lets go of the decoded resources: `settled` has all of them, as they are now.
    public mutating func settle(on settled: any SettledResources) {
        self.settled = settled
        (newer, newDependents, newUsers, replaced) = ([:], [:], [:], [])
    }

    public var resources: DeclaredResources {
        DeclaredResources(newer: newer, settled: settled, replaced: replaced)
    }

    /// The resources that name a resource.
    public func dependents(of id: ResourceID) -> Set<ResourceID> {
        (newDependents[id] ?? []).union((settled?.dependents(of: id) ?? []).filter { !replaced.contains($0) })
    }

    /// The resources whose content a path is.
    public func users(of path: RepositoryPath) -> Set<ResourceID> {
        (newUsers[path] ?? []).union((settled?.users(of: path) ?? []).filter { !replaced.contains($0) })
    }

    private func isUsed(_ path: RepositoryPath) -> Bool {
        newUsers[path] != nil || settled?.hasUser(of: path) { !replaced.contains($0) } == true
    }

    /// The resources and all that depend on them, directly or through others.
    public func withDependents(_ ids: Set<ResourceID>) -> Set<ResourceID> {
        var found = ids
        var pending = Array(ids)
        while let id = pending.popLast() {
            for dependent in dependents(of: id) where found.insert(dependent).inserted { pending.append(dependent) }
        }
        return found
    }

    public func dataset(_ name: ResourceName) -> Dataset? {
        if case .dataset(let dataset)? = resources[ResourceID(.dataset, name)]?.spec { dataset } else { nil }
    }

    public func model(_ name: ResourceName) -> Model? {
        if case .model(let model)? = resources[ResourceID(.model, name)]?.spec { model } else { nil }
    }

    public func endpoint(_ name: ResourceName) -> Endpoint? {
        if case .endpoint(let endpoint)? = resources[ResourceID(.endpoint, name)]?.spec { endpoint } else { nil }
    }

    /// The policies in force for whatever follows this revision, in order of name.
    public var policies: [(name: ResourceName, policy: Policy)] {
        policyNames.sorted().compactMap { name in
            guard case .policy(let policy)? = resources[ResourceID(.policy, name)]?.spec else { return nil }
            return (name, policy)
        }
    }

    /// The endpoints that serve a model, in order of name.
    public func endpoints(of model: ResourceName) -> [ResourceName] {
        dependents(of: ResourceID(.model, model)).filter { $0.kind == .endpoint }.map(\.name).sorted()
    }

    private mutating func unlink(_ id: ResourceID) {
        guard let old = resources[id] else { return }
        if id.kind == .policy { policyNames.remove(id.name) }
        if newer[id] == nil {
            replaced.insert(id)
        } else {
            unlinkNewer(old)
        }
        for path in old.paths where !isUsed(path) { contents[path] = nil }
    }

    private mutating func unlinkNewer(_ old: Resource) {
        for reference in old.references {
            newDependents[reference]?.remove(old.id)
            if newDependents[reference]?.isEmpty == true { newDependents[reference] = nil }
        }
        for path in old.paths {
            newUsers[path]?.remove(old.id)
            if newUsers[path]?.isEmpty == true { newUsers[path] = nil }
        }
    }

    private mutating func link(_ resource: Resource) {
        if case .policy = resource.spec { policyNames.insert(resource.metadata.name) }
        for reference in resource.references { newDependents[reference, default: []].insert(resource.id) }
        for path in resource.paths { newUsers[path, default: []].insert(resource.id) }
    }
}
