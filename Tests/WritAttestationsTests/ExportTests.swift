// What is given out is checked by the commands it comes with.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct ExportTests {
    private func statements(_ facts: Facts, _ signer: AttestationSigner) async throws -> [StatementOnRecord] {
        let blobs = MemoryBlobs()
        _ = try blobs.put(Array(try Canonical.encode(facts.manifest())))
        let made = try await KeyAttestor(blobs: blobs, signer: signer, builder: facts.builder)
            .attest(try facts.trained())
        return try made.map { StatementOnRecord($0, bytes: try blobs.read($0.blob, limit: .max), sequence: 4) }
    }

    @Test("the exported folder passes the reference and OpenSSL by its own instructions")
    func instructions() async throws {
        let facts = Facts()
        let signer = try AttestationSigner.numbered(4)
        let made = try await statements(facts, signer)
        let bench = try Workbench()
        let files = try AttestationExport.files(
            of: try facts.versionID, artefacts: try facts.manifest().digest, statements: made.reversed(),
            keys: [try AttestationSigner.numbered(5).key, signer.key])
        #expect(
            files.map(\.path) == [
                "provenance.intoto.json", "tests.intoto.json", "model.sig", "key.pub", "VERIFY.txt",
            ])
        for file in files { try bench.write(file.bytes, to: file.path) }
        for (path, text) in facts.files { try bench.write(text, to: "\(AttestationExport.modelFolder)/\(path)") }
        let lines = try bench.text("VERIFY.txt").split(separator: "\n").filter { $0.hasPrefix("    ") }
        let model = try #require(lines.first { $0.contains("model_signing") }).dropFirst("    python".count)
        let answer = try bench.ask("sh", ["-c", "\(Workbench.verifiers)/python\(model)"])
        #expect(answer.code == 0, "\(answer.output)")
        // jq may be absent: its two lines are Python's here, the rest is as written.
        let script = """
            import base64, json
            envelope = json.load(open("provenance.intoto.json"))
            open("payload", "wb").write(base64.b64decode(envelope["payload"]))
            open("signature", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
            """
        #expect(try bench.python(script).code == 0)
        let rest = lines.filter { $0.contains("printf") || $0.contains("openssl") }.joined(separator: "\n")
        let checked = try bench.ask("sh", ["-e", "-c", rest])
        #expect(checked.code == 0 && checked.output.contains("Verified OK"), "\(checked.output)")
    }

    @Test("after a rotation key.pub is the key of the model signature, and the other is beside it")
    func rotated() async throws {
        let facts = Facts()
        let (old, new) = (try AttestationSigner.numbered(4), try AttestationSigner.numbered(5))
        let made = try await statements(facts, old) + statements(facts, new).prefix(1)
        let files = try AttestationExport.files(
            of: try facts.versionID, artefacts: try facts.manifest().digest, statements: made, keys: [new.key, old.key])
        let keys = files.filter { $0.path.hasSuffix(".pub") }
        #expect(keys.map(\.path) == ["key.pub", "key-\(new.key.id.short).pub"])
        #expect(keys.map(\.bytes) == [old, new].map { Array($0.key.pem.utf8) })
        #expect(files.map(\.path).contains("provenance-2.intoto.json"))
    }

    @Test("an export without the key a statement was signed with is refused")
    func keys() async throws {
        let facts = Facts()
        let made = try await statements(facts, try .numbered(4))
        #expect(throws: AttestationFailure.self) {
            try AttestationExport.files(
                of: try facts.versionID, artefacts: try facts.manifest().digest, statements: made,
                keys: [try AttestationSigner.numbered(5).key])
        }
    }

    @Test("a bundle is one envelope a line, the model signature's too, each signed as it is on record")
    func bundle() async throws {
        let signer = try AttestationSigner.numbered(4)
        let made = try await statements(Facts(), signer)
        let bytes = Dictionary(uniqueKeysWithValues: made.map { ($0.attestation.blob, $0.bytes) })
        let asked = made.map { ($0.attestation.kind, $0.attestation.blob) }
        let lines = try StatementBundle.lines(asked, limit: 1 << 20) { try #require(bytes[$0]) }
        #expect(lines.last == 0x0A)
        let envelopes = try lines.split(separator: 0x0A).map { try Envelope(decoding: Array($0)) }
        #expect(envelopes.count == made.count && made.contains { $0.attestation.kind == .signature })
        struct Head: Decodable { var predicateType: String }
        let types = try envelopes.map { envelope in
            try Canonical.decode(Head.self, from: envelope.verify(keys: [signer.key]).payload).predicateType
        }
        #expect(types == made.map(\.attestation.kind.predicateType))
        #expect(throws: AttestationFailure.self) {
            try StatementBundle.lines(asked, limit: lines.count - 1) { try #require(bytes[$0]) }
        }
    }
}
