// What the repository asks for at one revision, kept so that a commit costs what it changes.

/// All declared resources at one revision, with the content their paths had there.
public struct DesiredState: Sendable {
    public private(set) var revision: RevisionID?
    public private(set) var resources: [ResourceID: Resource] = [:]
    /// Resource to those that name it.
    public private(set) var dependents: [ResourceID: Set<ResourceID>] = [:]
    /// Path to the resources whose content it is.
    public private(set) var pathUsers: [RepositoryPath: Set<ResourceID>] = [:]
    /// The Git id of each used path at the revision; a path that does not exist has none.
    public private(set) var contents: [RepositoryPath: ContentID] = [:]

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
            resources[id] = resource
            if let resource { link(resource) }
        }
        for (path, content) in change.contents where contents[path] != content {
            contents[path] = content
            touched.formUnion(pathUsers[path] ?? [])
        }
        return withDependents(touched)
    }

    /// The resources and all that depend on them, directly or through others.
    public func withDependents(_ ids: Set<ResourceID>) -> Set<ResourceID> {
        var found = ids
        var pending = Array(ids)
        while let id = pending.popLast() {
            for dependent in dependents[id] ?? [] where found.insert(dependent).inserted { pending.append(dependent) }
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
        (dependents[ResourceID(.model, model)] ?? []).filter { $0.kind == .endpoint }.map(\.name).sorted()
    }

    private mutating func unlink(_ id: ResourceID) {
        guard let old = resources[id] else { return }
        if id.kind == .policy { policyNames.remove(id.name) }
        for reference in old.references {
            dependents[reference]?.remove(id)
            if dependents[reference]?.isEmpty == true { dependents[reference] = nil }
        }
        for path in old.paths {
            pathUsers[path]?.remove(id)
            if pathUsers[path]?.isEmpty == true {
                pathUsers[path] = nil
                contents[path] = nil
            }
        }
    }

    private mutating func link(_ resource: Resource) {
        if case .policy = resource.spec { policyNames.insert(resource.metadata.name) }
        for reference in resource.references { dependents[reference, default: []].insert(resource.id) }
        for path in resource.paths { pathUsers[path, default: []].insert(resource.id) }
    }
}
