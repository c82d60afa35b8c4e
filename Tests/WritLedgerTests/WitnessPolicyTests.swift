// Policy files: what they mean, which line is wrong, and which heads they believe.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct WitnessPolicyTests {
    private static let log = Fixture.verifier.vkey
    private static let keys = (0..<6).map {
        CosignerKey(name: "witness.example/\($0)", seed: [UInt8](repeating: UInt8(50 + $0), count: 32))!
    }
    /// The example of the specification: two of three, one of three, and both groups.
    private static let example =
        """
        # logs and witnesses
        log \(log) https://log.example/
        \twitness X1 \(keys[0].verifier.vkey)
        witness X2 \(keys[1].verifier.vkey) https://x2.example/w
        witness X3 \(keys[2].verifier.vkey)
        group X-witnesses 2 X1 X2 X3

        witness Y1 \(keys[3].verifier.vkey)
        witness Y2 \(keys[4].verifier.vkey)
        witness Y3 \(keys[5].verifier.vkey)
        group Y-witnesses any Y1 Y2 Y3
          # a comment further in
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """

    private func cosigned(_ indexes: [Int]) throws -> SignedCheckpoint {
        let head = try QuickLog(7).head(7)
        return head.adding(
            try indexes.map { try Self.keys[$0].cosignature(of: head.note.text, at: WitnessFixture.now) })
    }

    @Test("the specification's example asks for two X and one Y, whichever they are")
    func example() throws {
        let policy = try WitnessFixture.policy(Self.example)
        #expect(policy.logs.map(\.verifier) == [Fixture.verifier])
        #expect(policy.witnesses.compactMap(\.url) == ["https://x2.example/w"])
        for mask in 0..<64 {
            let chosen = (0..<6).filter { mask & 1 << $0 != 0 }
            let expected = chosen.filter { $0 < 3 }.count >= 2 && chosen.contains { $0 >= 3 }
            let head = try cosigned(chosen)
            if expected {
                #expect(try policy.checkpoint(head.bytes) == head, "\(chosen)")
            } else {
                #expect(throws: LedgerFailure.self, "\(chosen)") { try policy.checkpoint(head.bytes) }
            }
        }
    }

    @Test("cosignatures of others count for nothing; a known witness's bad one refuses the head whatever else it has")
    func badCosignature() throws {
        let policy = try WitnessFixture.policy(Self.example)
        let stranger = CosignerKey(name: "witness.example/0", seed: [UInt8](repeating: 99, count: 32))!
        var head = try cosigned([1, 3])
        head = head.adding([try stranger.cosignature(of: head.note.text, at: WitnessFixture.now)])
        #expect { try policy.checkpoint(head.bytes) } throws: { error in
            (error as? LedgerFailure)?.code == "no-quorum"
                && (error as? LedgerFailure)?.message.contains("only X2, Y1") == true
        }
        var bad = try Self.keys[5].cosignature(of: head.note.text, at: WitnessFixture.now)
        bad.bytes[20] ^= 1
        let full = try cosigned([0, 1, 2, 3, 4]).adding([bad])
        #expect { try policy.checkpoint(full.bytes) } throws: {
            ($0 as? LedgerFailure)?.code == "cosignature-invalid"
        }
    }

    @Test("a head of no listed log is refused; a policy without logs takes the key it is given")
    func logs() throws {
        let text = "witness W \(Self.keys[0].verifier.vkey)\nquorum W\n"
        let policy = try WitnessFixture.policy(text)
        let head = try cosigned([0])
        #expect { try policy.checkpoint(head.bytes) } throws: { ($0 as? LedgerFailure)?.code == "not-signed-by-log" }
        #expect(try policy.checkpoint(head.bytes, keys: [Fixture.verifier]) == head)
        let none = try WitnessFixture.policy("log \(Self.log)\nquorum none\n")
        #expect(try none.checkpoint(try cosigned([]).bytes).checkpoint.size == 7)
    }

    @Test("one witness alone can be the quorum, also by a name in letters beyond ASCII, byte for byte")
    func names() throws {
        let policy = try WitnessFixture.policy(
            "witness K \(Self.keys[0].verifier.vkey)\nwitness \u{212a} \(Self.keys[1].verifier.vkey)\nquorum \u{212a}\n"
        )
        let keys = [Fixture.verifier]
        #expect(try policy.checkpoint(try cosigned([1]).bytes, keys: keys).checkpoint.size == 7)
        #expect(throws: LedgerFailure.self) { try policy.checkpoint(try cosigned([0]).bytes, keys: keys) }
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("", nil), ("quorum none\nquorum none\n", 2), ("quorum W\n", 1), ("wittness\n", 1),
            ("log \(log)\nlog \(log)\nquorum none\n", 2), ("log\nquorum none\n", 1),
            ("log \(keys[0].verifier.vkey)\nquorum none\n", 1),
            ("witness A \(log)\nquorum none\n", 1),
            ("witness none \(keys[0].verifier.vkey)\nquorum none\n", 1),
            ("witness A \(keys[0].verifier.vkey)\nwitness A \(keys[1].verifier.vkey)\nquorum none\n", 2),
            ("witness A \(keys[0].verifier.vkey)\nwitness B \(keys[0].verifier.vkey)\nquorum none\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G 0 A\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G 2 A\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G 01 A\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G some A\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G any\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G any A A\nquorum G\n", 2),
            ("witness A \(keys[0].verifier.vkey)\ngroup G any A\ngroup H any A\nquorum G\n", 3),
            ("group G any none\nquorum G\n", 1), ("group G any G\nquorum G\n", 1),
            ("# fine\n\nquorum none\r\n", 3), ("quorum none\u{0}\n", 1),
        ] as [(String, Int?)])
    func wrong(text: String, line: Int?) {
        #expect { try WitnessFixture.policy(text) } throws: { error in
            (error as? PolicyFailure).map { $0.line == line } == true
        }
    }

    @Test("a policy of thirty-two logs, witnesses and groups is read; far more are refused with the line")
    func sizes() throws {
        func text(_ count: Int) throws -> String {
            let lines = try (0..<count).flatMap { index in
                let seed = (0..<32).map { UInt8(truncatingIfNeeded: $0 < 2 ? index >> (8 * $0) : 7) }
                let log = try #require(NoteSigner(name: "log.example/\(index)", seed: seed))
                let key = try #require(CosignerKey(name: "w.example/\(index)", seed: seed))
                return [
                    "log \(log.verifier.vkey)", "witness w\(index) \(key.verifier.vkey)",
                    index == 0 ? "group g0 any w0" : "group g\(index) any w\(index) g\(index - 1)",
                ]
            }
            return lines.joined(separator: "\n") + "\nquorum g\(count - 1)\n"
        }
        let policy = try WitnessFixture.policy(try text(32))
        #expect(policy.isQuorum([WitnessPolicy.Name("w0".utf8)]))
        #expect(!policy.isQuorum([WitnessPolicy.Name("w32".utf8)]))
        #expect { try WitnessFixture.policy(try text(300)) } throws: {
            ($0 as? PolicyFailure)?.line == 3 * Limits.policyItems + 1
        }
    }

    @Test("a proof may carry a cosigned head, of now or of before, and is believed under a policy")
    func proof() throws {
        let folder = try TemporaryFolder()
        try Fixture.log(300, in: folder)
        let early = try Fixture.reader(folder).checkpoint()
        let kept = early.adding([try Self.keys[0].cosignature(of: early.note.text, at: WitnessFixture.now)])
        try Fixture.reader(folder).keepWitnessed(kept)
        try Fixture.log(600, in: folder)
        let reader = Fixture.reader(folder)
        let view = try reader.view()
        let head = try #require(try reader.witnessed())
        #expect(head == kept)
        let policy = try WitnessFixture.policy("log \(Self.log)\nwitness W \(Self.keys[0].verifier.vkey)\nquorum W\n")
        for index in [0, 255, 256, 299] {
            let proof = try ProofFile(try view.proof(of: index, under: head).bytes)
            let entry = try view.bytes(at: index)
            #expect(try proof.verify(entry: entry, policy: policy).size == 300)
            #expect(throws: LedgerFailure.self) { try proof.verify(entry: entry + [1], policy: policy) }
            let bare = try view.proof(of: index)
            #expect { try bare.verify(entry: entry, policy: policy) } throws: {
                ($0 as? LedgerFailure)?.code == "no-quorum"
            }
        }
        #expect { try view.proof(of: 300, under: head) } throws: { ($0 as? LedgerFailure)?.code == "not-witnessed" }
        let fork = try SignedCheckpoint(
            signing: Checkpoint(origin: Fixture.origin, size: 300, root: .empty), with: Fixture.signer)
        #expect { try view.proof(of: 1, under: fork) } throws: { ($0 as? LedgerFailure)?.code == "not-consistent" }
    }

    @Test("the kept head of a log is believed under a policy while the log goes on from it, also after a rotation")
    func keptHead() throws {
        let folder = try TemporaryFolder()
        _ = try LedgerKey.loadOrCreate(in: folder.path, origin: Fixture.origin) { (0..<32).map { UInt8($0) } }
        try Fixture.log(300, in: folder)
        let reader = Fixture.reader(folder)
        let policy = try WitnessFixture.policy("log \(Self.log)\nwitness W \(Self.keys[0].verifier.vkey)\nquorum W\n")
        func keep() throws {
            let head = try reader.checkpoint()
            let cosignature = try Self.keys[0].cosignature(of: head.note.text, at: WitnessFixture.now)
            try reader.keepWitnessed(head.adding([cosignature]))
        }
        #expect(code(reader, policy) == "not-witnessed")
        try keep()
        try Fixture.log(310, in: folder)
        #expect(try reader.witnessed(under: policy).checkpoint.size == 300)
        let other = try WitnessFixture.policy(Self.example.replacing(Self.log, with: otherLog))
        #expect(code(reader, other) == "log-not-in-policy")
        #expect(try code(reader, WitnessFixture.policy(Self.example)) == "no-quorum")

        let early = try folder.copy()
        for seed in [UInt8(101), 102] {
            try LedgerKey.rotate(
                in: folder.path, seed: { [UInt8](repeating: seed, count: 32) }, actor: "ops", reason: "",
                now: Fixture.draft(5_000).time)
        }
        try keep()
        #expect(try reader.witnessed(under: policy).checkpoint.size == 312)
        try early.write(try folder.bytes("ledger/checkpoint.witnessed"), "ledger/checkpoint.witnessed")
        #expect(throws: LedgerFailure.self) { try Fixture.reader(early).witnessed(under: policy) }
        let forged = try SignedCheckpoint(
            signing: Checkpoint(origin: Fixture.origin, size: 300, root: .empty), with: Fixture.signer)
        let cosignature = try Self.keys[0].cosignature(of: forged.note.text, at: WitnessFixture.now)
        try reader.keepWitnessed(forged.adding([cosignature]))
        #expect(code(reader, policy) == "not-consistent")
    }

    private func code(_ reader: LedgerReader, _ policy: WitnessPolicy) -> String? {
        do {
            let head = try reader.witnessed(under: policy)
            return "\(head.checkpoint.size)"
        } catch {
            return (error as? LedgerFailure)?.code
        }
    }

    private var otherLog: String {
        NoteSigner(name: "log.example/other", seed: [UInt8](repeating: 7, count: 32))!.verifier.vkey
    }
}
