// The control socket of the real gateway, asked as an operator would.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite(.timeLimit(.minutes(3))) struct GatewayControlTests {
    @Test(
        "a bad table file is refused with its reason, and the last good one goes on",
        arguments: [
            ("{", "does not parse"), ("{\"number\":9,\"routes\":[]", "does not parse"),
            ("{\"number\":-1,\"routes\":[]}", "negative"),
            (
                """
                {"number":9,"routes":[{"endpoint":"a","targets":[{"deployment":"a-1f2e3d4c5b6a","replicas":[],\
                "version":"m:1","weight":99}]}]}
                """, "sum to 99"
            ),
        ])
    func badTable(text: String, reason: String) async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        let replica = try await GatewayReplica("1", in: world.data)
        try await world.router.publish(RoutingChange(number: 1, routes: [GatewayWorld.route(ports: [replica.port])]))
        try world.data.file("gateway/table.json", text)
        let answer = try await world.curl("-X", "POST", "http://g/reload")
        #expect(answer.hasSuffix("\n409") && answer.contains(reason) && answer.contains("last good one stays in force"))
        let table = try await world.curl("http://g/table")
        #expect(table.hasSuffix("\n200") && table.contains("\"number\":1") && table.contains("\"refused\":{"))
        let served = try await GatewayCaller(port: world.port()).ask([GatewayCaller.request("GET", "/a/x")])
        #expect(served[0].hasPrefix("HTTP/1.1 200"))
    }

    @Test("shows the table, requests in flight, figures and metrics, and refuses what it does not know")
    func shows() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        let replica = try await GatewayReplica("1", in: world.data)
        try await world.router.publish(RoutingChange(number: 5, routes: [GatewayWorld.route(ports: [replica.port])]))
        let caller = GatewayCaller(port: try world.port())
        async let held = caller.ask([GatewayCaller.request("GET", "/a/hold")])
        let busy = GatewayObservation(
            number: 5, active: [ReplicaID(GatewayWorld.deployment, ordinal: 0, generation: 0): 1])
        try await becomesTrue { try await world.router.observe() == busy }
        #expect(try await world.curl("http://g/active").contains("a-1f2e3d4c5b6a.0.0"))
        try world.data.file("release", "")
        #expect(try await held[0].contains("x-writ-version: m:1"))
        try await becomesTrue { try await world.router.observe()?.active.isEmpty == true }
        #expect(try await world.curl("http://g/table").contains("\"endpoints\":1"))
        let stats = try await world.curl("http://g/stats")
        #expect(stats.contains("\"answered\":{\"2xx\":1}") && stats.contains("\"version\":\"m:1\""))
        let metrics = try await world.curl("http://g/metrics")
        #expect(metrics.contains("writ_gateway_table_number 5\n"))
        #expect(metrics.contains("writ_gateway_requests_total{endpoint=\"a\",version=\"m:1\",outcome=\"2xx\"} 1\n"))
        #expect(try await world.curl("http://g/nothing").hasSuffix("\n404"))
        #expect(try await world.curl("http://g/reload").hasSuffix("\n404"))
    }

    @Test("only its owner reaches the control socket")
    func permissions() async throws {
        let world = try GatewayWorld()
        try await world.process().ensure()
        for (path, mode) in [
            (world.folder.path, 0o700), (world.folder.controlSocket, 0o600), (world.folder.log, 0o600),
        ] {
            let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(found == mode, "\(path)")
        }
    }

    @Test(
        "told to drain, or sent SIGTERM, it finishes the request in flight, tells the client to go, and ends",
        arguments: [
            true, false,
        ])
    func drains(bySocket: Bool) async throws {
        let world = try GatewayWorld()
        let process = try world.process()
        let identity = try await process.ensure()
        let replica = try await GatewayReplica("1", in: world.data)
        try await world.router.publish(RoutingChange(number: 1, routes: [GatewayWorld.route(ports: [replica.port])]))
        let port = try world.port()
        async let held = GatewayCaller(port: port).ask([GatewayCaller.request("POST", "/a/hold", body: "one")])
        try await becomesTrue { try await world.router.observe()?.active.isEmpty == false }
        if bySocket {
            #expect(try await world.curl("-X", "POST", "http://g/drain-and-exit").hasSuffix("\n202"))
        } else {
            #expect(try process.stop())
        }
        try await becomesTrue { try world.log().contains("takes no new connections") }
        await #expect(throws: (any Error).self) {
            try await GatewayCaller(port: port).ask([GatewayCaller.request("GET", "/a/x")])
        }
        #expect(identity.isAlive)
        try world.data.file("release", "")
        let answer = try await held[0]
        #expect(
            answer.hasPrefix("HTTP/1.1 200") && answer.contains("connection: close") && answer.hasSuffix("\r\n\r\n1"))
        try await becomesTrue { !identity.isAlive }
        #expect(try world.log().contains("The gateway has stopped."))
    }
}
