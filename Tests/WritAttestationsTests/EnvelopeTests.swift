// DSSE against the vectors of its specification and against securesystemslib; envelopes of an enemy.
import Crypto
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct EnvelopeTests {
    @Test("the pre-authentication encoding is the specification's, lengths in bytes")
    func encoding() {
        let bytes = DSSE.preAuthenticationEncoding(
            type: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
        let accented = DSSE.preAuthenticationEncoding(type: "é", payload: Array("ü".utf8))
        #expect(String(decoding: accented, as: UTF8.self) == "DSSEv1 2 é 2 ü")
    }

    /// A key of the tests in PEM, Ed25519.
    private static func ed25519(_ secret: Curve25519.Signing.PrivateKey) throws -> VerificationKey {
        let der: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        return try #require(VerificationKey(der: der + secret.publicKey.rawRepresentation))
    }

    @Test("the Ed25519 vector of the formats' reference holds, in an envelope with URL-safe base64 too")
    func vector() throws {
        let signature = "dWG98CPWh3lAzt/mxzJ7Nc6Avgf2tjap4msM5gNmMV9Lpu+TWkZMk3lP/u6Su450zcqkLQw21MTZfwU07XgjCw=="
        let secret = try Curve25519.Signing.PrivateKey(rawRepresentation: Array<UInt8>(0..<32))
        let key = try Self.ed25519(secret)
        let safe = signature.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        for text in [signature, safe, String(safe.dropLast(2))] {
            let json =
                #"{"payload":"e30","payloadType":"application/vnd.in-toto+json","#
                + #""signatures":[{"keyid":"of somebody else","sig":"\#(text)"}]}"#
            let verified = try Envelope(decoding: Array(json.utf8)).verify(keys: [key])
            #expect(verified.payload == Array("{}".utf8))
        }
    }

    @Test("an envelope read back is the same bytes")
    func roundTrip() throws {
        let envelope = try Envelope(signing: Array("{}".utf8), by: [.numbered(1), .numbered(2)])
        let bytes = try envelope.encoded()
        let read = try Envelope(decoding: bytes)
        #expect(read == envelope)
        #expect(try read.encoded() == bytes)
    }

    @Test("a threshold counts keys, never signatures, and ignores what a signature says of its key")
    func threshold() throws {
        let (one, two, three) = (
            try AttestationSigner.numbered(1), try AttestationSigner.numbered(2), try AttestationSigner.numbered(3)
        )
        let keys = [one.key, two.key, three.key]
        let twice = try Envelope(signing: Array("{}".utf8), by: [one, one, one])
        #expect(throws: AttestationFailure.self) { try twice.verify(keys: keys, threshold: 2) }
        #expect(throws: AttestationFailure.self) { try twice.verify(keys: [one.key, one.key], threshold: 2) }
        var both = try Envelope(signing: Array("{}".utf8), by: [three, one])
        both.signatures[0].keyid = one.key.id.hex
        #expect(try both.verify(keys: keys, threshold: 2).keys == [one.key, three.key])
        #expect(throws: AttestationFailure.self) { try both.verify(keys: keys, threshold: 3) }
        #expect(throws: AttestationFailure.self) { try both.verify(keys: keys, threshold: 0) }
        #expect(throws: AttestationFailure.self) { try both.verify(keys: [], threshold: 1) }
    }

    @Test("a signature of zeros, of ones, of nothing or with bytes after it is none")
    func degenerate() throws {
        let signer = try AttestationSigner.numbered(1)
        let message = Array("said".utf8)
        for bytes: [UInt8] in [
            [], [0x30, 0], [0x30, 6, 2, 1, 0, 2, 1, 0], [0x30, 6, 2, 1, 1, 2, 1, 1], [UInt8](repeating: 0, count: 64),
        ] {
            #expect(!signer.key.verifies(bytes, of: message))
        }
        #expect(signer.key.verifies(try signer.sign(message), of: message))
        #expect(!signer.key.verifies(try signer.sign(message) + [0], of: message))
    }

    @Test("no flipped byte of an envelope still verifies with another payload")
    func flipped() throws {
        let signer = try AttestationSigner.numbered(1)
        let payload = Array(#"{"a":1}"#.utf8)
        let bytes = try Envelope(signing: payload, by: [signer]).encoded()
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            let verified = try? Envelope(decoding: other).verify(keys: [signer.key])
            #expect(verified == nil || verified?.payload == payload, "byte \(index)")
            #expect(verified == nil || verified?.type == DSSE.inTotoType, "byte \(index)")
        }
    }

    static let hostile: [(reason: String, json: String)] = [
        ("nothing", ""), ("no object", "[]"),
        ("a number as payload", #"{"payload":1,"payloadType":"t","signatures":[]}"#),
        ("no signatures", #"{"payload":"e30=","payloadType":"t","signatures":[]}"#),
        ("no type", #"{"payload":"e30=","payloadType":"","signatures":[{"sig":"AA=="}]}"#),
        ("both alphabets", #"{"payload":"-+8=","payloadType":"t","signatures":[{"sig":"AA=="}]}"#),
        ("bits after the end", #"{"payload":"e31=","payloadType":"t","signatures":[{"sig":"AB=="}]}"#),
        ("line breaks in base64", #"{"payload":"e3\n0=","payloadType":"t","signatures":[{"sig":"AA=="}]}"#),
        ("padding in the middle", #"{"payload":"e30=e30=","payloadType":"t","signatures":[{"sig":"AA=="}]}"#),
        ("an empty signature", #"{"payload":"e30=","payloadType":"t","signatures":[{"sig":""}]}"#),
        ("bytes after it", #"{"payload":"e30=","payloadType":"t","signatures":[{"sig":"AA=="}]} x"#),
        ("deep", String(repeating: "[", count: 100_000)),
        (
            "many signatures",
            #"{"payload":"e30=","payloadType":"t","signatures":["#
                + Array(repeating: #"{"sig":"AA=="}"#, count: 17).joined(separator: ",") + "]}"
        ),
        (
            "a long key name",
            #"{"payload":"e30=","payloadType":"t","signatures":[{"sig":"AA==","keyid":""#
                + String(repeating: "k", count: 300) + #""}]}"#
        ),
    ]

    @Test("an envelope of an enemy is refused", arguments: hostile.map(\.reason))
    func refused(reason: String) throws {
        let json = try #require(Self.hostile.first { $0.reason == reason }).json
        #expect(throws: AttestationFailure.self) { try Envelope(decoding: Array(json.utf8)) }
    }

    @Test("UTF-16 is refused, and bytes that are no text")
    func encodings() {
        let json = #"{"payload":"e30=","payloadType":"t","signatures":[{"sig":"AA=="}]}"#
        #expect((try? Envelope(decoding: Array(json.utf8))) != nil)
        #expect(throws: AttestationFailure.self) {
            try Envelope(decoding: Array(json.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }))
        }
        #expect(throws: AttestationFailure.self) { try Envelope(decoding: [0xFF, 0xFE] + Array(json.utf8)) }
    }

    @Test("securesystemslib counts the same keys")
    func otherImplementation() throws {
        let bench = try Workbench()
        let signers = try (1...3).map { try AttestationSigner.numbered($0) }
        for (index, signer) in signers.enumerated() { try bench.write(signer.key.pem, to: "\(index).pub") }
        try bench.write(try Envelope(signing: Array("{}".utf8), by: Array(signers.prefix(2))).encoded(), to: "e.json")
        let script = """
            import json, sys
            from securesystemslib.dsse import Envelope
            from securesystemslib.signer import SSlibKey
            from cryptography.hazmat.primitives.serialization import load_pem_public_key
            import hashlib
            envelope = Envelope.from_dict(json.load(open("e.json")))
            keys = []
            for name in ("0.pub", "1.pub", "2.pub"):
                pem = open(name, "rb").read()
                keys.append(SSlibKey.from_crypto(load_pem_public_key(pem), hashlib.sha256(pem).hexdigest()))
            accepted = envelope.verify(keys, int(sys.argv[1]))
            assert len(accepted) == 2, accepted
            print("verified", envelope.payload)
            """
        let enough = try bench.python(script, ["2"])
        #expect(enough.code == 0 && enough.output.contains("verified b'{}'"), "\(enough.output)")
        let lacking = try bench.python(script, ["3"])
        #expect(lacking.code != 0 && lacking.output.contains("VerificationError"), "\(lacking.output)")
    }
}
