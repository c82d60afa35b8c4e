// What stands above all resources: a branch that is held, and an emergency while it lasts.
import Testing
import WritVocabulary

@testable import WritServer

struct GovernanceAnswerTests {
    private let base = RevisionID(String(repeating: "a", count: 40))!
    private let head = RevisionID(String(repeating: "b", count: 40))!
    private let model = ResourceID(.model, ResourceName("flight-time")!)

    private func entry(_ event: Event) -> LedgerEntry {
        LedgerEntry(
            sequence: 0, time: Timestamp(milliseconds: 0), cause: .commit(head), subject: nil, event: event)
    }

    private func text(_ events: [Event], now: Int64) -> String {
        var recorded = RecordedState()
        for event in events { recorded.apply(entry(event)) }
        let style = TextStyle(colour: false, now: Timestamp(milliseconds: now))
        return ResourcesAnswer([model], recorded, since: [:]).text(style)
    }

    @Test("`writ get` says that the branch is held, and nothing once it is not")
    func held() {
        let held = Event.changeHeld(
            JudgedChange(base: base, head: head, verdict: .waiting, missing: ["1 approval"], missingCount: 1))
        #expect(text([held], now: 0).hasSuffix("The branch is held at bbbbbbbb: writ get source\n"))
        let accepted = Event.revisionAccepted(head, previous: base, changed: [], count: 0)
        #expect(!text([held, accepted], now: 0).contains("branch"))
    }

    @Test("an emergency shows until it is over, and stays on record")
    func emergency() {
        let glass = BreakGlass(
            person: Person("alice@example.com")!, reason: "version 3 crashes", revision: head,
            until: Timestamp(milliseconds: 1000))
        let allowed = Event.changeAllowed(
            JudgedChange(base: base, head: head, verdict: .allowed, breakGlass: glass))
        let words = "Break-glass by alice@example.com until 1970-01-01T00:00:01Z: version 3 crashes\n"
        #expect(text([allowed], now: 999).hasSuffix(words))
        #expect(!text([allowed], now: 1000).contains("Break-glass"))
        var recorded = RecordedState()
        recorded.apply(entry(allowed))
        #expect(SourceAnswer(recorded).emergencies == [glass])
    }
}
