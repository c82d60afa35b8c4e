// A log's key gives its place to another: who may read what afterwards, and every place a crash can hit.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct KeyRotationTests {
    private static let seed = [UInt8](repeating: 44, count: 32)
    private let old = Fixture.signer
    private let new = WitnessFixture.successor

    /// A data directory whose log of so many entries is signed by the old key.
    private func data(_ count: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try LedgerKey.loadOrCreate(in: folder.path, origin: Fixture.origin) { (0..<32).map { UInt8($0) } }
        let records = try Records(data: folder.path, signer: old)
        try records.append(Fixture.drafts(0..<count))
        try records.close()
        return folder
    }

    @discardableResult
    private func rotate(_ folder: TemporaryFolder) throws -> KeyRotation {
        try LedgerKey.rotate(
            in: folder.path, seed: { Self.seed }, actor: "ops", reason: "yearly", now: Fixture.draft(900_000).time)
    }

    /// Opens as the next start would, and appends.
    private func goOn(_ folder: TemporaryFolder, _ count: Int = 1) throws {
        let records = try Records(data: folder.path, signer: try LedgerKey.load(in: folder.path))
        let next = records.size
        try records.append((next..<next + count).map { Fixture.draft(1_000_000 + $0) })
        try records.close()
    }

    private func reader(_ folder: TemporaryFolder, _ verifier: NoteVerifier) -> LedgerReader {
        LedgerReader(directory: folder.ledger, verifier: verifier)
    }

    @Test("a rotation is signed by both keys, and by nothing less")
    func statement() throws {
        let rotation = try KeyRotation(ledger: old, to: new, size: 7, actor: "ops", reason: "yearly")
        #expect(rotation.text == "writ-key-rotation/v1\nledger\n7\n\(old.verifier.vkey)\n\(new.verifier.vkey)\n")
        let keys = try rotation.ledgerKeys()
        #expect(keys.old == old.verifier && keys.new == new.verifier)
        for change: @Sendable (inout KeyRotation) -> Void in [
            { $0.size = 8 }, { $0.signedByOld = $0.signedByNew }, { $0.signedByNew = $0.signedByOld },
            { $0.signedByOld = "" }, { $0.purpose = .attestation }, { ($0.old, $0.new) = ($0.new, $0.old) },
        ] {
            var forged = rotation
            change(&forged)
            #expect(throws: LedgerFailure.self) { try forged.ledgerKeys() }
        }
        let stranger = NoteSigner(name: "writ.example/other", seed: Self.seed)!
        #expect(throws: LedgerFailure.self) {
            try KeyRotation(ledger: old, to: stranger, size: 7, actor: "ops", reason: "")
        }
        #expect(throws: LedgerFailure.self) {
            try KeyRotation(ledger: old, to: old, size: 7, actor: "ops", reason: "")
        }
    }

    @Test("the head that follows is signed by both, the next by the new key alone, and readers of either key read on")
    func rotated() throws {
        let folder = try data(10)
        let before = try folder.bytes("ledger/checkpoint")
        let rotation = try rotate(folder)
        #expect(rotation.size == 10)
        let both = try SignedNote(try folder.bytes("ledger/checkpoint"))
        #expect(both.names(old.verifier) && both.names(new.verifier))
        #expect(try LedgerKey.load(in: folder.path).verifier == new.verifier)
        #expect(try LedgerKey.loadVerifier(in: folder.path) == new.verifier)
        #expect(!folder.exists("keys/ledger.key.next"))
        try goOn(folder, 300)
        let alone = try SignedNote(try folder.bytes("ledger/checkpoint"))
        #expect(!alone.names(old.verifier) && alone.names(new.verifier))
        for verifier in [old.verifier, new.verifier] {
            let reader = reader(folder, verifier)
            #expect(try reader.check().checkedEntries == 311)
            let history = try reader.keyHistory()
            #expect(history.periods.map(\.after) == [0, 10])
            #expect(history.verifier(forSize: 10) == old.verifier && history.verifier(forSize: 11) == new.verifier)
            #expect(try history.checkpoint(before).checkpoint.size == 10)
            #expect(try history.checkpoint(both.bytes).checkpoint.size == 11)
        }
    }

    @Test("without the list of where the rotations are the whole log is looked through; a false list misleads nobody")
    func index() throws {
        let folder = try data(10)
        try rotate(folder)
        try goOn(folder, 300)
        try Disk.remove(RotationIndex.path(in: folder.ledger))
        for verifier in [old.verifier, new.verifier] {
            #expect(try reader(folder, verifier).checkpoint().checkpoint.size == 311)
        }
        try folder.write(Array("3\n99999999999999\nx\n".utf8), "ledger/rotations")
        for verifier in [old.verifier, new.verifier] {
            #expect(try reader(folder, verifier).checkpoint().checkpoint.size == 311)
        }
    }

    @Test("once a key gave way, heads it signs alone are refused, and so is a key that never held the log")
    func overstaying() throws {
        let folder = try data(10)
        try rotate(folder)
        try goOn(folder, 5)
        let head = try reader(folder, old.verifier).checkpoint().checkpoint
        try folder.write(try SignedCheckpoint(signing: head, with: old).bytes, "ledger/checkpoint")
        for verifier in [old.verifier, new.verifier] {
            #expect { try reader(folder, verifier).checkpoint() } throws: {
                ($0 as? LedgerFailure)?.code == "not-signed-by-key"
            }
        }
        let stranger = NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 3, count: 32))!
        #expect(throws: LedgerFailure.self) { try reader(folder, stranger.verifier).checkpoint() }
    }

    @Test("a rotation somebody wrote into the log without the old key's signature makes nobody trust the new one")
    func forged() throws {
        let thief = NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 5, count: 32))!
        var rotation = try KeyRotation(ledger: old, to: thief, size: 3, actor: "mallory", reason: "")
        rotation.signedByOld = rotation.signedByNew
        let copy = try TemporaryFolder()
        do {
            let ledger = try Ledger(directory: copy.ledger, signer: thief)
            _ = try ledger.append(Fixture.drafts(0..<3))
            let draft = EntryDraft(
                time: Fixture.draft(4).time, cause: .operatorAct(actor: "mallory"), subject: nil,
                event: .keyRotated(rotation))
            _ = try ledger.append([draft])
            try ledger.sync()
        }
        #expect { try reader(copy, old.verifier).checkpoint() } throws: {
            ($0 as? LedgerFailure)?.code == "rotation-forged"
        }
    }

    @Test("two rotations in a row link the first key to the last")
    func twice() throws {
        let folder = try data(4)
        try rotate(folder)
        try goOn(folder)
        let third = [UInt8](repeating: 45, count: 32)
        try LedgerKey.rotate(
            in: folder.path, seed: { third }, actor: "ops", reason: "again", now: Fixture.draft(2_000_000).time)
        let records = try Records(data: folder.path, signer: try LedgerKey.load(in: folder.path))
        try records.append([Fixture.draft(2_000_001)])
        try records.close()
        let last = NoteSigner(name: Fixture.origin, seed: third)!.verifier
        for verifier in [old.verifier, new.verifier, last] {
            let periods = try reader(folder, verifier).keyHistory().periods
            #expect(periods.map(\.verifier) == [old.verifier, new.verifier, last])
            #expect(try reader(folder, verifier).check().isIntact)
        }
    }

    @Test("the old key put back after a rotation does not open the log for writing")
    func oldKeyBack() throws {
        let folder = try data(4)
        let key = try folder.bytes("keys/ledger.key")
        try rotate(folder)
        try folder.write(key, "keys/ledger.key")
        #expect { try goOn(folder) } throws: { ($0 as? LedgerFailure)?.code == "key-rotated" }
        let records = try Records(data: folder.path, signer: new)
        try records.append([Fixture.draft(1_000_001)])
        try records.close()
        #expect { try goOn(folder) } throws: { ($0 as? LedgerFailure)?.code == "not-signed-by-key" }
    }

    /// The places where a rotation can be cut off.
    enum Crash: CaseIterable {
        case newKeyWritten, placeWritten, entryDurable, bothSigned, verifierReplaced, keyReplaced
    }

    /// The files as they are when a rotation ends at that place.
    private func crashed(at place: Crash) throws -> TemporaryFolder {
        let folder = try data(10)
        let finished = try folder.copy()
        try rotate(finished)
        func take(_ names: String...) throws {
            for name in names { try folder.write(try finished.bytes(name), name) }
        }
        try LedgerKey.write(new, LedgerKey.nextPath(in: folder.path))
        if place == .newKeyWritten { return folder }
        try RotationIndex.add(10, in: folder.ledger)
        if place == .placeWritten { return folder }
        if place == .entryDurable {
            let ledger = try Ledger(directory: folder.ledger, signer: old)
            let rotation = try KeyRotation(ledger: old, to: new, size: 10, actor: "ops", reason: "yearly")
            _ = try ledger.append([
                EntryDraft(
                    time: Fixture.draft(900_000).time, cause: .operatorAct(actor: "ops"), subject: nil,
                    event: .keyRotated(rotation))
            ])
            return folder
        }
        try FileManager.default.removeItem(atPath: folder.ledger)
        try FileManager.default.copyItem(atPath: finished.ledger, toPath: folder.ledger)
        if place == .bothSigned { return folder }
        try take("keys/ledger.vkey")
        if place == .verifierReplaced { return folder }
        try take("keys/ledger.key")
        try Disk.remove(LedgerKey.nextPath(in: folder.path))
        return folder
    }

    @Test(
        "a crash anywhere in a rotation ends with it done or never begun, and the log goes on",
        arguments: Crash.allCases)
    func crash(place: Crash) throws {
        let folder = try crashed(at: place)
        let published = try LedgerKey.loadVerifier(in: folder.path)
        #expect(try reader(folder, published).view().size >= 10)
        try goOn(folder)
        let done = place != .newKeyWritten && place != .placeWritten
        #expect(try LedgerKey.load(in: folder.path).verifier == (done ? new : old).verifier)
        #expect(try LedgerKey.loadVerifier(in: folder.path) == (done ? new : old).verifier)
        #expect(!folder.exists("keys/ledger.key.next"))
        try goOn(folder)
        let report = try reader(folder, old.verifier).check()
        #expect(report.problem == nil)
        #expect(report.checkedEntries == (done ? 13 : 12))
        #expect(try reader(folder, old.verifier).keyHistory().periods.count == (done ? 2 : 1))
        // It can be done again, and this time to its end.
        let again = [UInt8](repeating: 46, count: 32)
        try LedgerKey.rotate(
            in: folder.path, seed: { again }, actor: "ops", reason: "again", now: Fixture.draft(3_000_000).time)
        #expect(try reader(folder, old.verifier).check().isIntact)
    }

    @Test("nothing is rotated while the clock is behind or somebody else writes the log")
    func refused() throws {
        let folder = try data(10)
        let early = Timestamp(milliseconds: Fixture.draft(0).time.milliseconds - 60_000)
        #expect {
            try LedgerKey.rotate(in: folder.path, seed: { Self.seed }, actor: "ops", reason: "", now: early)
        } throws: { ($0 as? LedgerFailure)?.code == "clock-went-back" }
        try goOn(folder)
        #expect(try LedgerKey.load(in: folder.path).verifier == old.verifier)
        #expect(!folder.exists("keys/ledger.key.next"))
        let records = try Records(data: folder.path, signer: old)
        #expect { try rotate(folder) } throws: { ($0 as? LedgerFailure)?.code == "ledger-locked" }
        try records.close()
    }
}
