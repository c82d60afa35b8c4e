// The three drivers and the simulated forge keep the same promises.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

@Suite struct ForgeConformanceTests {
    @Test("the simulated forge conforms")
    func simulated() async throws {
        let forge = SimulatedForge()
        try await ForgeConformance(forge: forge, world: forge).run()
    }

    @Test("a driver conforms against a server that enforces its forge's contract", arguments: ForgeKind.allCases)
    func driver(kind: ForgeKind) async throws {
        try await withForge(kind) { forge, server in
            try await ForgeConformance(forge: forge, world: server.world, hasRejections: kind != .gitlab).run()
            // An address in a link was never followed: everything came to this server.
            #expect(server.requests.count > 50)
        }
    }
}
