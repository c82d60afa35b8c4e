// One suite for every entry log: what the controller may rely on, on disk and in memory.
import Testing
import WritVocabulary

@testable import WritLedger

struct EntryLogTests {
    enum Kind: String, CaseIterable, Sendable { case disk, memory }

    /// A log that can be restarted, with the folder it needs.
    private struct Subject {
        let folder: TemporaryFolder
        var log: any EntryLog

        init(_ kind: Kind) throws {
            folder = try TemporaryFolder()
            switch kind {
            case .disk: log = try Records(data: folder.path, signer: Fixture.signer)
            case .memory: log = MemoryEntryLog()
            }
        }

        mutating func restart() throws {
            if let memory = log as? MemoryEntryLog {
                log = memory.restarted()
                return
            }
            log = MemoryEntryLog()  // Lets go of the lock first.
            log = try Records(data: folder.path, signer: Fixture.signer)
        }
    }

    @Test("entries are numbered from 0 without gaps and folded into the state", arguments: Kind.allCases)
    func numbers(kind: Kind) throws {
        let subject = try Subject(kind)
        #expect(try subject.log.append(Fixture.drafts(0..<3)).map(\.sequence) == [0, 1, 2])
        #expect(try subject.log.append([]).isEmpty)
        #expect(try subject.log.append(Fixture.drafts(3..<4)).map(\.sequence) == [3])
        #expect(subject.log.state.next == 4)
        try subject.log.sync()
    }

    @Test("the state is the fold of the entries, before and after every restart", arguments: Kind.allCases)
    func fold(kind: Kind) throws {
        var subject = try Subject(kind)
        var story = Story(seed: 11)
        var expected = RecordedState()
        for round in 0..<40 {
            for entry in try subject.log.append(story.drafts(1 + round % 7)) { expected.apply(entry) }
            if round % 5 == 0 { try subject.log.sync() }
            if round % 8 == 7 { try subject.restart() }
            #expect(subject.log.state == expected)
            #expect(try Canonical.encode(subject.log.state) == Canonical.encode(expected))
        }
    }

    @Test("both logs give the same entries for the same drafts")
    func same() throws {
        let (disk, memory) = (try Subject(.disk), try Subject(.memory))
        var (one, other) = (Story(seed: 5), Story(seed: 5))
        for _ in 0..<30 {
            #expect(try disk.log.append(one.drafts(9)) == memory.log.append(other.drafts(9)))
        }
        #expect(disk.log.state == memory.log.state)
    }

    @Test("queries filter by subject, kind and sequence, either way round, up to a limit", arguments: Kind.allCases)
    func queries(kind: Kind) throws {
        let subject = try Subject(kind)
        var story = Story(seed: 3)
        let all = try (0..<20).flatMap { _ in try subject.log.append(story.drafts(20)) }
        let thing = try #require(all[7].subject)
        let kindWord = all[9].event.kind
        let queries = [
            EntryQuery(limit: 5), EntryQuery(limit: 5, newestFirst: true), EntryQuery(subject: thing, limit: 1000),
            EntryQuery(kind: kindWord, limit: 1000, newestFirst: true),
            EntryQuery(subject: thing, kind: "removed", limit: 1000), EntryQuery(after: 390, limit: 1000),
            EntryQuery(subject: thing, after: 100, before: 200, limit: 7, newestFirst: true), EntryQuery(limit: 0),
            EntryQuery(kind: "nothing", limit: 10),
        ]
        for query in queries {
            let fitting = all.filter(query.fits)
            let expected = (query.newestFirst ? fitting.reversed() : fitting).prefix(query.limit)
            #expect(try subject.log.entries(query) == Array(expected))
        }
    }

    @Test("an entry that is too large fails its whole batch and changes nothing", arguments: Kind.allCases)
    func tooLarge(kind: Kind) throws {
        let subject = try Subject(kind)
        try subject.log.append(Fixture.drafts(0..<2))
        let before = subject.log.state
        let huge = Fixture.draft(2, String(repeating: "x", count: 70_000))
        #expect { try subject.log.append([Fixture.draft(2), huge]) } throws: {
            ($0 as? LedgerFailure)?.code == "entry-too-large"
        }
        #expect(subject.log.state == before)
        #expect(try subject.log.append(Fixture.drafts(2..<3)).map(\.sequence) == [2])
    }

    @Test("time never goes back", arguments: Kind.allCases)
    func clock(kind: Kind) throws {
        var subject = try Subject(kind)
        try subject.log.append([Fixture.draft(50)])
        try subject.restart()
        #expect(try subject.log.append([Fixture.draft(10)])[0].time == Fixture.draft(50).time)
    }
}

struct MemoryEntryLogTests {
    @Test("fail-before keeps nothing, fail-after keeps the batch, and the log goes on after both")
    func failures() throws {
        let log = MemoryEntryLog(faults: [1: .failBefore, 2: .failAfter])
        try log.append(Fixture.drafts(0..<1))
        #expect(throws: LedgerFailure.self) { try log.append(Fixture.drafts(1..<2)) }
        #expect(log.state.next == 1)
        #expect(throws: LedgerFailure.self) { try log.append(Fixture.drafts(1..<2)) }
        #expect(log.state.next == 2)
        #expect(try log.append(Fixture.drafts(2..<3)).map(\.sequence) == [2])
        #expect(log.appendCount == 4)
    }

    @Test("after a crash nothing works until the restart, which finds what was durable", arguments: [false, true])
    func crash(after: Bool) throws {
        let log = MemoryEntryLog(faults: [1: after ? .crashAfter : .crashBefore])
        try log.append(Fixture.drafts(0..<1))
        #expect(throws: LedgerFailure.self) { try log.append(Fixture.drafts(1..<3)) }
        #expect(log.hasCrashed)
        #expect(throws: LedgerFailure.self) { try log.append(Fixture.drafts(1..<3)) }
        #expect(throws: LedgerFailure.self) { try log.sync() }
        #expect(throws: LedgerFailure.self) { try log.entries(EntryQuery()) }
        let again = log.restarted()
        #expect(again.state.next == (after ? 3 : 1))
        #expect(try again.append(Fixture.drafts(3..<4)).count == 1)
    }
}
