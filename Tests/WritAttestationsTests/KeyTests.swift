// The attestation key on disk, read and checked by OpenSSL; rotations, cut off at every step.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct KeyTests {
    private func seed(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    @Test("OpenSSL reads the key, prints the same public half and accepts its signatures")
    func openssl() throws {
        let bench = try Workbench()
        let signer = try AttestationKey.loadOrCreate(in: bench.folder) { seed(7) }
        let printed = try bench.must("openssl", ["pkey", "-in", "keys/attestation.key", "-pubout"])
        #expect(printed == signer.key.pem)
        #expect(try bench.text("keys/attestation.pub") == printed)
        #expect(printed.hasSuffix("-----END PUBLIC KEY-----\n"))
        try bench.write("what is said", to: "message")
        try bench.write(try signer.sign(Array("what is said".utf8)), to: "signature")
        let answer = try bench.must(
            "openssl", ["dgst", "-sha256", "-verify", "keys/attestation.pub", "-signature", "signature", "message"])
        #expect(answer.contains("Verified OK"))
    }

    @Test("the envelope's signature is one OpenSSL verifies over the encoded payload")
    func envelope() throws {
        let bench = try Workbench()
        let signer = try AttestationSigner.numbered(3)
        let envelope = try Envelope(signing: Array("{}".utf8), by: [signer])
        try bench.write(signer.key.pem, to: "key.pub")
        try bench.write("DSSEv1 28 application/vnd.in-toto+json 2 {}", to: "message")
        try bench.write(envelope.signatures[0].bytes, to: "signature")
        let arguments = ["dgst", "-sha256", "-verify", "key.pub", "-signature", "signature", "message"]
        #expect(try bench.must("openssl", arguments).contains("Verified OK"))
    }

    @Test("a key made by OpenSSL is read, PKCS#8 and SEC1, with and without its parameters")
    func foreign() throws {
        let bench = try Workbench()
        try bench.must("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.pem"])
        try bench.must("openssl", ["pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "pkcs8.pem"])
        let printed = try bench.must("openssl", ["pkey", "-in", "sec1.pem", "-pubout"])
        for name in ["sec1.pem", "pkcs8.pem"] {
            #expect(AttestationSigner(pem: try bench.text(name))?.key.pem == printed, "\(name)")
        }
        try bench.must("openssl", ["genpkey", "-algorithm", "ed25519", "-out", "ed.pem"])
        #expect(AttestationSigner(pem: try bench.text("ed.pem")) == nil)
        let ed = try bench.must("openssl", ["pkey", "-in", "ed.pem", "-pubout"])
        #expect(VerificationKey(pem: ed)?.pem == ed)
        let windows = ed.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(VerificationKey(pem: windows)?.pem == ed)
    }

    @Test("what is no public key is none", arguments: ["", "-----BEGIN PUBLIC KEY-----", "cut", "point", "p384"])
    func malformed(what: String) throws {
        let pem = try AttestationSigner.numbered(1).key.pem
        let bench = try Workbench()
        let text =
            switch what {
            case "cut": String(pem.dropLast(40))
            case "point":
                PEM.text(
                    Array(try #require(PEM.blocks(in: pem, label: "PUBLIC KEY")?[0].dropLast())) + [0],
                    label: "PUBLIC KEY")
            case "p384":
                try bench.must(
                    "sh", ["-c", "openssl ecparam -name secp384r1 -genkey -noout | openssl pkey -pubout"])
            default: what
            }
        #expect(VerificationKey(pem: text) == nil)
    }

    @Test("loading again gives the same key, and the secret is its owner's alone")
    func again() throws {
        let bench = try Workbench()
        let first = try AttestationKey.loadOrCreate(in: bench.folder) { seed(7) }
        let second = try AttestationKey.loadOrCreate(in: bench.folder) { seed(8) }
        #expect(first.key == second.key)
        let mode = try FileManager.default.attributesOfItem(atPath: AttestationKey.path(in: bench.folder))
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }

    @Test("a key that others can read is refused, and the message holds no secret")
    func exposed() throws {
        let bench = try Workbench()
        _ = try AttestationKey.loadOrCreate(in: bench.folder) { seed(7) }
        let path = AttestationKey.path(in: bench.folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let failure = #expect(throws: AttestationFailure.self) { try AttestationKey.load(in: bench.folder) }
        #expect(failure?.code == "key-exposed")
        #expect(failure?.message.contains("chmod 600 \(path)") == true)
    }

    @Test("a key that is a symlink, absent or no key is refused")
    func odd() throws {
        let bench = try Workbench()
        #expect(throws: AttestationFailure.self) { try AttestationKey.load(in: bench.folder) }
        try bench.write("not a key", to: "keys/attestation.key", mode: 0o600)
        #expect(throws: AttestationFailure.self) { try AttestationKey.load(in: bench.folder) }
        let path = AttestationKey.path(in: bench.folder)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/null")
        #expect(throws: AttestationFailure.self) { try AttestationKey.loadOrCreate(in: bench.folder) { seed(1) } }
    }

    @Test("a seed the curve refuses is asked for again")
    func seeds() throws {
        let bench = try Workbench()
        var seeds = [seed(255), seed(0), seed(9)]
        let signer = try AttestationKey.loadOrCreate(in: bench.folder) { seeds.removeFirst() }
        #expect(signer.key == (try AttestationSigner.numbered(9).key))
        #expect(throws: AttestationFailure.self) { try AttestationKey.loadOrCreate(in: bench.folder + "/x") { [] } }
    }
}
