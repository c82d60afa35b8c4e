// Every kind of tampering on a real ledger: noticed, and laid to what was changed and nothing else.
//
// WRIT_TAMPER_FLIPS=10000 changes that many bytes of tiles, bundles and blobs, instead of 2,000, and prints the table.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

/// What came of a class of changes.
private struct Tally: Sendable {
    var tried = 0
    var detected = 0
    var named = 0
}

private struct TamperTable: Sendable {
    private(set) var rows: [String: Tally] = [:]

    mutating func add(_ kind: String, _ problem: LedgerProblem?, _ isRight: (LedgerProblem) -> Bool, _ what: String) {
        var tally = rows[kind] ?? Tally()
        tally.tried += 1
        if let problem {
            tally.detected += 1
            if isRight(problem) { tally.named += 1 } else { Issue.record("\(what) was laid to \(problem)") }
        } else {
            Issue.record("\(what) went unnoticed")
        }
        rows[kind] = tally
    }

    mutating func add(_ other: TamperTable) {
        for (kind, tally) in other.rows {
            var sum = rows[kind] ?? Tally()
            sum.tried += tally.tried
            sum.detected += tally.detected
            sum.named += tally.named
            rows[kind] = sum
        }
    }

    func print() {
        guard ProcessInfo.processInfo.environment["WRIT_TAMPER_FLIPS"] != nil else { return }
        for (kind, tally) in rows.sorted(by: { $0.key < $1.key }) {
            Swift.print("| \(kind) | \(tally.tried) | \(tally.detected) | \(tally.named) |")
        }
    }
}

struct TamperTests {
    private static let flips = ProcessInfo.processInfo.environment["WRIT_TAMPER_FLIPS"].flatMap { Int($0) } ?? 2_000

    private func kind(_ file: String, _ ledger: TamperedLedger) -> String {
        if file.hasPrefix("blobs/") { return "byte of a blob" }
        guard let tile = Tile(path: String(file.dropFirst(7))) else { return "byte of the \(file)" }
        let level = if case .hashes(let level) = tile.content { level } else { 0 }
        let now = min(256, ledger.head.size >> (8 * level) - tile.index << 8)
        if tile.width != now { return "byte of a superseded partial tile" }
        return tile.content == .entries ? "byte of an entry bundle" : "byte of a hash tile"
    }

    /// Changes one byte in place, checks, and changes it back.
    private func flip(
        _ file: String, _ offset: Int, _ content: [UInt8], mask: UInt8, in ledger: TamperedLedger,
        _ table: inout TamperTable
    ) throws {
        var changed = content
        changed[offset] ^= mask
        try ledger.folder.write(changed, file)
        let isBlob = file.hasPrefix("blobs/")
        let problem = try ledger.problem(isBlob ? ledger.withBlobs : LedgerCheckOptions(readsEntries: false))
        let blame = try ledger.blame(file, offset, content)
        table.add(kind(file, ledger), problem, blame.fits, "\(file) byte \(offset) ^ \(mask)")
        try ledger.folder.write(content, file)
    }

    @Test("every byte of checkpoint, key and journal is noticed when it changes")
    func smallFiles() throws {
        let ledger = try TamperedLedger.make()
        #expect(try ledger.report(ledger.withBlobs).isIntact)
        var table = TamperTable()
        for file in ["ledger/checkpoint", "ledger/journal", TamperedLedger.key] {
            let content = try ledger.folder.bytes(file)
            // What ends the key's line is no part of the key.
            for offset in 0..<content.count - (file == TamperedLedger.key ? 1 : 0) {
                try flip(file, offset, content, mask: 1 << UInt8(offset % 8), in: ledger, &table)
            }
        }
        table.print()
    }

    @Test("thousands of random bytes of tiles, bundles and blobs are noticed, each laid to its own entry")
    func randomBytes() async throws {
        let ledger = try TamperedLedger.make()
        let table = try await withThrowingTaskGroup(of: TamperTable.self) { group in
            for part in 0..<4 {
                let copy = try ledger.copy()
                group.addTask { try flips(copy, part) }
            }
            return try await group.reduce(into: TamperTable()) { $0.add($1) }
        }
        #expect(table.rows.values.reduce(0) { $0 + $1.tried } >= Self.flips / 4 * 4)
        table.print()
    }

    private func flips(_ ledger: TamperedLedger, _ part: Int) throws -> TamperTable {
        var (table, numbers) = (TamperTable(), SeededNumbers(seed: UInt64(part)))
        let (tiles, blobs) = (try ledger.files("ledger/tile"), try ledger.files("blobs/sha256"))
        var contents: [String: [UInt8]] = [:]
        for file in tiles + blobs { contents[file] = try ledger.folder.bytes(file) }
        for file in blobs { #expect(chmod("\(ledger.folder.path)/\(file)", 0o644) == 0) }
        for number in 0..<Self.flips / 4 {
            let files = number.isMultiple(of: 8) ? blobs : tiles
            let file = files[numbers.below(files.count)]
            guard let content = contents[file], !content.isEmpty else { continue }
            try flip(
                file, numbers.below(content.count), content, mask: UInt8(1 + numbers.below(255)), in: ledger, &table)
        }
        return table
    }

    /// A change to one file: what is wrong must be that file, or an entry it holds.
    private func replace(
        _ file: String, with content: [UInt8]?, _ kind: String, in ledger: TamperedLedger, _ table: inout TamperTable
    ) throws {
        let before = try ledger.folder.bytes(file)
        guard content != before else { return }
        let path = "\(ledger.folder.path)/\(file)"
        if let content { try ledger.folder.write(content, file) } else { try Disk.remove(path) }
        let options = file.hasPrefix("blobs/") ? ledger.withBlobs : LedgerCheckOptions(readsEntries: false)
        let problem = try found { try ledger.problem(options) }
        table.add(kind, problem, { (try? owns(file, $0, before, ledger)) == true }, "\(file), \(kind)")
        try ledger.folder.write(before, file)
    }

    /// A log that cannot even be opened names its reason too.
    private func found(_ body: () throws -> LedgerProblem?) throws -> LedgerProblem? {
        do {
            return try body()
        } catch let failure as LedgerFailure where failure.code == "checkpoint-missing" || failure.code == "key-missing"
        {
            return LedgerProblem(.checkpoint, failure.message)
        }
    }

    private func owns(_ file: String, _ problem: LedgerProblem, _ content: [UInt8], _ ledger: TamperedLedger) throws
        -> Bool
    {
        switch (problem.place, try ledger.blame(file, 0, content)) {
        case (.tile(let found), .tile(let tile, _)): return found == tile
        case (let place, .place(.entry)):
            guard let tile = Tile(path: String(file.dropFirst(7))) else { return false }
            if case .entry(let entry) = place { return entry / 256 == tile.index }
            return place == .tile(tile)
        case (let found, .place(let place)): return found == place
        default: return false
        }
    }

    @Test("files cut, grown, exchanged or taken away are noticed and named")
    func wholeFiles() throws {
        let ledger = try TamperedLedger.make()
        var table = TamperTable()
        let tiles = try ledger.files("ledger/tile").filter { kind($0, ledger) != "byte of a superseded partial tile" }
        let blobs = Array(try ledger.files("blobs/sha256").prefix(12))
        for file in blobs { #expect(chmod("\(ledger.folder.path)/\(file)", 0o644) == 0) }
        let files = ["ledger/checkpoint", TamperedLedger.key] + tiles + blobs
        for (index, file) in files.enumerated() {
            let content = try ledger.folder.bytes(file)
            for length in Set([0, content.count / 2, content.count - 2]).sorted() {
                try replace(file, with: Array(content.prefix(length)), "file cut short", in: ledger, &table)
            }
            try replace(file, with: content + [0x20], "file grown by a byte", in: ledger, &table)
            try replace(file, with: content + content, "file written twice", in: ledger, &table)
            let other = try ledger.folder.bytes(files[(index + 1) % files.count])
            try replace(file, with: other, "file replaced by another", in: ledger, &table)
            try replace(file, with: nil, "file taken away", in: ledger, &table)
        }
        let journal = try ledger.folder.bytes("ledger/journal")
        for length in stride(from: 0, to: journal.count, by: 5) where !endsFrame(journal, length) {
            try replace(
                "ledger/journal", with: Array(journal.prefix(length)), "journal cut within an append", in: ledger,
                &table)
        }
        table.print()
    }

    private func endsFrame(_ journal: [UInt8], _ length: Int) -> Bool {
        guard let content = try? JournalContent(Array(journal.prefix(length)), path: "") else { return false }
        return content.tornBytes == 0
    }

    @Test("older copies, other keys, rewritten history and forged additions are noticed")
    func schemes() throws {
        let ledger = try TamperedLedger.make()
        var table = TamperTable()
        let isHead: (LedgerProblem) -> Bool = { $0.place == .checkpoint }

        let old = try TamperedLedger.make()
        let records = try Records(data: ledger.folder.path, signer: Fixture.signer)
        try records.append((0..<60).map { Fixture.draft($0 + 900) })
        try records.close()
        let head = records.checkpoint.checkpoint
        var known = ledger.withBlobs
        known.known = head
        table.add("whole log rolled back, newer head known", try old.problem(known), isHead, "an older copy")
        for file in ["ledger/checkpoint", "ledger/journal"] {
            let now = try ledger.folder.bytes(file)
            try ledger.folder.write(try old.folder.bytes(file), file)
            // Checkpoint and journal do not fit each other; the message says which is older.
            table.add(
                "older file replayed", try ledger.problem(),
                { $0.place == .journal && $0.message.contains("an older \(file.dropFirst(7)) was put back") },
                "old \(file)")
            try ledger.folder.write(now, file)
        }
        try replace(
            "ledger/tile/0/003.p/\(head.size % 256)", with: try old.folder.bytes("ledger/tile/0/002.p/200"), "older file replayed",
            in: ledger, &table)

        let thief = try #require(NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 7, count: 32)))
        for size in [head.size, 712, 0] {
            let forged = Checkpoint(origin: head.origin, size: size, root: head.root)
            let note = try SignedCheckpoint(signing: forged, with: thief).bytes
            try replace("ledger/checkpoint", with: note, "signed with another key", in: ledger, &table)
        }
        for entry in [3, 300, 715] { try rewrite(entry, in: ledger, head, &table) }
        try replace(
            "ledger/tile/0/002", with: [UInt8](repeating: 0, count: 8192), "hashes made up", in: ledger, &table)

        try ledger.folder.write([1], "ledger/tile/0/notes")
        #expect(try ledger.report().strangers == ["tile/0/notes"])
        table.print()
    }

    /// Another entry, with every tile above it made again: only the signed root stands against that.
    private func rewrite(
        _ entry: Int, in ledger: TamperedLedger, _ head: Checkpoint, _ table: inout TamperTable
    ) throws {
        let forged = try ledger.copy()
        var builder = TreeBuilder()
        var tiles: [TreeBuilder.FullTile] = []
        for index in 0...head.size / 256 {
            let tile = Tile(.entries, index: index, width: min(256, head.size - index * 256))
            let bytes = try forged.folder.bytes("ledger/\(tile.path)")
            let ranges = try #require(bytes.withUnsafeBytes { TileFile.entries(in: $0, count: tile.width) })
            var bundle: [UInt8] = []
            for (offset, range) in ranges.enumerated() {
                var leaf = Array(bytes[range])
                if index * 256 + offset == entry { leaf[leaf.count / 2] ^= 1 }
                TileFile.append(leaf, to: &bundle)
                builder.append(.leaf(leaf))
            }
            try forged.folder.write(bundle, "ledger/\(tile.path)")
            tiles += builder.takeFullTiles()
        }
        for made in tiles + builder.partialTiles {
            try forged.folder.write(TileFile.encode(made.hashes), "ledger/\(made.tile.path)")
        }
        let problem = try forged.problem(LedgerCheckOptions(readsEntries: false))
        table.add("history rewritten, tiles and all", problem, { $0.place == .checkpoint }, "entry \(entry) rewritten")
    }

    @Test("what is not signed yet is guarded against accidents only: the next checkpoint is what guards it")
    func unsigned() throws {
        let ledger = try TamperedLedger.make()
        let content = try JournalContent(try ledger.folder.bytes("ledger/journal"), path: "")
        var payload: [UInt8] = []
        for entry in content.entries.dropLast() { TileFile.append(entry, to: &payload) }
        let frame = JournalFrame.encode(first: content.base, count: content.entries.count - 1, payload: payload)
        try ledger.folder.write(JournalContent.header(base: content.base) + frame, "ledger/journal")
        let report = try ledger.report()
        #expect(report.isIntact)
        #expect(report.unsignedEntries == TamperedLedger.unsigned - 1)
    }
}
