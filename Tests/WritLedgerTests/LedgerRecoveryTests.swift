// What a crash leaves behind, at every byte, and what is damage rather than a crash.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct LedgerRecoveryTests {
    /// A log with ten signed entries, a journal of a batch of three, and then a batch of two.
    private func crashed() throws -> (TemporaryFolder, lastFrame: Range<Int>) {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(10..<13))
        let start = try folder.bytes("ledger/journal").count
        _ = try ledger.append(Fixture.drafts(13..<15))
        return (folder, start..<(try folder.bytes("ledger/journal").count))
    }

    @Test("a journal cut at any byte of its last frame loses that batch and nothing else")
    func everyByte() throws {
        let (folder, frame) = try crashed()
        let journal = try folder.bytes("ledger/journal")
        for end in frame {
            try folder.write(Array(journal[..<end]), "ledger/journal")
            let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
            #expect(ledger.size == 13, "cut at \(end)")
            #expect(ledger.cutBytes == end - frame.lowerBound)
            #expect(try folder.bytes("ledger/journal").count == frame.lowerBound)
            guard end.isMultiple(of: 16) else { continue }
            #expect(try ledger.append(Fixture.drafts(13..<14)).map(\.sequence) == [13])
        }
        try folder.write(journal, "ledger/journal")
        #expect(try Ledger(directory: folder.ledger, signer: Fixture.signer).size == 15)
    }

    @Test("a last frame of the right length with wrong bytes is cut too: its blocks never reached the disk")
    func zeroedTail() throws {
        let (folder, frame) = try crashed()
        for offset in [0, 5, 25, frame.count - 1] {
            let other = try folder.copy()
            try other.flip("ledger/journal", at: frame.lowerBound + offset)
            #expect(try Ledger(directory: other.ledger, signer: Fixture.signer).size == 13)
        }
    }

    @Test("damage before a whole frame is refused, for that frame was acknowledged")
    func damage() throws {
        let (folder, frame) = try crashed()
        let journal = try folder.bytes("ledger/journal")
        for offset in JournalContent.headerBytes..<frame.lowerBound {
            try folder.flip("ledger/journal", at: offset)
            #expect(throws: LedgerFailure.self, "byte \(offset)") {
                try Ledger(directory: folder.ledger, signer: Fixture.signer)
            }
            #expect(try Fixture.reader(folder).check().problem?.place == .journal)
            try folder.write(journal, "ledger/journal")
        }
    }

    @Test("recovered entries are signed by the next sync, with the same root as without a crash")
    func sameEnd() throws {
        let (folder, _) = try crashed()
        let recovered = try Fixture.log(15, in: folder)
        let straight = try Fixture.log(15, in: try TemporaryFolder())
        #expect(recovered == straight)
        #expect(try Fixture.reader(folder).check().isIntact)
    }

    @Test("a crash after the checkpoint and before the new journal counts nothing twice")
    func oldJournal() throws {
        let (folder, _) = try crashed()
        let journal = try folder.bytes("ledger/journal")
        let head = try Fixture.log(15, in: folder)
        try folder.write(journal, "ledger/journal")
        #expect(try Fixture.reader(folder).view().size == 15)
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        #expect((ledger.size, ledger.root) == (15, head.root))
        _ = try ledger.append(Fixture.drafts(15..<16))
        try ledger.sync()
        #expect(try Fixture.reader(folder).check().checkedEntries == 16)
    }

    @Test("a crash while tiles were written leaves them to be written again")
    func oldCheckpoint() throws {
        let (folder, _) = try crashed()
        let (journal, checkpoint) = (try folder.bytes("ledger/journal"), try folder.bytes("ledger/checkpoint"))
        try Fixture.log(15, in: folder)
        try folder.write(journal, "ledger/journal")
        try folder.write(checkpoint, "ledger/checkpoint")
        try folder.write([1, 2, 3], "ledger/tmp/tile")
        #expect(try Fixture.log(15, in: folder).root == Fixture.log(15, in: try TemporaryFolder()).root)
        #expect(!folder.exists("ledger/tmp/tile"))
    }

    @Test("an older checkpoint put back over a newer journal is refused")
    func rolledBack() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        let old = try folder.bytes("ledger/checkpoint")
        try Fixture.log(20, in: folder)
        try folder.write(old, "ledger/checkpoint")
        #expect { try Ledger(directory: folder.ledger, signer: Fixture.signer) } throws: {
            ($0 as? LedgerFailure)?.code == "rolled-back"
        }
        #expect(try Fixture.reader(folder).check().problem?.place == .journal)
    }

    @Test("a log without its checkpoint is not taken for an empty one")
    func missingCheckpoint() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        try Disk.remove("\(folder.ledger)/checkpoint")
        #expect { try Ledger(directory: folder.ledger, signer: Fixture.signer) } throws: {
            ($0 as? LedgerFailure)?.code == "checkpoint-missing"
        }
    }

    @Test("a key that did not sign the checkpoint does not open the log")
    func otherKey() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        let other = try #require(NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 1, count: 32)))
        #expect { try Ledger(directory: folder.ledger, signer: other) } throws: {
            ($0 as? LedgerFailure)?.code == "not-signed-by-key"
        }
    }

    @Test("a synced log without a journal, as a backup has it, opens")
    func noJournal() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        try Disk.remove("\(folder.ledger)/journal")
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        #expect(try ledger.append(Fixture.drafts(10..<11)).map(\.sequence) == [10])
    }
}
