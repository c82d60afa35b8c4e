// Appending, folding, the layout on disk, and reading beside a writer.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct LedgerTests {
    @Test("entries get sequence numbers, are durable at once, and are signed by sync")
    func append() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        #expect(try ledger.append(Fixture.drafts(0..<3)).map(\.sequence) == [0, 1, 2])
        let before = try Fixture.reader(folder).view()
        #expect((before.size, before.signedSize) == (3, 0))
        try ledger.sync()
        let after = try Fixture.reader(folder).view()
        #expect((after.size, after.signedSize) == (3, 3))
        #expect(try after.entry(at: 2).event == .driftFound("rec 2"))
        #expect(try after.root(at: 3) == ledger.root)
    }

    @Test("after sync the folder is a plain tlog-tiles log")
    func layout() throws {
        let folder = try TemporaryFolder()
        let checkpoint = try Fixture.log(600, in: folder)
        for path in [
            "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001",
            "tile/entries/002.p/88",
        ] {
            #expect(folder.exists("ledger/\(path)"), "\(path)")
        }
        #expect(try folder.bytes("ledger/tile/0/000").count == 8192)
        let view = try Fixture.reader(folder).view()
        let leaves = try (0..<600).map { TreeHash.leaf(try view.bytes(at: $0)) }
        #expect(NaiveTree.root(leaves[...]) == checkpoint.root)
        #expect(try folder.bytes("ledger/tile/0/002.p/88") == TileFile.encode(Array(leaves[512...])))
        #expect(try folder.bytes("ledger/journal") == JournalContent.header(base: 600))
    }

    @Test("partial tiles go once the full one is there, and a reader of an older checkpoint still finds its tile")
    func partialTiles() throws {
        let folder = try TemporaryFolder()
        let old = try Fixture.log(200, in: folder)
        #expect(folder.exists("ledger/tile/0/000.p/200"))
        try Fixture.log(300, in: folder)
        #expect(!folder.exists("ledger/tile/0/000.p"))
        #expect(!folder.exists("ledger/tile/entries/000.p"))
        let tiles = try TileReader(folder: TileFolder(directory: folder.ledger), size: 200, root: old.root)
        var count = 0
        try tiles.forEachLeaf(in: 0..<200) { _, _ in count += 1 }
        #expect(count == 200)
    }

    @Test("random batches with syncs and restarts between give the tree of the definition", arguments: [1, 2, 3, 4])
    func randomBatches(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let folder = try TemporaryFolder()
        var ledger: Ledger? = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        var leaves: [TreeHash] = []
        for _ in 0..<60 {
            let count = numbers.below(40)
            let added = try ledger!.append(Fixture.drafts(leaves.count..<leaves.count + count))
            leaves += try added.map { TreeHash.leaf(Array(try Canonical.encode($0))) }
            if numbers.below(4) == 0 { try ledger!.sync() }
            if numbers.below(8) == 0 {
                ledger = nil
                ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
            }
            #expect(ledger!.root == NaiveTree.root(leaves[...]))
        }
        let middle = numbers.below(leaves.count)
        #expect(try Fixture.reader(folder).view().root(at: middle) == NaiveTree.root(leaves[..<middle]))
        try ledger!.sync()
        let report = try Fixture.reader(folder).check()
        #expect(report.problem == nil)
        #expect(report.checkedEntries == leaves.count)
    }

    @Test("an append that finds the journal long signs by itself")
    func foldsByItself() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(0..<Limits.foldAfterEntries - 1))
        #expect(ledger.signed.checkpoint.size == 0)
        _ = try ledger.append([Fixture.draft(Limits.foldAfterEntries)])
        #expect(ledger.signed.checkpoint.size == Limits.foldAfterEntries)
        #expect(ledger.foldFailure == nil)
    }

    @Test("an entry of 65,535 bytes is taken; one byte more is an error before anything is written")
    func entryLimit() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        let empty = try ledger.append([Fixture.draft(0, "")])
        let room = LedgerEntry.maximumBytes - (try Canonical.encode(empty[0]).count)
        let journal = try folder.bytes("ledger/journal")
        #expect {
            try ledger.append([Fixture.draft(1), Fixture.draft(2, String(repeating: "x", count: room + 1))])
        } throws: { error in
            (error as? LedgerFailure)?.code == "entry-too-large"
                && (error as? LedgerFailure)?.message.contains("65536 bytes") == true
        }
        #expect(try folder.bytes("ledger/journal") == journal)
        #expect(try ledger.append([Fixture.draft(1, String(repeating: "x", count: room))]).count == 1)
        try ledger.sync()
        #expect(try Fixture.reader(folder).check().isIntact)
    }

    @Test("time never goes back: an older draft gets the last entry's time and the correction is counted")
    func clock() throws {
        let folder = try TemporaryFolder()
        let start = Fixture.draft(0).time
        do {
            let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
            _ = try ledger.append([Fixture.draft(500)])
        }
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        let entries = try ledger.append([Fixture.draft(100), Fixture.draft(600)])
        #expect(entries.map { ($0.time - start).milliseconds } == [500, 600])
        #expect(ledger.clockCorrections.count == 1)
        #expect(ledger.clockCorrections.largest == TimeSpan(milliseconds: 400))
    }

    @Test("a second writer is refused while the first one lives, and a reader is not")
    func singleWriter() throws {
        let folder = try TemporaryFolder()
        var first: Ledger? = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try first?.append(Fixture.drafts(0..<2))
        #expect { try Ledger(directory: folder.ledger, signer: Fixture.signer) } throws: {
            ($0 as? LedgerFailure)?.code == "ledger-locked"
        }
        #expect(try Fixture.reader(folder).view().size == 2)
        first = nil
        #expect(try Ledger(directory: folder.ledger, signer: Fixture.signer).size == 2)
    }

    @Test("a reader beside a busy writer always sees a whole beginning of the log")
    func readerBesideWriter() async throws {
        let folder = try TemporaryFolder()
        try Fixture.log(1, in: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
                for batch in 0..<120 {
                    _ = try ledger.append(Fixture.drafts(1 + batch * 7..<1 + (batch + 1) * 7))
                    if batch % 3 == 0 { try ledger.sync() }
                }
            }
            group.addTask {
                var last = 0
                while last < 600 {
                    try Task.checkCancellation()
                    let view = try Fixture.reader(folder).view()
                    #expect(view.size >= last)
                    last = view.size
                    #expect(try view.entry(at: last - 1).sequence == Int64(last - 1))
                    #expect((last - 1).isMultiple(of: 7))
                }
            }
            try await group.waitForAll()
        }
        #expect(try Fixture.reader(folder).check().isIntact)
    }

    @Test("iterating a range crosses bundles, the checkpoint and the journal, and can stop early")
    func iteration() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(600, in: folder)
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(600..<650))
        let view = try ledger.view()
        var seen: [Int64] = []
        try view.forEachEntry(in: 250..<640) { entry, _ in
            seen.append(entry.sequence)
            return true
        }
        #expect(seen == Array(250..<640))
        var few = 0
        try view.forEachEntry(in: 500..<650) { _, _ in
            few += 1
            return few < 30
        }
        #expect(few == 30)
        #expect(throws: LedgerFailure.self) { try view.entry(at: 650) }
    }

    @Test("a checkpoint somebody else put there is never signed over")
    func noContradiction() throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(0..<5))
        try ledger.sync()
        try Fixture.log(3, in: other)
        try folder.write(try other.bytes("ledger/checkpoint"), "ledger/checkpoint")
        _ = try ledger.append(Fixture.drafts(5..<6))
        #expect { try ledger.sync() } throws: { ($0 as? LedgerFailure)?.code == "not-consistent" }
        #expect(throws: LedgerFailure.self) { try ledger.append(Fixture.drafts(6..<7)) }
        #expect(try folder.bytes("ledger/checkpoint") == (try other.bytes("ledger/checkpoint")))
    }

    @Test("tiles changed under a running writer keep it from signing")
    func changedTiles() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(0..<300))
        try ledger.sync()
        try folder.flip("ledger/tile/1/000.p/1", at: 5)
        _ = try ledger.append(Fixture.drafts(300..<301))
        #expect(throws: LedgerFailure.self) { try ledger.sync() }
        #expect(try Fixture.reader(folder).checkpoint().checkpoint.size == 300)
    }
}

struct ProofFileTests {
    @Test("the proof of every entry verifies offline, survives its file, and fits no other entry")
    func proofs() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(300, in: folder)
        let view = try Fixture.reader(folder).view()
        for index in [0, 1, 255, 256, 299] {
            let proof = try view.proof(of: index)
            let read = try ProofFile(proof.bytes)
            #expect(read == proof)
            let entry = try view.bytes(at: index)
            #expect(try read.verify(entry: entry, verifier: Fixture.verifier).size == 300)
            #expect(throws: LedgerFailure.self) { try read.verify(entry: entry + [0], verifier: Fixture.verifier) }
            let stranger = NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 9, count: 32))!.verifier
            #expect(throws: LedgerFailure.self) { try read.verify(entry: entry, verifier: stranger) }
        }
    }

    @Test("the file has the published form, also for a log of one entry and with extra data")
    func form() throws {
        let checkpoint = try SignedCheckpoint(
            signing: Checkpoint(origin: Fixture.origin, size: 1, root: NaiveTree.leaf(0)), with: Fixture.signer)
        let proof = ProofFile(index: 0, path: [], extra: [1, 2, 3], checkpoint: checkpoint.bytes)
        let text = String(decoding: proof.bytes, as: UTF8.self)
        #expect(text.hasPrefix("c2sp.org/tlog-proof@v1\nextra AQID\nindex 0\n\nwrit.example/test\n1\n"))
        #expect(try ProofFile(proof.bytes) == proof)
        try proof.verify(entry: Array("rec 0".utf8), verifier: Fixture.verifier)
    }

    @Test(
        "what is not a proof is refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v2\nindex 0\n\nx", "c2sp.org/tlog-proof@v1\n\nx",
            "c2sp.org/tlog-proof@v1\nindex 01\n\nx",
            "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx", "c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\nx",
        ])
    func malformed(text: String) {
        #expect(throws: LedgerFailure.self) { try ProofFile(Array(text.utf8)) }
    }

    @Test("an entry that is not signed yet has no proof, and the message says when it will")
    func unsigned() throws {
        let folder = try TemporaryFolder()
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(0..<1))
        #expect { try ledger.view().proof(of: 0) } throws: { ($0 as? LedgerFailure)?.code == "not-signed" }
    }

    @Test("consistency from every earlier checkpoint verifies")
    func consistency() throws {
        let folder = try TemporaryFolder()
        var heads: [Checkpoint] = []
        for size in [0, 1, 100, 256, 257, 600] { heads.append(try Fixture.log(size, in: folder)) }
        let view = try Fixture.reader(folder).view()
        for head in heads {
            let path = try view.consistency(from: head.size)
            #expect(
                TreeProof.verifyConsistency(
                    head.size, oldRoot: head.root, size: 600, root: view.signed.checkpoint.root, path: path))
        }
    }
}
