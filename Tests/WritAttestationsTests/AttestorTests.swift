// From an order to blobs and back: signed, kept, and checked together.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct AttestorTests {
    private struct Room {
        let blobs = MemoryBlobs()
        let facts = Facts()
        let signer: AttestationSigner
        let attestor: KeyAttestor

        init(key: UInt8 = 1, trusted: [VerificationKey] = []) throws {
            signer = try .numbered(key)
            attestor = KeyAttestor(blobs: blobs, signer: signer, builder: facts.builder, trusted: trusted)
            _ = try blobs.put(Array(try Canonical.encode(facts.manifest())))
        }

        func deployment(_ attestations: [Attestation]) throws -> AttestationOrder {
            let review = try blobs.put(Array(try Canonical.encode(try facts.review())))
            return try facts.deployment(attestations, evidence: review)
        }

        func subject() throws -> AttestationVerifier.Subject {
            .init(version: try facts.versionID, artefacts: try facts.manifest().digest, manifest: facts.manifest())
        }

        func bytes(_ attestations: [Attestation]) throws -> [StatementOnRecord] {
            try attestations.map { StatementOnRecord($0, bytes: try blobs.read($0.blob, limit: .max), sequence: 12) }
        }
    }

    @Test("a version and its deployment are attested, and everything holds")
    func whole() async throws {
        let room = try Room()
        let version = try await room.attestor.attest(try room.facts.trained())
        #expect(version.map(\.kind) == [.provenance, .tests, .signature])
        let deployed = try await room.attestor.attest(try room.deployment(version))
        #expect(deployed.map(\.kind) == [.approval, .summary])
        let verifier = AttestationVerifier(trust: AttestationTrust([room.signer.key]))
        let verdicts = verifier.check(try room.bytes(version + deployed), of: try room.subject())
        #expect(verdicts.filter { !$0.accepted }.map(\.sentence) == [])
        #expect(verdicts.count == 5)
        #expect((version + deployed).allSatisfy { $0.key == room.signer.key.id })
        let summary = try Envelope(decoding: try room.bytes([deployed[1]])[0].bytes)
        let text = String(decoding: summary.payload, as: UTF8.self)
        #expect(text.contains("WRIT_GATE_PASSED mae <= 12.4"))
        #expect(!text.contains("WRIT_GATE_PASSED mae at most"))
        #expect(version.allSatisfy { text.contains($0.blob.hex) })
    }

    @Test("attesting again makes the same statements")
    func again() async throws {
        let room = try Room()
        let first = try room.bytes(try await room.attestor.attest(try room.facts.trained()))
        let second = try room.bytes(try await room.attestor.attest(try room.facts.trained()))
        for (a, b) in zip(first, second) where a.attestation.kind != .signature {
            #expect(try Envelope(decoding: a.bytes).payload == Envelope(decoding: b.bytes).payload)
        }
        #expect(
            try ModelBundle(decoding: first[2].bytes).envelope.payload
                == ModelBundle(decoding: second[2].bytes).envelope.payload)
    }

    @Test("without a change there is no approval, and the summary names no policy")
    func bare() async throws {
        let room = try Room()
        var facts = room.facts
        facts.change = false
        let made = try await room.attestor.attest(try facts.deployment([], evidence: nil))
        #expect(made.map(\.kind) == [.summary])
        let payload = try Envelope(decoding: try room.bytes(made)[0].bytes).payload
        #expect(String(decoding: payload, as: UTF8.self).contains("writ://writ.example/prod/policies/none"))
    }

    @Test("a summary is not made over statements that do not hold: another key's, other bytes, another version's")
    func inputs() async throws {
        let room = try Room()
        let stranger = try Room(key: 2)
        let foreign = try await stranger.attestor.attest(try room.facts.trained())
        for one in try stranger.bytes(foreign) { room.blobs.forge(one.attestation.blob, one.bytes) }
        await #expect(throws: AttestationFailure.self) {
            try await room.attestor.attest(try room.deployment(foreign))
        }
        let own = try await room.attestor.attest(try room.facts.trained())
        room.blobs.forge(own[0].blob, try room.bytes([own[1]])[0].bytes)
        await #expect(throws: AttestationFailure.self) { try await room.attestor.attest(try room.deployment(own)) }
        // After a rotation the statements of the old key still count.
        let later = KeyAttestor(
            blobs: stranger.blobs, signer: try .numbered(3), builder: room.facts.builder,
            trusted: [stranger.signer.key])
        let review = try stranger.blobs.put(Array(try Canonical.encode(try room.facts.review())))
        let made = try await later.attest(try room.facts.deployment(foreign, evidence: review))
        #expect(made.map(\.kind) == [.approval, .summary])
    }

    @Test("what does not hold is refused with its reason")
    func refused() async throws {
        let room = try Room()
        let version = try await room.attestor.attest(try room.facts.trained())
        let statements = try room.bytes(version)
        let subject = try room.subject()
        let trust = AttestationTrust([AttestationTrust.Key(room.signer.key, from: 0, until: 10)])
        let verifier = AttestationVerifier(trust: trust)
        let (provenance, bytes) = (statements[0].attestation, statements[0].bytes)
        #expect(verifier.check(provenance, bytes, of: subject, sequence: 9).accepted)
        func reason(_ verdict: AttestationVerdict) -> String {
            verdict.accepted ? "accepted" : verdict.problems.joined(separator: "; ")
        }
        #expect(
            reason(verifier.check(provenance, bytes, of: subject, sequence: 10)).contains("not in force at entry 10"))
        #expect(reason(verifier.check(bytes, kind: .tests, of: subject)).contains("of another kind"))
        #expect(reason(verifier.check(provenance, statements[1].bytes, of: subject)).contains("other bytes"))
        var other = subject
        other.version = VersionID(other.version.model, 9)
        #expect(reason(verifier.check(bytes, kind: .provenance, of: other)).contains("does not name flight-time:9"))
        other = subject
        other.artefacts = Digest(of: Data())
        #expect(reason(verifier.check(bytes, kind: .provenance, of: other)).contains("about other files"))
        #expect(reason(verifier.check(statements[2].bytes, kind: .signature, of: other)).contains("about other files"))
        let stranger = AttestationVerifier(trust: AttestationTrust([try AttestationSigner.numbered(8).key]))
        #expect(reason(stranger.check(bytes, kind: .provenance, of: subject)).contains("no trusted key signed it"))
        let always = AttestationVerifier(trust: AttestationTrust([room.signer.key]))
        let twice = always.check([statements[0], statements[0]], of: subject)
        #expect(twice.map(\.accepted) == [true, false])
        other = subject
        other.manifest?.files[0].digest = Digest(of: Data())
        #expect(reason(verifier.check(statements[2].bytes, kind: .signature, of: other)).contains("has other bytes"))
    }

    @Test("no flipped byte of a stored statement is accepted", arguments: [0, 1, 2])
    func flipped(index: Int) async throws {
        let room = try Room()
        let version = try await room.attestor.attest(try room.facts.trained())
        let statement = try room.bytes(version)[index]
        let (attestation, bytes) = (statement.attestation, statement.bytes)
        let verifier = AttestationVerifier(trust: AttestationTrust([room.signer.key]))
        let subject = try room.subject()
        for position in bytes.indices where position % 7 == index {
            var other = bytes
            other[position] ^= 0x20
            #expect(!verifier.check(attestation, other, of: subject).accepted, "byte \(position)")
        }
    }

    @Test("a blob that is other bytes than its name is refused before anything is signed")
    func blobs() async throws {
        let room = try Room()
        var other = Facts()
        other.files[0].1 = "other"
        room.blobs.forge(try room.facts.manifest().digest, Array(try Canonical.encode(other.manifest())))
        await #expect(throws: AttestationFailure.self) { try await room.attestor.attest(try room.facts.trained()) }
    }
}
