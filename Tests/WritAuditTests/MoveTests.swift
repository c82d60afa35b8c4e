// Which signed statement is told of a deployment that traffic came back to.
import Testing
import WritVocabulary

@testable import WritAudit

struct MoveTests {
    typealias Story = AuditFixture

    /// Traffic goes from version 1 to 2 and back; what was signed of each move, `nil` for nothing.
    private struct Life {
        var entries: [LedgerEntry] = []
        var clock = Story.at(0)

        mutating func record(_ event: Event) {
            clock = clock + .minutes(1)
            entries.append(
                LedgerEntry(
                    sequence: Int64(entries.count), time: clock, cause: .schedule("test"), subject: Story.endpoint,
                    event: event))
        }

        mutating func move(_ version: Int, table: Int64) -> Int64 {
            let order = Story.replicaOrder(version, generation: 0)
            let start = Action.startReplica(order)
            record(.intended(start.key, start, Reason(.versionPinned, "pinned")))
            record(.completed(start.key, .started))
            let publish = Action.publish(RoutingChange(number: table, routes: [Story.route([(version, 100, 0)])]))
            record(.intended(publish.key, publish, Reason(.replicasReady, "ready")))
            record(.completed(publish.key, .published(number: table)))
            return Int64(entries.count) - 1
        }

        /// `table` nil is how it was done when a deployment was attested once.
        mutating func attest(_ version: Int, table: Int64?, _ blob: String) {
            let facts = AttestationOrder.DeploymentFacts(
                endpoint: Story.endpoint.name, deployment: Story.deployment(version),
                version: VersionID(Story.model.name, version), artefacts: Story.artefacts(version),
                revision: Story.pinsOne, at: clock, change: nil, attestations: [], table: table)
            let action = Action.attest(.deployment(facts))
            record(.intended(action.key, action, Reason(.trafficMoved, "moved")))
            record(
                .completed(
                    action.key,
                    .attested([Attestation(kind: .summary, blob: Story.digest(blob), key: Story.attestationKey)])))
        }
    }

    private func told(_ trail: AuditTrail, _ version: Int, _ entry: Int64) -> Digest? {
        trail.attested(Story.deployment(version), at: entry)?.made.value.first?.blob
    }

    @Test("of each time it served, the statement of the move that began it")
    func own() {
        var life = Life()
        let first = life.move(1, table: 1)
        life.attest(1, table: 1, "first")
        let second = life.move(2, table: 2)
        life.attest(2, table: 2, "second")
        let third = life.move(1, table: 3)
        life.attest(1, table: 3, "third")
        let trail = AuditTrail(life.entries)
        #expect(told(trail, 1, first) == Story.digest("first"))
        #expect(told(trail, 2, second) == Story.digest("second"))
        #expect(told(trail, 1, third) == Story.digest("third"))
        #expect(told(trail, 1, second) == Story.digest("first"), "what it served under last by then")
        #expect(trail.moves.values.map(\.count).sorted() == [1, 2])
    }

    @Test("a ledger from when a deployment was attested once is read as it was meant: of the move it dates")
    func legacy() {
        var life = Life()
        let first = life.move(1, table: 1)
        life.attest(1, table: nil, "first")
        _ = life.move(2, table: 2)
        let back = life.move(1, table: 3)
        let trail = AuditTrail(life.entries)
        #expect(told(trail, 1, first) == Story.digest("first"))
        #expect(told(trail, 1, back) == nil, "nobody signed that it came back")
        life.attest(1, table: 3, "again")
        #expect(told(AuditTrail(life.entries), 1, back) == Story.digest("again"))
        #expect(told(AuditTrail(life.entries), 1, first) == Story.digest("first"))
    }
}
