// What no change to a capsule can show: deployments that were never in order, and what is only missing.
import Foundation
import Testing
import WritVocabulary

@testable import WritAudit
@testable import WritLedger

struct CapsuleForgeryTests {
    static let wishes: [(String, CapsuleWish, String)] = [
        ("the author's key had ended", CapsuleWish(isAuthorExpired: true), "commit"),
        ("the approval is of another base", CapsuleWish(isApprovalOfAnotherBase: true), "approval anna@example.com"),
        ("the approval is of other files", CapsuleWish(isApprovalOfAnotherVersion: true), "approval anna@example.com"),
        ("the approval was made for Git", CapsuleWish(approvalNamespace: "git"), "approval anna@example.com"),
        ("the approval is by another key", CapsuleWish(approvalKey: "ben"), "approval anna@example.com"),
        ("the approval is by a revoked key", CapsuleWish(approvalKey: "mallory"), "approval anna@example.com"),
        ("the attestations are about other files", CapsuleWish(isAttestedElsewhere: true), "attestation version"),
        ("the change moves the pin elsewhere", CapsuleWish(movesTo: 9), "change"),
    ]

    @Test("a deployment that was not in order is found out by both verifiers", arguments: wishes)
    func forged(name: String, wish: CapsuleWish, part: String) async throws {
        let fixture = try CapsuleFixture(wish)
        let story = try CapsuleStory(fixture)
        var capsule = try story.capsule()
        // The builder leaves out what it can tell does not count; a forger would not.
        capsule.approvals = [try #require(story.approval)]
        capsule.deployment.revision = story.head
        let honest = try CapsuleCase(name, names: part, completed(capsule, story).encoded())
        try await expectFound([honest], fixture)
    }

    /// With everything of the change in it, whatever the builder thought of it.
    private func completed(_ capsule: AuditCapsule, _ story: CapsuleStory) throws -> AuditCapsule {
        var whole = capsule
        let view = try story.ledgerReader.view()
        for index in 0..<view.signedSize {
            let entry = try view.entry(at: index)
            guard ["changeAllowed", "revisionAccepted"].contains(entry.event.kind),
                !whole.entries.contains(where: { $0.index == Int64(index) })
            else { continue }
            whole.entries.append(
                AuditCapsule.Entry(
                    index: Int64(index), leaf: CapsuleBytes(try view.bytes(at: index)),
                    proof: try view.proof(of: index).path.map { CapsuleBytes($0.bytes) }))
            for evidence in entry.evidence {
                whole.blobs[evidence.digest.text] = CapsuleBytes(try story.blobs.read(evidence.digest, limit: 1 << 20))
            }
        }
        whole.entries.sort { $0.index < $1.index }
        return whole
    }

    @Test("what is missing is a gap and names the reason; nothing is wrong with it")
    func gaps() async throws {
        let fixture = try CapsuleFixture()
        var capsule = try CapsuleStory(fixture).capsule()
        capsule.approvals = []
        capsule.keys.attestation = []
        capsule.keys.witnesses = []
        capsule.missing = [AuditCapsule.Missing(part: "witnesses", reason: "no witness is known")]
        let bytes = try capsule.encoded()
        let ours = await CapsuleCheck(bytes)
        #expect(ours.isSound)
        #expect(ours.gaps.map(\.part).contains("approval anna@example.com"))
        #expect(ours.gaps.contains { $0.part == "witnesses" && $0.sentence == "no witness is known" })
        #expect(ours.gaps.filter { $0.part.hasPrefix("attestation ") }.count == 5)
        let answers = try CapsuleVerifier.check([bytes], fixture)
        #expect(answers[0].code == 0, "\(answers[0].text)")
        #expect(answers[0].parts("gap ") == ours.parts(.gap))
        #expect(answers[0].text.contains("gap  witnesses: no witness is known\n"))
        let strict = try CapsuleVerifier.check([bytes], fixture, words: ["--complete"])
        #expect(strict[0].code == 1)
    }

    @Test("a key the reader does not know, or one that never held the log, is refused")
    func trusted() async throws {
        let fixture = try CapsuleFixture()
        let story = try CapsuleStory(fixture)
        let bytes = try story.capsule().encoded()
        let stranger = try #require(NoteSigner(name: CapsuleFixture.origin, seed: [UInt8](repeating: 9, count: 32)))
        let found = await CapsuleCheck(bytes, trusted: stranger.verifier.vkey)
        #expect(found.findings.contains { $0.verdict == .wrong && $0.part == "key" })
        let answers = try CapsuleVerifier.check([bytes], fixture, words: ["--key", stranger.verifier.vkey])
        #expect(answers[0].parts("FAIL") == ["key"] && answers[0].code == 1)
        let last = await CapsuleCheck(bytes, trusted: story.next.verifier.vkey)
        #expect(last.isSound)
    }

    @Test("a version that never served, or is not on record, has no capsule and the refusal says so")
    func refusals() async throws {
        let fixture = try CapsuleFixture()
        let story = try CapsuleStory(fixture)
        let view = try story.ledgerReader.view()
        let entries = try (0..<view.size).map { try view.entry(at: $0) }
        let sources = CapsuleSources(
            view: view, ledgerKey: story.next.verifier.vkey, blob: { _, _ in nil }, object: { _, _ in nil },
            approvals: { _ in [] })
        let builder = try CapsuleBuilder(trail: AuditTrail(entries), sources: sources)
        #expect(throws: AuditFailure.self) {
            try builder.capsule(of: VersionID(CapsuleFixture.model, 9), on: CapsuleFixture.endpoint)
        }
        #expect(throws: AuditFailure.self) {
            try builder.capsule(of: CapsuleFixture.version, on: ResourceName("elsewhere")!)
        }
        let bare = try builder.capsule(of: CapsuleFixture.version, on: CapsuleFixture.endpoint)
        #expect(bare.missing.map(\.part).contains("files"))
        let check = await CapsuleCheck(try bare.encoded())
        #expect(check.isSound)
        #expect(check.gaps.map(\.part).contains("files"))
    }

    @Test("a way back to the version that nothing judged is not shown with the approvals of the first time")
    func unjudged() async throws {
        let fixture = try CapsuleFixture(CapsuleWish(servesAgainUnjudged: true))
        let story = try CapsuleStory(fixture)
        let capsule = try story.capsule()
        #expect(capsule.deployment.revision == CapsuleStory.again)
        #expect(capsule.approvals.isEmpty)
        let bytes = try capsule.encoded()
        let ours = await CapsuleCheck(bytes)
        #expect(ours.isSound, "\(ours.text)")
        #expect(ours.gaps.contains { $0.part == "change" && $0.sentence.hasPrefix("no policy was in force") })
        let answers = try CapsuleVerifier.check([bytes], fixture)
        #expect(answers[0].parts("gap ") == ours.parts(.gap), "\(answers[0].text)")
        #expect(answers[0].parts("FAIL").isEmpty, "\(answers[0].text)")
    }
}
