// Tampering: each kind is noticed and named by what is wrong.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct LedgerCheckTests {
    /// The fields of an entry before its sequence number.
    fileprivate static let entryStart =
        #""cause":{"schedule":{"_0":"test"}},"event":{"removed":{}},"format":1,"#

    private func problem(
        _ folder: TemporaryFolder, _ options: LedgerCheckOptions = LedgerCheckOptions()
    ) throws -> LedgerProblem.Place? {
        try Fixture.reader(folder).check(options).problem?.place
    }

    /// Exchanges two entries of a full bundle, byte ranges and all.
    private func swapEntries(_ a: Int, _ b: Int, in name: String, of folder: TemporaryFolder) throws {
        let bytes = try folder.bytes(name)
        let ranges = try #require(bytes.withUnsafeBytes { TileFile.entries(in: $0, count: 256) })
        var entries = ranges.map { Array(bytes[$0]) }
        entries.swapAt(a, b)
        var bundle: [UInt8] = []
        for entry in entries { TileFile.append(entry, to: &bundle) }
        try folder.write(bundle, name)
    }

    @Test("an untouched log is intact, and the report counts its entries", arguments: [0, 1, 255, 256, 257, 700])
    func intact(size: Int) throws {
        let folder = try TemporaryFolder()
        try Fixture.log(size, in: folder)
        let report = try Fixture.reader(folder).check()
        #expect(report.isIntact)
        #expect((report.checkedEntries, report.unsignedEntries) == (size, 0))
    }

    @Test("a flipped byte in an entry names that entry, hashed only or read")
    func entryByte() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        let bundle = try folder.bytes("ledger/tile/entries/001")
        let ranges = try #require(bundle.withUnsafeBytes { TileFile.entries(in: $0, count: 256) })
        try folder.flip("ledger/tile/entries/001", at: ranges[44].lowerBound + 3)
        #expect(try problem(folder) == .entry(300))
        #expect(try problem(folder, LedgerCheckOptions(readsEntries: false)) == .entry(300))
        #expect { try Fixture.reader(folder).view().entry(at: 300) } throws: {
            ($0 as? LedgerFailure)?.code == "entry-mismatch"
        }
    }

    @Test("a flipped byte in the last, partial bundle names the entry")
    func partialBundleByte() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        try folder.flip("ledger/tile/entries/002.p/188", at: -1)
        #expect(try problem(folder) == .entry(699))
    }

    @Test("a flipped length in a bundle names the entry it is of")
    func bundleLength() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        let bundle = try folder.bytes("ledger/tile/entries/000")
        let ranges = try #require(bundle.withUnsafeBytes { TileFile.entries(in: $0, count: 256) })
        for entry in [0, 7, 255] {
            for byte in 1...2 {
                try folder.flip("ledger/tile/entries/000", at: ranges[entry].lowerBound - byte)
                #expect(try problem(folder) == .entry(entry))
                try folder.write(bundle, "ledger/tile/entries/000")
            }
        }
    }

    @Test("a flipped hash names the entries it stands for")
    func coveredEntries() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        for (name, slot, entries) in [
            ("tile/0/000", 3, 3..<4), ("tile/0/001", 255, 511..<512), ("tile/0/002.p/188", 187, 699..<700),
            ("tile/1/000.p/2", 1, 256..<512),
        ] {
            try folder.flip("ledger/\(name)", at: 32 * slot + 5)
            #expect(try Fixture.reader(folder).check().problem?.entries == entries, "\(name)")
            try folder.flip("ledger/\(name)", at: 32 * slot + 5)
        }
    }

    @Test("superseded partial tiles are compared with what took their place, strangers are named")
    func remains() throws {
        let folder = try TemporaryFolder()
        for size in [3, 5, 9] { try Fixture.log(size, in: folder) }
        try folder.write([1], "ledger/tile/entries/notes.txt")
        let report = try Fixture.reader(folder).check()
        #expect(report.isIntact)
        #expect((report.supersededTiles, report.strangers) == (4, ["tile/entries/notes.txt"]))
        try folder.flip("ledger/tile/entries/000.p/5", at: 20)
        #expect(try problem(folder) == .tile(Tile(.entries, index: 0, width: 5)))
    }

    @Test("a journal that lost its last append, or an older one put back, is noticed")
    func oldJournal() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        let old = try folder.bytes("ledger/journal")
        do {
            let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
            _ = try ledger.append(Fixture.drafts(10..<12))
        }
        let whole = try folder.bytes("ledger/journal")
        #expect(try Fixture.reader(folder).check().unsignedEntries == 2)
        try folder.write(Array(whole.dropLast()), "ledger/journal")
        #expect(try problem(folder) == .journal)
        try folder.write(whole, "ledger/journal")
        try Fixture.log(12, in: folder)
        try folder.write(old, "ledger/journal")
        #expect(try problem(folder) == .journal)
        try folder.write(whole, "ledger/journal")
        #expect(try problem(folder) == nil)
    }

    @Test("a missing blob that an entry says was expunged is counted, whichever came first; others are problems")
    func expunged() throws {
        let folder = try TemporaryFolder()
        let blobs = try FileBlobStore(directory: "\(folder.path)/blobs")
        let (kept, gone) = (try blobs.put(Array("kept".utf8)), try blobs.put(Array("a person".utf8)))
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        var drafts = [Fixture.draft(0), Fixture.draft(1), Fixture.draft(2)]
        let made = [kept, gone].map { Attestation(kind: .approval, blob: $0, key: kept) }
        drafts[0].event = .completed(try #require(ActionKey("attest/a")), .attested(made))
        _ = try ledger.append(drafts)
        try Disk.remove(try #require(blobs.path(of: gone)))
        let options = LedgerCheckOptions(blobs: blobs)
        #expect(try problem(folder, options) == .blob(gone, entry: 0))
        var last = Fixture.draft(3)
        last.event = .expunged(Expunction(blobs: [gone], actor: "ops", reason: "asked for"))
        _ = try ledger.append([last])
        for _ in 0..<2 {
            let report = try Fixture.reader(folder).check(options)
            #expect(report.isIntact)
            #expect((report.checkedBlobs, report.expungedBlobs) == (1, 1))
            try ledger.sync()
        }
        try Disk.remove(try #require(blobs.path(of: kept)))
        #expect(try problem(folder, options) == .blob(kept, entry: 0))
    }

    @Test(
        "a flipped byte in a tile names that tile",
        arguments: [
            ("tile/0/000", Tile(.hashes(level: 0), index: 0, width: 256)),
            ("tile/0/001", Tile(.hashes(level: 0), index: 1, width: 256)),
            ("tile/0/002.p/188", Tile(.hashes(level: 0), index: 2, width: 188)),
            ("tile/1/000.p/2", Tile(.hashes(level: 1), index: 0, width: 2)),
        ])
    func tileByte(name: String, tile: Tile) throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        try folder.flip("ledger/\(name)", at: 33)
        #expect(try problem(folder) == .tile(tile))
    }

    @Test("a tile cut short, grown long or gone names that tile", arguments: [0, 100, 8191, 9000])
    func tileLength(length: Int) throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        let bytes = try folder.bytes("ledger/tile/0/001") + [UInt8](repeating: 0, count: 1000)
        try folder.write(Array(bytes.prefix(length)), "ledger/tile/0/001")
        #expect(try problem(folder) == .tile(Tile(.hashes(level: 0), index: 1, width: 256)))
    }

    @Test("a missing bundle names that bundle")
    func missingBundle() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        try Disk.remove("\(folder.ledger)/tile/entries/001")
        #expect(try problem(folder) == .tile(Tile(.entries, index: 1, width: 256)))
    }

    @Test("a checkpoint with any byte changed is not believed")
    func checkpointByte() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(5, in: folder)
        let good = try folder.bytes("ledger/checkpoint")
        for offset in good.indices {
            try folder.flip("ledger/checkpoint", at: offset)
            #expect(try problem(folder) == .checkpoint, "byte \(offset)")
            try folder.write(good, "ledger/checkpoint")
        }
    }

    @Test("two exchanged entries name the first of them")
    func swapped() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        try swapEntries(9, 200, in: "ledger/tile/entries/000", of: folder)
        #expect(try problem(folder) == .entry(9))
    }

    @Test("entries exchanged together with their hashes name the tile")
    func swappedWithHashes() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(700, in: folder)
        try swapEntries(9, 200, in: "ledger/tile/entries/000", of: folder)
        var hashes = try #require(TileFile.decode(try folder.bytes("ledger/tile/0/000"), width: 256))
        hashes.swapAt(9, 200)
        try folder.write(TileFile.encode(hashes), "ledger/tile/0/000")
        #expect(try problem(folder) == .tile(Tile(.hashes(level: 0), index: 0, width: 256)))
    }

    @Test("a log whose entries and tiles were all made again does not have the signed root")
    func replacedUnderCheckpoint() throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        try Fixture.log(5, in: folder)
        let ledger = try Ledger(directory: other.ledger, signer: Fixture.signer)
        _ = try ledger.append((0..<5).map { Fixture.draft($0, "forged \($0)") })
        try ledger.sync()
        for name in ["tile/0/000.p/5", "tile/entries/000.p/5"] {
            try folder.write(try other.bytes("ledger/\(name)"), "ledger/\(name)")
        }
        #expect(try problem(folder) == .checkpoint)
    }

    @Test("a whole log of another key is not believed")
    func otherKey() throws {
        let folder = try TemporaryFolder()
        let other = try #require(NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 1, count: 32)))
        let ledger = try Ledger(directory: folder.ledger, signer: other)
        _ = try ledger.append(Fixture.drafts(0..<5))
        try ledger.sync()
        #expect(try problem(folder) == .checkpoint)
    }

    @Test("a log rolled back as a whole is noticed by whoever knows a newer checkpoint")
    func rolledBack() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(10, in: folder)
        let old = try folder.copy()
        let newer = try Fixture.log(20, in: folder)
        #expect(try problem(old) == nil)
        #expect(try problem(old, LedgerCheckOptions(known: newer)) == .checkpoint)
    }

    @Test("a log that does not contain a checkpoint known from elsewhere is noticed; one that does is fine")
    func knownCheckpoint() throws {
        let folder = try TemporaryFolder()
        let head = try Fixture.log(300, in: folder)
        try Fixture.log(600, in: folder)
        #expect(try problem(folder, LedgerCheckOptions(known: head)) == nil)
        let forged = Checkpoint(origin: head.origin, size: 300, root: NaiveTree.leaf(0))
        #expect(try problem(folder, LedgerCheckOptions(known: forged)) == .checkpoint)
    }

    @Test(
        "signed entries that are not canonical, out of order or back in time are named",
        arguments: [
            "{\(LedgerCheckTests.entryStart)" + #""sequence":7,"time":"2023-11-14T22:13:20.002Z"}"#,
            "{\(LedgerCheckTests.entryStart)" + #""sequence":2,"time":"2001-11-14T22:13:20.002Z"}"#,
            "{ \(LedgerCheckTests.entryStart)" + #""sequence":2,"time":"2023-11-14T22:13:20.002Z"}"#,
            #"{}"#,
        ])
    func form(entry: String) throws {
        let folder = try TemporaryFolder()
        try Fixture.log(2, in: folder)
        let view = try Fixture.reader(folder).view()
        var leaves = try (0..<2).map { try view.bytes(at: $0) }
        leaves.append(Array(entry.utf8))
        var (bundle, builder) = ([UInt8](), TreeBuilder())
        for leaf in leaves {
            TileFile.append(leaf, to: &bundle)
            builder.append(.leaf(leaf))
        }
        try folder.write(bundle, "ledger/tile/entries/000.p/3")
        try folder.write(TileFile.encode(builder.edge[0]), "ledger/tile/0/000.p/3")
        let head = Checkpoint(origin: Fixture.origin, size: 3, root: builder.root)
        try folder.write(try SignedCheckpoint(signing: head, with: Fixture.signer).bytes, "ledger/checkpoint")
        try Disk.remove("\(folder.ledger)/journal")
        #expect(try problem(folder, LedgerCheckOptions(readsEntries: false)) == nil)
        #expect(try problem(folder) == .entry(2))
    }

    @Test("evidence that is missing or has other bytes names blob and entry")
    func evidence() throws {
        let folder = try TemporaryFolder()
        let blobs = try FileBlobStore(directory: "\(folder.path)/blobs")
        let model = try blobs.put(Array("weights".utf8))
        let files = ArtefactManifest(files: [.init(path: "model.bin", digest: model, size: 7)])
        let list = try blobs.put(Array(try Canonical.encode(files)))
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        var draft = Fixture.draft(1)
        draft.event = .completed(try #require(ActionKey("import/a")), .imported(artefacts: list, size: 7))
        _ = try ledger.append([Fixture.draft(0), draft])
        try ledger.sync()
        let options = LedgerCheckOptions(blobs: blobs)
        let report = try Fixture.reader(folder).check(options)
        #expect(report.isIntact)
        #expect(report.checkedBlobs == 2)

        let path = try #require(blobs.path(of: model))
        #expect(chmod(path, 0o644) == 0)
        try Data("weightS".utf8).write(to: URL(filePath: path))
        #expect(try problem(folder, options) == .blob(model, entry: 1))
        try Disk.remove(path)
        #expect(try problem(folder, options) == .blob(model, entry: 1))
        try Disk.remove(try #require(blobs.path(of: list)))
        #expect(try problem(folder, options) == .blob(list, entry: 1))
        #expect(try problem(folder) == nil)
    }

    @Test("entries that are not signed yet are counted apart")
    func unsigned() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(3, in: folder)
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        _ = try ledger.append(Fixture.drafts(3..<5))
        let report = try Fixture.reader(folder).check()
        #expect(report.isIntact)
        #expect((report.checkedEntries, report.unsignedEntries) == (3, 2))
    }
}
