// Notes, keys and checkpoints against the published vectors, and what is refused.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct SignedNoteTests {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    let note =
        "This is an example message.\n\n\u{2014} example.com/foo "
        + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    let sevenLeaves =
        "writ.example/test\n7\nYws+eMafCyqn6iF+hiMz0HoiQbof4bvmPh6yrjE1dW0=\n\n"
        + "\u{2014} writ.example/test 8HznfDJJsSNiI+6zcCkOQpiDzmKZ1jCCjSIOmHUOgeRz"
        + "VcB9d8xzVUNTm+eZZrul70spZ3Ex7gdXaAXwsF3oubO9DAI=\n"

    @Test("the published note verifies and is written back byte for byte")
    func publishedNote() throws {
        let verifier = try #require(NoteVerifier(vkey: vkey))
        #expect(verifier.vkey == vkey)
        let read = try SignedNote(Array(note.utf8))
        try read.verify(verifier)
        #expect(read.text == "This is an example message.\n")
        #expect(read.bytes == Array(note.utf8))
    }

    @Test("the key of seed 00..1f has the published vkey and verifies the published checkpoint")
    func publishedCheckpoint() throws {
        #expect(Fixture.verifier.vkey == "writ.example/test+f07ce77c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
        let signed = try SignedCheckpoint(Array(sevenLeaves.utf8), verifier: Fixture.verifier)
        #expect(signed.checkpoint.size == 7)
        #expect(signed.bytes == Array(sevenLeaves.utf8))
        let ours = try SignedCheckpoint(signing: signed.checkpoint, with: Fixture.signer)
        #expect(try SignedCheckpoint(ours.bytes, verifier: Fixture.verifier).checkpoint == signed.checkpoint)
    }

    @Test("a private key survives its text form, and its hash is checked")
    func privateKey() throws {
        let text = Fixture.signer.privateKey
        #expect(text.hasPrefix("PRIVATE+KEY+writ.example/test+f07ce77c+"))
        #expect(NoteSigner(privateKey: text)?.verifier == Fixture.verifier)
        #expect(NoteSigner(privateKey: text.replacing("f07ce77c", with: "f07ce77d")) == nil)
        #expect(NoteVerifier(vkey: vkey.replacing("foo", with: "bar")) == nil)
    }

    @Test("a changed byte anywhere in the note is noticed")
    func changedByte() throws {
        let bytes = Array(sevenLeaves.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: LedgerFailure.self, "byte \(index)") {
                try SignedCheckpoint(changed, verifier: Fixture.verifier)
            }
        }
    }

    @Test("signatures of unknown keys are passed over, a wrong one of a known key is not")
    func otherSignatures() throws {
        let verifier = try #require(NoteVerifier(vkey: vkey))
        let other = try SignedNote(signing: "This is an example message.\n", with: Fixture.signer)
        let line = try #require(String(decoding: other.bytes, as: UTF8.self).split(separator: "\n").last)
        try SignedNote(Array("\(note)\(line)\n".utf8)).verify(verifier)
        let wrong = note.replacing("Uw2QOkn8", with: "Uw2QOkn9")
        #expect(throws: LedgerFailure.self) {
            try SignedNote(Array("\(note)\(wrong.split(separator: "\n").last!)\n".utf8)).verify(verifier)
        }
        #expect { try other.verify(verifier) } throws: { ($0 as? LedgerFailure)?.code == "not-signed-by-key" }
    }

    @Test(
        "what is not a note is refused",
        arguments: [
            "", "text\n", "text\n\n", "text\n\n\u{2014} a\n", "text\u{7}\n\n\u{2014} a AAAAAAA=\n",
            "text\n\n- a AAAAAAA=\n",
            "text\n\n\u{2014} a AAAAAAB=\n", "text\n\n\u{2014} a AAAA\n", "text\n\n\u{2014} a AAAAAAA=",
        ])
    func malformed(text: String) {
        #expect(throws: LedgerFailure.self) { try SignedNote(Array(text.utf8)) }
    }

    @Test("a note takes a hundred signatures and no more")
    func manySignatures() throws {
        let line = try #require(note.split(separator: "\n").last)
        let head = "This is an example message.\n\n"
        #expect(try SignedNote(Array((head + String(repeating: "\(line)\n", count: 100)).utf8)).signatures.count == 100)
        #expect(throws: LedgerFailure.self) {
            try SignedNote(Array((head + String(repeating: "\(line)\n", count: 101)).utf8))
        }
    }

    @Test(
        "a size is digits without a leading zero, a root 32 bytes of padded Base64",
        arguments: [
            "o\n07\n\(TreeHash.empty)\n", "o\n-1\n\(TreeHash.empty)\n", "o\n+1\n\(TreeHash.empty)\n", "o\n1\nAAAA\n",
            "o\n99999999999999999999\n\(TreeHash.empty)\n", "\n1\n\(TreeHash.empty)\n", "o\n1\n\(TreeHash.empty)",
        ])
    func malformedCheckpoint(text: String) {
        #expect(throws: LedgerFailure.self) { try Checkpoint(text: text) }
    }

    @Test("a checkpoint of another log is refused although its signature is good")
    func otherOrigin() throws {
        let other = Checkpoint(origin: "writ.example/other", size: 0, root: .empty)
        let signed = try SignedCheckpoint(signing: other, with: Fixture.signer)
        #expect { try SignedCheckpoint(signed.bytes, verifier: Fixture.verifier) } throws: {
            ($0 as? LedgerFailure)?.code == "origin-mismatch"
        }
    }
}

struct LedgerKeyTests {
    @Test("the key is made once, for its owner only, with its public half beside it")
    func create() throws {
        let folder = try TemporaryFolder()
        let seed = [UInt8](repeating: 7, count: 32)
        let made = try LedgerKey.loadOrCreate(in: folder.path, origin: "writ.example/a") { seed }
        let again = try LedgerKey.loadOrCreate(in: folder.path, origin: "writ.example/a") { [] }
        #expect(made.verifier == again.verifier)
        #expect(try LedgerKey.loadVerifier(in: folder.path) == made.verifier)
        let mode = try FileManager.default.attributesOfItem(atPath: LedgerKey.path(in: folder.path))[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("a key others can read, or of another log, is refused with what to do")
    func refusals() throws {
        let folder = try TemporaryFolder()
        _ = try LedgerKey.loadOrCreate(in: folder.path, origin: "writ.example/a") { [UInt8](repeating: 7, count: 32) }
        #expect { try LedgerKey.loadOrCreate(in: folder.path, origin: "writ.example/b") { [] } } throws: {
            ($0 as? LedgerFailure)?.code == "origin-mismatch"
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: LedgerKey.path(in: folder.path))
        #expect { try LedgerKey.load(in: folder.path) } throws: {
            ($0 as? LedgerFailure)?.message.contains("chmod 600") == true
        }
    }

    @Test("an origin that cannot name a key is refused")
    func badOrigin() throws {
        let folder = try TemporaryFolder()
        for origin in ["", "a b", "a+b"] {
            #expect(throws: LedgerFailure.self) {
                try LedgerKey.loadOrCreate(in: folder.path, origin: origin) { [UInt8](repeating: 7, count: 32) }
            }
        }
    }
}
