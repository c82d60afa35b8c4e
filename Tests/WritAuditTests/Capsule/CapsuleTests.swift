// The capsule of a real deployment: both verifiers pass it, and agree on every change to it.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit
@testable import WritLedger

struct CapsuleTests {
    @Test("a whole capsule passes both verifiers, which look at the same parts")
    func whole() async throws {
        let fixture = try CapsuleFixture()
        let story = try CapsuleStory(fixture)
        let capsule = try story.capsule()
        let bytes = try capsule.encoded()
        #expect(try AuditCapsule(bytes) == capsule)
        #expect(capsule.missing.isEmpty, "\(capsule.missing)")

        let trusted = story.signer.verifier.vkey
        let ours = await CapsuleCheck(bytes, trusted: trusted)
        #expect(ours.isSound, "\(ours.text)")
        #expect(ours.gaps.isEmpty, "\(ours.text)")
        try fixture.write(bytes, to: "live.writ-audit")
        let clock = ContinuousClock()
        var answer: (code: Int32, output: [UInt8]) = (-1, [])
        let taken = try clock.measure {
            answer = try fixture.run(
                "python3", [CapsuleVerifier.script, "live.writ-audit", "--key", trusted, "--complete"],
                mustSucceed: false)
        }
        #expect(answer.code == 0)
        let text = String(decoding: answer.output, as: UTF8.self)
        #expect(text.hasSuffix("nothing is wrong: 0 failed, 0 gaps, \(text.split(separator: "\n").count - 1) lines\n"))
        let script = CapsuleVerifier.Answer(text: text, code: 0).parts("ok  ")
        #expect(ours.parts(.ok).subtracting(script) == ["entries"], "the script counts them beside the checkpoint")
        #expect(script.subtracting(ours.parts(.ok)) == ["attestations"])
        #expect(taken < .seconds(10), "a machine with many tests at once is slow, but not so slow: \(taken)")
    }

    @Test("a byte changed anywhere in what is signed, hashed or proved is found, and its part is named")
    func flipped() async throws {
        let fixture = try CapsuleFixture()
        let capsule = try CapsuleStory(fixture).capsule()
        var cases: [CapsuleCase] = []
        for index in capsule.entries.indices {
            let name = "entry \(capsule.entries[index].index)"
            let count = capsule.entries[index].leaf.bytes.count
            for place in [count / 2, count - 1] {
                cases.append(
                    try CapsuleCase("\(name) byte \(place)", names: name, capsule) {
                        $0.entries[index].leaf.bytes[place] ^= 1
                    })
            }
            cases.append(
                try CapsuleCase("proof of \(name)", names: name, capsule) { $0.entries[index].proof[0].bytes[31] ^= 1 })
        }
        for name in capsule.blobs.keys.sorted() {
            cases.append(
                try CapsuleCase("blob", names: "blob \(name)", capsule) { $0.blobs[name]?.bytes[3] ^= 1 })
        }
        for name in capsule.objects.keys.sorted() {
            cases.append(
                try CapsuleCase("object", names: "object \(name)", capsule) { $0.objects[name]?.bytes.bytes[7] ^= 1 })
        }
        try await expectFound(cases, fixture)
    }

    @Test("parts that are changed, swapped or taken from elsewhere are found, and named")
    func altered() async throws {
        let fixture = try CapsuleFixture()
        let capsule = try CapsuleStory(fixture).capsule()
        try await expectFound(
            try keyCases(capsule) + deploymentCases(capsule) + approvalCases(capsule, fixture) + formCases(capsule),
            fixture)
    }

    @Test("parts of another capsule of a log with the same name and key do not fit")
    func swapped() async throws {
        let fixture = try CapsuleFixture()
        let other = try CapsuleStory(CapsuleFixture()).capsule()
        let capsule = try CapsuleStory(fixture).capsule()
        try await expectFound(
            [
                try CapsuleCase("its checkpoint", names: "entry", capsule) { $0.checkpoint = other.checkpoint },
                try CapsuleCase("its entries", names: "entry", capsule) { $0.entries = other.entries },
                try CapsuleCase("one entry of it", names: "entry", capsule) { $0.entries[8] = other.entries[8] },
                try CapsuleCase("its approval", names: "approval", capsule) { $0.approvals = other.approvals },
                try CapsuleCase("its deployment", names: "revision", capsule) { $0.deployment = other.deployment },
            ], fixture)
    }

    private func keyCases(_ capsule: AuditCapsule) throws -> [CapsuleCase] {
        let stranger = try #require(NoteSigner(name: capsule.origin, seed: [UInt8](repeating: 9, count: 32)))
        let lines = capsule.checkpoint.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return [
            try CapsuleCase("another size", names: "checkpoint", capsule) {
                $0.checkpoint = $0.checkpoint.replacing("\n\(lines[1])\n", with: "\n\(Int(lines[1])! + 1)\n")
            },
            try CapsuleCase("another root", names: "entry", capsule) {
                $0.checkpoint = $0.checkpoint.replacing(lines[2], with: TreeHash.empty.base64)
            },
            try CapsuleCase("signed by a stranger", names: "checkpoint", capsule) {
                let text = lines.prefix(3).joined(separator: "\n") + "\n"
                $0.checkpoint = String(
                    decoding: try SignedNote(signing: text, with: stranger).bytes, as: UTF8.self)
            },
            try CapsuleCase("the stranger's key as the log's", names: "rotation", capsule) {
                $0.keys.ledger = stranger.verifier.vkey
            },
            try CapsuleCase("another origin", names: "checkpoint", capsule) { $0.origin = "writ.example/test" },
            try CapsuleCase("another witness", names: "witness", capsule) {
                let key = CosignerKey(name: "witness.example/w2", seed: [UInt8](repeating: 8, count: 32))
                $0.keys.witnesses = [key!.verifier.vkey]
            },
            try CapsuleCase("the signature of the log", names: "checkpoint", capsule) {
                var signature = Array(lines[4].utf8)
                signature[signature.count - 20] = signature[signature.count - 20] == 65 ? 66 : 65
                $0.checkpoint = $0.checkpoint.replacing(lines[4], with: String(decoding: signature, as: UTF8.self))
            },
            try CapsuleCase("the cosignature", names: "witness", capsule) {
                var signature = Array(lines[5].utf8)
                signature[signature.count - 20] = signature[signature.count - 20] == 65 ? 66 : 65
                $0.checkpoint = $0.checkpoint.replacing(lines[5], with: String(decoding: signature, as: UTF8.self))
            },
            try CapsuleCase("a key that is missing is no proof", names: "checkpoint", capsule) { capsule in
                // Without the rotation the first key would have to have signed.
                capsule.entries.removeAll { $0.leaf.bytes.contains(Array("keyRotated".utf8)) }
            },
        ]
    }

    private func deploymentCases(_ capsule: AuditCapsule) throws -> [CapsuleCase] {
        [
            try CapsuleCase("another endpoint", names: "route", capsule) {
                $0.deployment.endpoint = ResourceName("other")!
            },
            try CapsuleCase("another version", names: "version", capsule) {
                $0.deployment.version = VersionID(CapsuleFixture.model, 9)
            },
            try CapsuleCase("another deployment", names: "route", capsule) {
                $0.deployment.deployment = DeploymentID("live-000000000000")!
            },
            try CapsuleCase("another digest", names: "version", capsule) {
                $0.deployment.artefacts = Digest(of: Array("x".utf8))
            },
            try CapsuleCase("another revision", names: "revision", capsule) {
                $0.deployment.revision = RevisionID(String(repeating: "a", count: 40))!
            },
            try CapsuleCase("another entry", names: "route", capsule) { $0.deployment.entry -= 1 },
            try CapsuleCase("an entry at another place", names: "entry", capsule) { capsule in
                let leaf = capsule.entries[0].leaf
                capsule.entries[0].leaf = capsule.entries[1].leaf
                capsule.entries[1].leaf = leaf
            },
            try CapsuleCase("without the entry that routes", names: "route", capsule) { capsule in
                capsule.entries.removeAll { $0.index == capsule.deployment.entry }
            },
        ]
    }

    private func approvalCases(_ capsule: AuditCapsule, _ fixture: CapsuleFixture) throws -> [CapsuleCase] {
        let one = try #require(capsule.approvals.first)
        let forged = try fixture.sign(one.statement.bytes, as: "mallory", namespace: "writ-approval")
        return [
            try CapsuleCase("one byte of the statement", names: "approval anna@example.com", capsule) {
                let text = String(decoding: one.statement.bytes, as: UTF8.self)
                let changed = text.replacing("approved", with: "reviewed")
                $0.approvals[0].statement = CapsuleBytes(Array(changed.utf8))
            },
            try CapsuleCase("a stranger's signature", names: "approval anna@example.com", capsule) {
                $0.approvals[0].signature = forged
            },
            try CapsuleCase("one byte of the signature", names: "approval anna@example.com", capsule) {
                let lines = one.signature.split(separator: "\n").map(String.init)
                var line = Array(lines[4].utf8)
                line[10] = line[10] == 65 ? 66 : 65
                $0.approvals[0].signature = one.signature.replacing(
                    lines[4], with: String(decoding: line, as: UTF8.self))
            },
        ]
    }

    private func formCases(_ capsule: AuditCapsule) throws -> [CapsuleCase] {
        let bytes = try capsule.encoded()
        return [
            CapsuleCase("a space more", names: "capsule", [32] + bytes),
            CapsuleCase("cut short", names: "capsule", Array(bytes.dropLast(10))),
            CapsuleCase("nothing", names: "capsule", []),
            CapsuleCase(
                "a key twice", names: "capsule", Array(#"{"approvals":[],"#.utf8) + bytes.dropFirst()),
            try CapsuleCase("another format", names: "capsule", capsule) { $0.format = "writ-audit/v2" },
            try CapsuleCase("an entry twice", names: "capsule", capsule) { $0.entries.append($0.entries[0]) },
            try CapsuleCase("another entry under a number that is there", names: "capsule", capsule) {
                var other = $0.entries[1]
                other.index = $0.entries[0].index
                $0.entries.insert(other, at: 0)
            },
            try CapsuleCase("entries in another order", names: "capsule", capsule) { $0.entries.reverse() },
            try CapsuleCase("part of an object in its kind", names: "object", capsule) { capsule in
                let tree = try #require(capsule.objects.first { $0.value.kind == "tree" })
                let bytes = tree.value.bytes.bytes
                let end = try #require(bytes.firstIndex(of: 0))
                let kind = "tree \(bytes.count)\0" + String(decoding: bytes[..<end], as: UTF8.self)
                capsule.objects[tree.key] = .init(kind: kind, bytes: Array(bytes[(end + 1)...]))
            },
        ]
    }
}
