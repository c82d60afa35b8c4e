// The attestation key gives its place to another: on record under both, whole after a crash, believed for its entries.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct RotationTests {
    private func seed(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    private func begin(_ bench: Workbench, _ next: UInt8 = 2) throws -> KeyRotation {
        try AttestationKey.beginRotation(
            in: bench.folder, size: 40, actor: "alice@example.com", reason: "yearly"
        ) { seed(next) }
    }

    @Test("a rotation is signed by both keys, and OpenSSL agrees")
    func signed() throws {
        let bench = try Workbench()
        let old = try AttestationKey.loadOrCreate(in: bench.folder) { seed(1) }
        let rotation = try begin(bench)
        let keys = try rotation.verifyAttestationKeys()
        #expect(keys.old == old.key)
        #expect(keys.new == (try AttestationSigner.numbered(2).key))
        try bench.write(rotation.text, to: "text")
        for (pem, signature) in [(rotation.old, rotation.signedByOld), (rotation.new, rotation.signedByNew)] {
            try bench.write(pem, to: "key.pub")
            try bench.write(Array(try #require(Data(base64Encoded: signature))), to: "signature")
            let arguments = ["dgst", "-sha256", "-verify", "key.pub", "-signature", "signature", "text"]
            #expect(try bench.must("openssl", arguments).contains("Verified OK"))
        }
    }

    @Test("a rotation with any part changed does not count")
    func changed() throws {
        let (one, two, three) = (
            try AttestationSigner.numbered(1), try AttestationSigner.numbered(2), try AttestationSigner.numbered(3)
        )
        let rotation = try AttestationKey.rotation(from: one, to: two, size: 40, actor: "a", reason: "r")
        _ = try rotation.verifyAttestationKeys()
        let changes: [(inout KeyRotation) -> Void] = [
            { $0.size = 41 }, { $0.new = three.key.pem }, { $0.old = three.key.pem }, { $0.purpose = .ledger },
            { $0.signedByOld = $0.signedByNew }, { $0.signedByNew = "" }, { $0.old += "\n" },
            { $0.new = $0.old },
        ]
        for (index, change) in changes.enumerated() {
            var other = rotation
            change(&other)
            #expect(throws: AttestationFailure.self, "change \(index)") { try other.verifyAttestationKeys() }
        }
    }

    @Test("finished, the new key signs and the old one is still known; finishing again does nothing")
    func finished() throws {
        let bench = try Workbench()
        let old = try AttestationKey.loadOrCreate(in: bench.folder) { seed(1) }
        _ = try begin(bench)
        #expect(try AttestationKey.load(in: bench.folder).key == old.key)
        for _ in 0..<2 {
            try AttestationKey.finishRotation(in: bench.folder)
            let new = try AttestationKey.load(in: bench.folder)
            #expect(new.key == (try AttestationSigner.numbered(2).key))
            #expect(try AttestationKey.verifiers(in: bench.folder) == [new.key, old.key])
        }
        _ = try begin(bench, 3)
        try AttestationKey.finishRotation(in: bench.folder)
        let known = try AttestationKey.verifiers(in: bench.folder)
        #expect(known == (try [3, 2, 1].map { try AttestationSigner.numbered($0).key }))
    }

    @Test("cut off before it was on record, the same new key is offered again")
    func resumed() throws {
        let bench = try Workbench()
        _ = try AttestationKey.loadOrCreate(in: bench.folder) { seed(1) }
        let first = try begin(bench, 2)
        let second = try begin(bench, 3)
        #expect(first.new == second.new)
        try AttestationKey.settle(in: bench.folder, recorded: [])
        #expect(try AttestationKey.load(in: bench.folder).key.pem == first.old)
    }

    @Test("on record and cut off anywhere after, the next start ends it", arguments: ["begun", "retired", "public"])
    func settled(reached: String) throws {
        let bench = try Workbench()
        _ = try AttestationKey.loadOrCreate(in: bench.folder) { seed(1) }
        let rotation = try begin(bench)
        if reached != "begun" { try bench.write(rotation.old, to: "keys/attestation.retired.pub") }
        if reached == "public" { try bench.write(rotation.new, to: "keys/attestation.pub") }
        if reached != "public" { try AttestationKey.settle(in: bench.folder, recorded: [rotation]) }
        #expect(try AttestationKey.load(in: bench.folder).key.pem == rotation.new)
        #expect(try AttestationKey.verifiers(in: bench.folder).map(\.pem) == [rotation.new, rotation.old])
        #expect(!FileManager.default.fileExists(atPath: "\(bench.folder)/keys/attestation.next.key"))
    }

    @Test("a key is believed for its entries only, along a whole chain from any of its keys")
    func validity() throws {
        let signers = try (1...3).map { try AttestationSigner.numbered($0) }
        let rotations = [
            try AttestationKey.rotation(from: signers[0], to: signers[1], size: 10, actor: "a", reason: "r"),
            try AttestationKey.rotation(from: signers[1], to: signers[2], size: 20, actor: "a", reason: "r"),
        ]
        for anchor in signers {
            let trust = try AttestationTrust(anchor: anchor.key, rotations: rotations)
            #expect(trust.keys(at: 9) == [signers[0].key])
            #expect(trust.keys(at: 10) == [signers[1].key])
            #expect(trust.keys(at: 25) == [signers[2].key])
            #expect(trust.keys(at: nil).count == 3)
        }
        let stranger = try AttestationSigner.numbered(9)
        #expect(throws: AttestationFailure.self) { try AttestationTrust(anchor: stranger.key, rotations: rotations) }
        #expect(throws: AttestationFailure.self) {
            try AttestationTrust(anchor: signers[0].key, rotations: rotations.reversed())
        }
    }
}
