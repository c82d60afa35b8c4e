// Everything a log shows to others, held against a second implementation that shares no code with this one.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct WitnessIndependentTests {
    private let log = Fixture.verifier.vkey
    private let witness = WitnessFixture.key.verifier.vkey

    private func holds(_ arguments: String...) throws -> Bool { try SecondImplementation.run(arguments).holds }

    @Test("the published vectors hold for it, so that it is worth asking")
    func vectors() throws {
        let folder = try TemporaryFolder()
        let note = SignedNoteTests()
        try folder.write(Array(note.note.utf8), "note")
        try folder.write(Array(note.sevenLeaves.utf8), "seven")
        let path = folder.path
        #expect(try holds("note", "\(path)/note", note.vkey))
        #expect(try holds("note", "\(path)/seven", log))
        #expect(try !holds("note", "\(path)/seven", note.vkey), "another key's")
        try folder.flip("seven", at: 20)
        #expect(try !holds("note", "\(path)/seven", log))
    }

    @Test("logs of every shape are read by it with nothing but their key", arguments: [1, 7, 256, 257, 70_000])
    func logs(count: Int) throws {
        let folder = try TemporaryFolder()
        try QuickLog(count).write(to: folder.ledger)
        let answer = try SecondImplementation.run(["log", folder.ledger, log])
        #expect(answer.holds && answer.text == "writ.example/test has \(count) entries\n", "\(answer.text)")
    }

    @Test("the log a writer makes is read by it, and each changed byte, missing file and old head is refused")
    func tampered() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(500, in: folder)
        let old = try folder.bytes("ledger/checkpoint")
        try Fixture.log(600, in: folder)
        let answer = try SecondImplementation.run(["log", folder.ledger, log])
        #expect(answer.holds, "\(answer.text)")
        var numbers = SeededNumbers(seed: 7)
        let files = [
            "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000",
            "tile/entries/001", "tile/entries/002.p/88",
        ]
        for file in files {
            let bytes = try folder.bytes("ledger/\(file)")
            try folder.flip("ledger/\(file)", at: numbers.below(bytes.count))
            #expect(try !holds("log", folder.ledger, log), "\(file) changed")
            try folder.write(Array(bytes.dropLast()), "ledger/\(file)")
            #expect(try !holds("log", folder.ledger, log), "\(file) cut")
            try Disk.remove("\(folder.ledger)/\(file)")
            #expect(try !holds("log", folder.ledger, log), "\(file) gone")
            try folder.write(bytes, "ledger/\(file)")
        }
        #expect(try !holds("log", folder.ledger, WitnessFixture.successor.verifier.vkey), "another key")
        try folder.write(old, "old")
        let path = "\(folder.path)/old"
        #expect(try holds("consistent", folder.ledger, path, log))
        let fork = Checkpoint(origin: Fixture.origin, size: 500, root: .empty)
        try folder.write(try SignedCheckpoint(signing: fork, with: Fixture.signer).bytes, "old")
        #expect(try !holds("consistent", folder.ledger, path, log), "a head that was never this log's")
    }

    @Test("proof files hold for it, with the witness's cosignature where it asks for one, and not when changed")
    func proofs() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(300, in: folder)
        let view = try Fixture.reader(folder).view()
        let cosigned = view.signed.adding([
            try WitnessFixture.key.cosignature(of: view.signed.note.text, at: WitnessFixture.now)
        ])
        let (file, leaf) = ("\(folder.path)/p", "\(folder.path)/e")
        for index in [0, 255, 256, 299] {
            var proof = try view.proof(of: index, under: cosigned)
            proof.extra = [1, 2, 3]
            try folder.write(proof.bytes, "p")
            try folder.write(try view.bytes(at: index), "e")
            let answer = try SecondImplementation.run(["proof", file, leaf, log, witness])
            #expect(answer.holds && answer.text.contains("entry \(index) of 300"), "\(answer.text)")
        }
        #expect(try !holds("proof", file, leaf, log, WitnessFixture.other.verifier.vkey), "a witness that is not there")
        try folder.flip("e", at: 5)
        #expect(try !holds("proof", file, leaf, log), "another entry")
        try folder.flip("e", at: 5)
        #expect(try holds("proof", file, leaf, log))
        let text = String(decoding: try folder.bytes("p"), as: UTF8.self)
        try folder.write(Array(text.replacing("index 299", with: "index 298").utf8), "p")
        #expect(try !holds("proof", file, leaf, log), "another place")
    }

    @Test("what a log asks of a witness, and what the witness keeps, hold for it")
    func requests() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(300, in: folder)
        let reader = Fixture.reader(folder)
        let old = try reader.checkpoint()
        try Fixture.log(700, in: folder)
        let new = try reader.checkpoint()
        let (file, known) = ("\(folder.path)/request", "\(folder.path)/old")
        func write(_ from: Int) throws {
            let request = AddCheckpointRequest(
                old: from, proof: try reader.consistency(from: from, to: new), checkpoint: new.bytes)
            try folder.write(request.bytes, "request")
        }
        try folder.write(old.bytes, "old")
        try write(300)
        let answer = try SecondImplementation.run(["request", file, known, log])
        #expect(answer.holds && answer.text.contains("from 300 to 700"), "\(answer.text)")
        try write(299)
        #expect(try !holds("request", file, known, log), "from a size the witness does not know")
        try write(0)
        #expect(try holds("request", file, "-", log))
        try write(300)
        let body = String(decoding: try folder.bytes("request"), as: UTF8.self)
        let line = try #require(body.split(separator: "\n").dropFirst().first)
        try folder.write(Array(body.replacing(line, with: TreeHash.empty.base64).utf8), "request")
        #expect(try !holds("request", file, known, log), "a wrong proof")

        let store = try WitnessFixture.store(folder)
        try write(0)
        _ = try store.add(try folder.bytes("request"), now: WitnessFixture.now)
        let kept = try #require(try store.head(originHash: WitnessStore.hash(Fixture.origin)))
        try folder.write(kept, "ledger/checkpoint.witnessed")
        #expect(try holds("head", folder.ledger, "checkpoint.witnessed", log, witness))
        try folder.flip("ledger/checkpoint.witnessed", at: -10)
        #expect(try !holds("head", folder.ledger, "checkpoint.witnessed", log, witness))
    }

    @Test("after a rotation the head is there for who knows either key, and later ones for the new key")
    func rotation() throws {
        let folder = try TemporaryFolder()
        _ = try LedgerKey.loadOrCreate(in: folder.path, origin: Fixture.origin) { (0..<32).map { UInt8($0) } }
        try LedgerKey.rotate(
            in: folder.path, seed: { [UInt8](repeating: 44, count: 32) }, actor: "ops", reason: "test",
            now: Fixture.draft(0).time)
        let new = WitnessFixture.successor.verifier.vkey
        #expect(try holds("log", folder.ledger, log))
        #expect(try holds("log", folder.ledger, new))
        #expect(try holds("note", "\(folder.ledger)/checkpoint", log, new))
        let records = try Records(data: folder.path, signer: try LedgerKey.load(in: folder.path))
        try records.append([Fixture.draft(1)])
        try records.close()
        #expect(try holds("log", folder.ledger, new))
        #expect(try !holds("log", folder.ledger, log))
    }
}
