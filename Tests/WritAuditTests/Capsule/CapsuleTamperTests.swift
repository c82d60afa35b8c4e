// Bytes of the file itself, wherever they lie.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit

struct CapsuleTamperTests {
    @Test("one bit changed anywhere in the file is found: 400 places by the Swift check, 40 of them by the script")
    func anywhere() async throws {
        let fixture = try CapsuleFixture()
        let bytes = try CapsuleStory(fixture).capsule().encoded()
        var random = Places(seed: 4_711)
        var sample: [[UInt8]] = []
        for round in 0..<400 {
            var changed = bytes
            let place = Int(random.next() % UInt64(bytes.count))
            changed[place] ^= 1 << UInt8(random.next() % 8)
            let check = await CapsuleCheck(changed)
            let around = String(decoding: bytes[max(0, place - 40)..<min(bytes.count, place + 20)], as: UTF8.self)
            #expect(!check.isSound, "byte \(place): …\(around)…")
            if round % 10 == 0 { sample.append(changed) }
        }
        let answers = try CapsuleVerifier.check(sample, fixture)
        #expect(answers.count == sample.count)
        for (number, answer) in answers.enumerated() {
            #expect(answer.code == 1, "sample \(number)\n\(answer.text)")
        }
    }

    @Test("a file cut anywhere is found")
    func cut() async throws {
        let fixture = try CapsuleFixture()
        let bytes = try CapsuleStory(fixture).capsule().encoded()
        for count in stride(from: 0, to: bytes.count, by: 397) {
            let check = await CapsuleCheck(Array(bytes.prefix(count)))
            #expect(!check.isSound, "cut at \(count)")
        }
    }

    /// SplitMix64: the same places on every run.
    private struct Places {
        private var state: UInt64
        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
