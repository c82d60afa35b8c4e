// A statement that was signed before its key gave its place to another, and comes after.
import Testing
import WritExecutor
import WritLedger
import WritVocabulary

@testable import WritController

struct RetiredKeyTests {
    @Test("it is not recorded as made but as failed, with what to do, and is tried again")
    func late() async throws {
        var desk = try await Desk()
        try await desk.push(["flights.yaml": Desk.dataset(), "data/flights.csv": "x\n1\n"])
        let flights = try #require(ResourceName("flights"))
        let digest = Digest(of: Array("files".utf8))
        let facts = AttestationOrder.DeploymentFacts(
            endpoint: flights, deployment: DeploymentID(endpoint: flights, content: digest),
            version: VersionID(flights, 1), artefacts: digest, revision: try #require(desk.recorded.accepted),
            at: desk.now, change: nil, attestations: [], table: 1)
        let planned = PlannedAction(
            resource: ResourceID(.endpoint, flights), action: .attest(.deployment(facts)),
            reason: Reason(.trafficMoved, "version 1 serves"))
        let rotation = KeyRotation(
            purpose: .attestation, old: "old", new: "new", size: desk.log.state.next, actor: "ada", reason: "yearly")
        let entry = desk.log.state.next
        try desk.log.append([
            EntryDraft(
                time: desk.now, cause: .operatorAct(actor: "ada"), subject: nil, event: .keyRotated(rotation)),
            Journal.intent(planned, cause: .schedule("test"), at: desk.now),
        ])
        func performed(_ key: String) -> ControllerEvent {
            let made = Attestation(kind: .summary, blob: digest, key: Digest(of: Array(key.utf8)))
            return .performed(Performed(planned: planned, result: .success(.attested([made]))))
        }
        try await desk.run([performed("old")])
        #expect(desk.log.state.attestations == [:])
        let failure = try #require(desk.log.state.failures[planned.key]?.failure)
        #expect(failure.code == "key-retired" && failure.retry == .stalled)
        #expect(failure.message.contains("gave its place to another at entry \(entry)"))
        try desk.log.append([Journal.intent(planned, cause: .schedule("test"), at: desk.now)])
        try await desk.run([performed("new")])
        #expect(desk.log.state.attestations[planned.key]?.count == 1)
        #expect(desk.log.state.failures[planned.key] == nil)
    }
}
