// From a resource to the first cause of its condition.
import WritVocabulary

/// A resource, the one it waits for, the one that waits for, and so on.
struct BlockingChain: Hashable {
    struct Link: Hashable {
        var resource: ResourceID
        /// nil when Writ has not looked at it yet or it is no longer declared.
        var conditions: Conditions?
    }

    private(set) var links: [Link]

    /// Ends at a resource nothing blocks, at one seen before, and after 32 links.
    init(from id: ResourceID, in conditions: [ResourceID: Conditions]) {
        links = [Link(resource: id, conditions: conditions[id])]
        var seen: Set<ResourceID> = [id]
        while links.count < Limits.chainLinks, let next = links.last?.conditions?.blockedBy, seen.insert(next).inserted
        {
            links.append(Link(resource: next, conditions: conditions[next]))
        }
    }

    /// The last link: what everything before it waits for.
    var cause: ResourceID { links[links.count - 1].resource }
    var causeConditions: Conditions? { links[links.count - 1].conditions }
}
