// Cosignatures: their keys, what they sign, and notes that carry many signatures.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct WitnessCosignatureTests {
    private let key = WitnessFixture.key

    @Test("a cosignature verifies, carries its second, and the log's own signature stays beside it")
    func round() throws {
        let head = try QuickLog(7).head(7)
        let cosigned = head.adding([try key.cosignature(of: head.note.text, at: WitnessFixture.now)])
        let read = try SignedCheckpoint(cosigned.bytes, verifier: Fixture.verifier)
        #expect(read == cosigned)
        #expect(try key.verifier.cosigned(read.note) == Timestamp(milliseconds: 1_700_000_000_000))
        #expect(try WitnessFixture.other.verifier.cosigned(read.note) == nil)
        let signature = try #require(read.note.signatures.last)
        #expect(signature.bytes.count == 72)
        #expect(Array(signature.bytes.prefix(8)) == [0, 0, 0, 0, 0x65, 0x53, 0xf1, 0])
    }

    @Test("the signed message is the header, the time and the note's text")
    func message() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        #expect(
            String(decoding: CosignerVerifier.message(text, 1_679_315_147), as: UTF8.self)
                == "cosignature/v1\ntime 1679315147\n\(text)")
    }

    @Test("a witness's key has its own type, so that it is no log's key and has another id")
    func keys() throws {
        let verifier = key.verifier
        #expect(CosignerVerifier(vkey: verifier.vkey) == verifier)
        #expect(NoteVerifier(vkey: verifier.vkey) == nil)
        #expect(CosignerVerifier(vkey: Fixture.verifier.vkey) == nil)
        let sameBytes = try #require(NoteVerifier(name: verifier.name, publicKey: verifier.publicKey))
        #expect(sameBytes.keyID != verifier.keyID)
        #expect(CosignerKey(privateKey: key.privateKey)?.verifier == verifier)
        #expect(CosignerKey(privateKey: Fixture.signer.privateKey) == nil)
    }

    @Test("a cosignature that was changed in any byte makes the note malformed, and one over another text too")
    func changed() throws {
        let head = try QuickLog(7).head(7)
        let good = try key.cosignature(of: head.note.text, at: WitnessFixture.now)
        for index in good.bytes.indices {
            var bad = good
            bad.bytes[index] ^= 1
            #expect(throws: LedgerFailure.self, "byte \(index)") {
                try key.verifier.cosigned(head.adding([bad]).note)
            }
        }
        #expect(throws: LedgerFailure.self) { try key.verifier.cosigned(try QuickLog(7).head(6).adding([good]).note) }
        var short = good
        short.bytes.removeLast()
        #expect(throws: LedgerFailure.self) { try key.verifier.cosigned(head.adding([short]).note) }
    }

    @Test("a log's bare signature is no cosignature, and a clock that was never set cosigns nothing")
    func confusion() throws {
        let head = try QuickLog(7).head(7)
        let twin = try #require(NoteSigner(name: key.verifier.name, seed: [UInt8](repeating: 41, count: 32)))
        var signature = try SignedNote(signing: head.note.text, with: twin).signatures[0]
        signature.keyID = key.verifier.keyID
        signature.bytes = [0, 0, 0, 0, 0x65, 0x53, 0xf1, 0] + signature.bytes
        #expect(throws: LedgerFailure.self) { try key.verifier.cosigned(head.adding([signature]).note) }
        #expect(throws: LedgerFailure.self) {
            try key.cosignature(of: head.note.text, at: Timestamp(milliseconds: 999))
        }
    }

    @Test("a note of sixteen and more signatures is read whole, unknown ones kept as they are")
    func many() throws {
        var note = try QuickLog(7).head(7).note
        for index in 0..<40 {
            let one = try #require(CosignerKey(name: "w\(index)", seed: [UInt8](repeating: UInt8(index), count: 32)))
            note = note.adding([try one.cosignature(of: note.text, at: WitnessFixture.now)])
        }
        note = note.adding([SignedNote.Signature(name: "unknown.example", keyID: 7, bytes: [1, 2, 3])])
        let read = try SignedNote(note.bytes)
        #expect(read == note && read.signatures.count == 42)
        try read.verify(Fixture.verifier)
    }

    @Test("a second cosignature of the same key takes the first one's place")
    func replaced() throws {
        let head = try QuickLog(7).head(7)
        let first = head.adding([try key.cosignature(of: head.note.text, at: WitnessFixture.now)])
        let later = WitnessFixture.now + .seconds(60)
        let second = first.adding([try key.cosignature(of: head.note.text, at: later)])
        #expect(second.note.signatures.count == 2)
        #expect(try key.verifier.cosigned(second.note) == Timestamp(milliseconds: 1_700_000_060_000))
    }

    @Test("a name in other bytes is another name, though it looks the same")
    func spelling() throws {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        #expect(composed == decomposed)
        let one = try #require(NoteSigner(name: composed, seed: [UInt8](repeating: 1, count: 32)))
        let note = try SignedNote(signing: "\(decomposed)\n0\n\(TreeHash.empty)\n", with: one)
        #expect { try SignedCheckpoint(note.bytes, verifier: one.verifier) } throws: {
            ($0 as? LedgerFailure)?.code == "origin-mismatch"
        }
    }
}
