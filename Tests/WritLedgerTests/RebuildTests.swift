// The projection made again says where the old one lied, and nothing else changes.
import Foundation
import GRDB
import Testing
import WritVocabulary

@testable import WritLedger

struct RebuildTests {
    private func data() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let records = try Records(data: folder.path, signer: Fixture.signer)
        var story = Story(seed: 9)
        for _ in 0..<15 { try records.append(story.drafts(20)) }
        try records.close()
        return folder
    }

    private func edit(_ folder: TemporaryFolder, _ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.projection)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func rebuild(_ folder: TemporaryFolder) throws -> ProjectionComparison {
        let comparison = try Records.rebuildProjection(data: folder.path, verifier: Fixture.verifier)
        #expect(!folder.exists("state.db.new") && !folder.exists("state.db.new-wal"))
        let records = try Records(data: folder.path, signer: Fixture.signer)
        #expect(records.opening == .current)
        try records.close()
        #expect(try Records.rebuildProjection(data: folder.path, verifier: Fixture.verifier).isEqual)
        return comparison
    }

    @Test("a sound projection is made again without a difference")
    func sound() throws {
        let comparison = try rebuild(try data())
        #expect(comparison.isEqual)
        #expect(comparison.entries == 300)
        #expect(comparison.records > 10)
    }

    @Test("a row that was changed, added or removed is named with what it said and what the ledger says")
    func differences() throws {
        let folder = try data()
        try edit(folder, "UPDATE records SET body = x'7b7d' WHERE kind = 'source'")
        try edit(folder, "DELETE FROM entries WHERE sequence = 7")
        try edit(folder, "UPDATE entries SET kind = 'removed' WHERE sequence = 9")
        try edit(folder, "INSERT INTO records VALUES ('version', 'churn/8', 3, 'invented')")
        let comparison = try rebuild(folder)
        #expect(comparison.differenceCount == 4)
        #expect(comparison.differences.map(\.kind) == ["entry", "entry", "source", "version"])
        #expect(comparison.differences.map(\.key) == ["7", "9", "", "churn/8"])
        #expect(comparison.differences[0].projected == nil)
        #expect(comparison.differences[0].recorded?.contains(#""sequence":7"#) == true)
        #expect(comparison.differences[2].projected == "{}")
        #expect(comparison.differences[3].projected == "invented")
        #expect(comparison.differences[3].recorded == nil)
    }

    @Test("many differences are counted, and the first hundred named")
    func many() throws {
        let folder = try data()
        try edit(folder, "UPDATE entries SET body = x'00'")
        let comparison = try rebuild(folder)
        #expect((comparison.differenceCount, comparison.differences.count) == (300, 100))
    }

    @Test("what cannot be compared is said, and made again all the same")
    func incomparable() throws {
        let folder = try data()
        try edit(folder, "UPDATE position SET schema = 1")
        #expect(try rebuild(folder).incomparable?.contains("another version") == true)
        for suffix in ["-wal", "-shm"] { try Disk.remove(folder.projection + suffix) }
        try folder.write([UInt8](repeating: 0x41, count: 8192), "state.db")
        #expect(try rebuild(folder).incomparable?.contains("damaged") == true)
        try Disk.remove(folder.projection)
        #expect(try rebuild(folder).incomparable == "there was none")
    }

    @Test("nothing is made again under a running controller")
    func locked() throws {
        let folder = try data()
        let records = try Records(data: folder.path, signer: Fixture.signer)
        #expect { try Records.rebuildProjection(data: folder.path, verifier: Fixture.verifier) } throws: {
            ($0 as? LedgerFailure)?.code == "ledger-locked"
        }
        try records.close()
    }
}
