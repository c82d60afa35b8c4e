// The fold of the ledger: entries in, state out.
import Testing
import WritVocabulary

struct RecordedStateTests {
    let endpoint = ResourceName("live")!
    let model = ResourceName("times")!

    func entry(_ sequence: Int64, _ event: Event, subject: ResourceID? = nil) -> LedgerEntry {
        LedgerEntry(
            sequence: sequence, time: Timestamp(milliseconds: sequence * 1000), cause: .schedule("test"),
            subject: subject, event: event)
    }

    var change: RoutingChange {
        let deployment = DeploymentID(endpoint: endpoint, content: Digest(of: Array("d".utf8)))
        let target = RoutingTable.Target(
            version: VersionID(model, 1), weight: 100, deployment: deployment, replicas: [])
        return RoutingChange(number: 1, routes: [RoutingTable.Route(endpoint: endpoint, targets: [target])])
    }

    @Test("a published route is recorded with its number, and the intent is closed")
    func publish() {
        var state = RecordedState()
        let action = Action.publish(change)
        state.apply(
            entry(
                0, .intended(action.key, action, Reason(.replicasReady, "ready")),
                subject: ResourceID(.endpoint, endpoint)))
        #expect(state.openIntents.count == 1)
        let changed = state.apply(entry(1, .completed(action.key, .published(number: 1))))
        #expect(state.openIntents.isEmpty)
        #expect(state.tableNumber == 1 && state.endpoints[endpoint]?.routeNumber == 1)
        #expect(changed == [.intent(action.key), .tableNumber, .endpoint(endpoint)])
        #expect(state.next == 2)
    }

    @Test("a publish that failed spends its number and leaves its endpoints uncertain")
    func failedPublish() {
        var state = RecordedState()
        let action = Action.publish(change)
        state.apply(
            entry(
                0, .intended(action.key, action, Reason(.replicasReady, "ready")),
                subject: ResourceID(.endpoint, endpoint)))
        state.apply(
            entry(1, .failed(action.key, FailureRecord(code: "timeout", message: "timed out", retry: .transient))))
        #expect(state.tableNumber == 1)
        #expect(state.endpoints[endpoint]?.uncertain == true)
        #expect(state.endpoints[endpoint]?.route == nil)
    }

    @Test("failures count until the action succeeds")
    func failures() throws {
        var state = RecordedState()
        let key = try #require(ActionKey("register/times:1"))
        let failure = FailureRecord(code: "timeout", message: "timed out", retry: .transient)
        state.apply(entry(0, .failed(key, failure)))
        state.apply(entry(1, .failed(key, failure)))
        #expect(state.failures[key]?.count == 2)
        state.apply(entry(2, .completed(key, .started)))
        #expect(state.failures.isEmpty)
    }

    @Test("a new revision clears what was held against an older tip")
    func source() throws {
        var state = RecordedState()
        let good = try #require(RevisionID(String(repeating: "1", count: 40)))
        let bad = try #require(RevisionID(String(repeating: "2", count: 40)))
        state.apply(entry(0, .revisionRefused(bad, errors: ["m.yaml:1:1: no"], count: 1, evidence: nil)))
        #expect(state.source.refused == bad)
        state.apply(entry(1, .revisionAccepted(good, previous: nil, changed: [], count: 0)))
        #expect(state.source.refused == nil && state.source.accepted == good && state.source.errors.isEmpty)
    }

    @Test("entries come back from their canonical encoding")
    func roundTrip() throws {
        let action = Action.publish(change)
        let original = entry(
            5, .intended(action.key, action, Reason(.replicasReady, "ready")), subject: ResourceID(.endpoint, endpoint))
        let bytes = try Canonical.encode(original)
        #expect(try Canonical.decode(LedgerEntry.self, from: bytes) == original)
        #expect(try Canonical.encode(try Canonical.decode(LedgerEntry.self, from: bytes)) == bytes)
    }
}
