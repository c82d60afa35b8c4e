// A clock that went back: entries are kept, it is recorded once, and nothing is signed until it has caught up.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct LedgerClockTests {
    /// A draft so many seconds after the start.
    private func draft(_ seconds: Int64) -> EntryDraft {
        EntryDraft(time: time(seconds), cause: .schedule("test"), subject: nil, event: .driftFound("at \(seconds)"))
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1000) }

    private func steps(_ folder: TemporaryFolder) throws -> [TimeSpan] {
        var found: [TimeSpan] = []
        let view = try Fixture.reader(folder).view()
        try view.forEachEntry(in: 0..<view.size) { entry, _ in
            if case .clockWentBack(let step) = entry.event { found.append(step.behind) }
            return true
        }
        return found
    }

    @Test("up to five seconds back is held in silence and signed")
    func tolerated() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(100)])
        #expect(try ledger.append([draft(95)]).map(\.time) == [time(100)])
        try ledger.sync()
        try ledger.sync(now: time(95))
        #expect(try steps(folder) == [] && ledger.signed.checkpoint.size == 2)
    }

    @Test("further back is recorded once, keeps every entry and signs nothing until the clock has caught up")
    func episode() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(100)])
        try ledger.sync()
        let kept = try ledger.append([draft(40), draft(41)])
        #expect(kept.map(\.sequence) == [2, 3] && kept.allSatisfy { $0.time == time(100) })
        _ = try ledger.append([draft(99)])
        #expect(try steps(folder) == [.seconds(60)])
        #expect { try ledger.sync() } throws: { error in
            let failure = error as? LedgerFailure
            return failure?.code == "clock-went-back" && failure?.retry == .transient
                && failure?.message.contains("1s behind") == true
        }
        #expect(throws: LedgerFailure.self) { try ledger.sync(now: time(99)) }
        #expect(ledger.foldFailure?.code == "clock-went-back")
        #expect(try Fixture.reader(folder).checkpoint().checkpoint.size == 1)
        try ledger.sync(now: time(100))
        #expect(ledger.foldFailure == nil && ledger.signed.checkpoint.size == 5)
        #expect(try Fixture.reader(folder).check().isIntact)
    }

    @Test("an entry of the right time ends the episode, and the next one is recorded anew")
    func twice() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(100), draft(10), draft(101)])
        try ledger.sync()
        _ = try ledger.append([draft(90)])
        #expect(throws: LedgerFailure.self) { try ledger.sync() }
        #expect(try steps(folder) == [.seconds(90), .seconds(11)])
    }

    @Test("the clock shown to sync counts too, though no entry showed it; with nothing new there is nothing to refuse")
    func shown() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(100)])
        #expect(throws: LedgerFailure.self) { try ledger.sync(now: time(94)) }
        try ledger.sync(now: time(100))
        try ledger.sync(now: time(10))
        #expect(ledger.signed.checkpoint.size == 1)
    }

    @Test("a restart within the episode neither records it again nor signs")
    func restart() throws {
        let folder = try TemporaryFolder()
        do {
            let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
            _ = try ledger.append([draft(100), draft(10)])
            try ledger.close()
        }
        #expect(try Fixture.reader(folder).checkpoint().checkpoint.size == 0, "closing signs nothing either")
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(20)])
        #expect(throws: LedgerFailure.self) { try ledger.sync() }
        #expect(try steps(folder) == [.seconds(90)])
        _ = try ledger.append([draft(102)])
        try ledger.sync()
        #expect(try Fixture.reader(folder).check().checkedEntries == 5)
    }

    @Test("a long journal is not folded while the clock is behind, and appends go on")
    func longJournal() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append([draft(100)])
        _ = try ledger.append(Array(repeating: draft(10), count: Limits.foldAfterEntries))
        #expect(ledger.signed.checkpoint.size == 0 && ledger.foldFailure?.code == "clock-went-back")
        _ = try ledger.append([draft(11)])
        _ = try ledger.append([draft(100)])
        #expect(ledger.signed.checkpoint.size == Limits.foldAfterEntries + 4)
        #expect(ledger.foldFailure == nil)
    }

    @Test("the records on disk fold and project the step, and hand back only what was drafted")
    func records() throws {
        let folder = try TemporaryFolder()
        let records = try Records(data: folder.path, signer: Fixture.signer)
        try records.append([draft(100)])
        #expect(try records.append([draft(10)]).map(\.sequence) == [2])
        #expect(try records.entries(EntryQuery(kind: "clockWentBack")).map(\.sequence) == [1])
        #expect(records.state.next == 3)
        let log: any EntryLog = records
        #expect { try log.sync(now: time(11)) } throws: { ($0 as? LedgerFailure)?.code == "clock-went-back" }
        try log.sync(now: time(101))
        #expect(records.checkpoint.checkpoint.size == 3)
    }
}
