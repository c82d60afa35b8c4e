// The controller's port to traffic, with a real gateway behind it and without.
import Foundation
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

@Suite(.timeLimit(.minutes(3))) struct GatewayRouterTests {
    private let other = ResourceName("b")!

    @Test("the local router keeps the promises of every router")
    func conforms() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        let order = try ConformanceOrders.replica(ConformanceOrders.version(artefacts: Digest(of: Array("a".utf8))))
        let clock = ConformanceClock(looks: 500) { try await Task.sleep(for: .milliseconds(20)) }
        try await RouterConformance(
            router: world.router, clock: clock, route: ConformanceOrders.route(order, port: 20_001)
        ).run()
    }

    @Test("a number is published once: the same number with other routes changes nothing")
    func idempotent() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        try await world.router.publish(RoutingChange(number: 3, routes: [GatewayWorld.route(ports: [20_001])]))
        let before = (try world.folder.readTable(), try await world.curl("http://g/table"))
        try await world.router.publish(RoutingChange(number: 3, routes: [GatewayWorld.route(ports: [20_002])]))
        try await world.router.publish(RoutingChange(number: 2, routes: [], removed: [GatewayWorld.endpoint]))
        #expect(try world.folder.readTable() == before.0)
        #expect(try await world.curl("http://g/table") == before.1)
        #expect(before.0?.number == 3)
    }

    @Test("a gateway that is away reads the table when it starts")
    func away() async throws {
        let world = try GatewayWorld()
        try await world.router.publish(RoutingChange(number: 4, routes: [GatewayWorld.route(ports: [20_001])]))
        #expect(try await world.router.observe() == nil)
        try await world.process().ensure()
        #expect(try await world.router.observe() == GatewayObservation(number: 4))
    }

    @Test(
        "a refused table is told with the gateway's reason, and neither it nor its file stands in the way of the next")
    func refused() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        try await world.router.publish(RoutingChange(number: 1, routes: [GatewayWorld.route(ports: [20_001])]))
        let bad = RoutingChange(number: 2, routes: [GatewayWorld.route(other, weight: 90, ports: [20_001])])
        let failure = await #expect(throws: BackendFailure.self) { try await world.router.publish(bad) }
        #expect(failure?.code == "table-invalid")
        #expect(failure?.message.contains("sum to 90") == true)
        #expect(try world.folder.readTable()?.number == 1)
        #expect(try await world.router.observe()?.number == 1)
        try await world.router.publish(RoutingChange(number: 3, routes: [GatewayWorld.route(ports: [20_002])]))
        #expect(try await world.router.observe()?.number == 3)
    }

    @Test("when the file is lost, a change of one route keeps the others, which the gateway still runs")
    func lostFile() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        let routes = [GatewayWorld.route(ports: [20_001]), GatewayWorld.route(other, ports: [20_002])]
        try await world.router.publish(RoutingChange(number: 1, routes: routes))
        try FileManager.default.removeItem(atPath: world.folder.table)
        let changed = GatewayWorld.route(version: 2, ports: [20_003])
        try await world.router.publish(RoutingChange(number: 2, routes: [changed]))
        #expect(try world.folder.readTable() == RoutingTable(number: 2, routes: [changed, routes[1]]))
        #expect(try await world.curl("http://g/table").contains("\"endpoints\":2"))
    }

    @Test("when the file is lost and no gateway runs, the routes on record are the base")
    func lostEverywhere() async throws {
        let routes = [GatewayWorld.route(ports: [20_001]), GatewayWorld.route(other, ports: [20_002])]
        let world = try GatewayWorld { RoutingTable(number: 7, routes: routes) }
        try await world.process().ensure()
        #expect(try await world.router.observe()?.number == 0)
        let changed = GatewayWorld.route(version: 2, ports: [20_003])
        try await world.router.publish(RoutingChange(number: 8, routes: [changed]))
        #expect(try world.folder.readTable() == RoutingTable(number: 8, routes: [changed, routes[1]]))
    }
}
