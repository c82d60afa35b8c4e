// state.db is a cache: whatever happens to it, the answers are those of the ledger.
import Foundation
import GRDB
import Testing
import WritVocabulary

@testable import WritLedger

struct ProjectionTests {
    /// A closed data directory with this many random entries.
    private func data(_ count: Int = 300, seed: UInt64 = 1) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let records = try open(folder)
        var story = Story(seed: seed)
        for start in stride(from: 0, to: count, by: 20) { try records.append(story.drafts(min(20, count - start))) }
        try records.close()
        return folder
    }

    private func open(_ folder: TemporaryFolder) throws -> Records {
        try Records(data: folder.path, signer: Fixture.signer)
    }

    /// Everything one can ask, as bytes.
    private func answers(_ records: Records) throws -> Data {
        var all = try Canonical.encode(records.state)
        for query in [
            EntryQuery(limit: 10_000), EntryQuery(limit: 50, newestFirst: true),
            EntryQuery(kind: "judged", limit: 1000),
            EntryQuery(subject: ResourceID(.model, ResourceName("thing-2")!), limit: 1000),
        ] {
            all += try Canonical.encode(try records.entries(query))
        }
        return all
    }

    private func edit(_ folder: TemporaryFolder, _ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.projection)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func expectRebuilt(_ folder: TemporaryFolder, _ because: String, _ before: Data) throws {
        let records = try open(folder)
        guard case .rebuilt(let count, let reason) = records.opening else {
            Issue.record("not rebuilt: \(records.opening)")
            return
        }
        #expect(count == records.size)
        #expect(because.isEmpty || reason.contains(because), "\(reason)")
        #expect(try answers(records) == before)
        try records.close()
        #expect(try open(folder).opening == .current)
    }

    @Test("a restart takes the state from the projection without reading the ledger again")
    func current() throws {
        let folder = try data()
        #expect(try open(folder).opening == .current)
    }

    @Test("closed records give up the lock and take nothing more")
    func closed() throws {
        let folder = try data(20)
        let records = try open(folder)
        try records.close()
        try records.close()
        #expect { try records.append(Fixture.drafts(0..<1)) } throws: {
            ($0 as? LedgerFailure)?.code == "ledger-closed"
        }
        #expect { try records.entries(EntryQuery()) } throws: { ($0 as? LedgerFailure)?.code == "ledger-closed" }
        #expect(try open(folder).size == 20)
    }

    @Test("a deleted state.db is made again, and every answer is the same to the byte", arguments: [1, 2, 3])
    func deleted(seed: UInt64) throws {
        let folder = try data(700, seed: seed)
        let before = try answers(try open(folder))
        for suffix in ["", "-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
        try expectRebuilt(folder, "none", before)
    }

    @Test("a state.db of noise is thrown away")
    func noise() throws {
        let folder = try data()
        let before = try answers(try open(folder))
        for suffix in ["-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
        try folder.write([UInt8](repeating: 0x41, count: 8192), "state.db")
        try expectRebuilt(folder, "damaged", before)
    }

    @Test("a state.db of another schema is thrown away")
    func schema() throws {
        let folder = try data()
        let before = try answers(try open(folder))
        try edit(folder, "UPDATE position SET schema = schema - 1")
        try expectRebuilt(folder, "another version", before)
    }

    @Test(
        "a state.db whose rows cannot be read is thrown away",
        arguments: [
            "UPDATE records SET body = 'x' WHERE kind = 'source'", "UPDATE records SET body = 5 WHERE kind = 'source'",
            "UPDATE position SET root = 7", "UPDATE position SET size = 'many'", "DROP TABLE records",
            "INSERT INTO records VALUES ('version', 'no version', 1, '{}')",
        ])
    func rows(sql: String) throws {
        let folder = try data()
        let before = try answers(try open(folder))
        try edit(folder, sql)
        try expectRebuilt(folder, "", before)
    }

    @Test("a state.db ahead of the ledger, or of another one, is thrown away")
    func otherLedger() throws {
        let (folder, longer, other) = (try data(100), try data(200), try data(100, seed: 9))
        let before = try answers(try open(folder))
        for source in [longer, other] {
            for suffix in ["", "-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
            try folder.write(try source.bytes("state.db"), "state.db")
            try expectRebuilt(folder, "another ledger", before)
        }
    }

    @Test("a state.db that lags behind is caught up, signed entries and journal alike")
    func lagging() throws {
        let folder = try data(100)
        let old = try folder.bytes("state.db")
        var records: Records? = try open(folder)
        var story = Story(seed: 77)
        try records?.append(story.drafts(300))
        try records?.sync()
        try records?.append(story.drafts(10))
        let before = try answers(try #require(records))
        records = nil
        for suffix in ["", "-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
        try folder.write(old, "state.db")
        let again = try open(folder)
        #expect(again.opening == .caughtUp(310))
        #expect(try answers(again) == before)
    }

    @Test("rows and fold agree after every batch of every kind of entry", arguments: [21, 22])
    func rowsEqualFold(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let records = try open(folder)
        var story = Story(seed: seed)
        for _ in 0..<60 {
            try records.append(story.drafts(5))
            let read = try #require(try Projection(reading: folder.projection).state())
            #expect(read.state == records.state)
            #expect(read.position.size == records.size)
        }
    }

    @Test("a projection that fails while running does not fail the append, is shown, and comes back by itself")
    func failing() throws {
        let folder = try data(50)
        let records = try open(folder)
        var story = Story(seed: 8)
        // The unique key makes the next insert fail, as a damaged page would.
        try edit(folder, "INSERT INTO entries VALUES (50, 0, 'x', 'x', NULL, x'00')")
        #expect(try records.append(story.drafts(5)).map(\.sequence) == Array(50..<55))
        #expect(records.failure?.code == "projection-failed")
        try records.append(story.drafts(5))
        #expect(records.failure == nil)
        #expect(try records.entries(EntryQuery(after: 49)).map(\.sequence) == Array(50..<60))
        var fold = RecordedState()
        for entry in try records.entries(EntryQuery(limit: 1000)) { fold.apply(entry) }
        #expect(records.state == fold)
    }

    @Test("another process may read while the controller writes")
    func readBesideWriter() throws {
        let folder = try data(50)
        let records = try open(folder)
        let reading = try Projection(reading: folder.projection)
        var story = Story(seed: 4)
        for _ in 0..<20 {
            try records.append(story.drafts(3))
            #expect(
                try reading.entries(EntryQuery(limit: 1, newestFirst: true)).first?.sequence == Int64(records.size - 1))
        }
    }

    @Test("a reader without the lock has the controller's state, whatever became of the projection")
    func reader() throws {
        let folder = try data(100)
        let old = try folder.bytes("state.db")
        let records = try open(folder)
        let reader = RecordsReader(data: folder.path, verifier: Fixture.verifier)
        #expect(try reader.state() == records.state)
        var story = Story(seed: 6)
        try records.append(story.drafts(30))
        #expect(try reader.state() == records.state)
        let state = records.state
        try records.close()
        for content in [old, [1, 2, 3], nil] {
            for suffix in ["", "-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
            if let content { try folder.write(content, "state.db") }
            #expect(try reader.state() == state)
        }
    }
}
