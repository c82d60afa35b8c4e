// What one endpoint wants of the routing table.
import WritVocabulary

struct RouteWish {
    let endpoint: ResourceName
    /// nil: no route.
    let route: RoutingTable.Route?
    /// Why, when it differs from the route it has.
    let reason: Reason

    var resource: ResourceID { ResourceID(.endpoint, endpoint) }
}
