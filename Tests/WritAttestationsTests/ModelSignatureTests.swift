// Model signatures against the reference implementation, in both directions, over real files.
import Foundation
import Testing
import WritVocabulary

@testable import WritAttestations

struct ModelSignatureTests {
    static let files = [
        ("B", "b"), ("a-b", "dash"), ("a/b", "slash"), ("é", "accent"), ("deep/er/model.bin", "weights"), ("empty", ""),
    ]

    /// A folder `model`, its signature `model.sig` and the keys.
    private func signed(extra: [(String, String)] = []) throws -> (Workbench, AttestationSigner) {
        let bench = try Workbench()
        var facts = Facts()
        facts.files = Self.files + extra
        for (path, text) in facts.files { try bench.write(text, to: "model/\(path)") }
        let signer = try AttestationSigner.numbered(5)
        let payload = try ModelListing(facts.manifest()).payload(
            named: "flight-time:8", artefacts: try facts.manifest().digest)
        try bench.write(try ModelBundle(signing: payload, by: signer).encoded(), to: "model.sig")
        try bench.write(signer.key.pem, to: "key.pub")
        try bench.write(try AttestationSigner.numbered(6).key.pem, to: "other.pub")
        return (bench, signer)
    }

    private func reference(_ bench: Workbench, key: String = "key.pub") throws -> (code: Int32, output: String) {
        try bench.ask(
            Workbench.verifiers + "/python",
            ["-m", "model_signing", "verify", "key", "model", "--signature", "model.sig", "--public_key", key])
    }

    private func ours(_ bench: Workbench, _ key: VerificationKey) throws -> [String] {
        let bundle = try ModelBundle(decoding: Array(try bench.text("model.sig").utf8))
        return try ModelFolder("\(bench.folder)/model").differences(from: try bundle.verify(keys: [key]).listing)
    }

    @Test("the reference verifies our signature")
    func reference() throws {
        let (bench, signer) = try signed()
        let answer = try reference(bench)
        #expect(answer.code == 0, "\(answer.output)")
        #expect(try ours(bench, signer.key) == [])
    }

    @Test("files of Git at the top are not signed, as the specification has it")
    func ignored() throws {
        let (bench, signer) = try signed(extra: [
            (".gitattributes", "* text"), (".git/config", "x"), ("a/.gitignore", "y"),
        ])
        let answer = try reference(bench)
        #expect(answer.code == 0, "\(answer.output)")
        #expect(try ours(bench, signer.key) == [])
        try bench.write("z", to: "model/a/.gitignore")
        #expect(try reference(bench).code != 0)
        #expect(try ours(bench, signer.key) == ["a/.gitignore has other bytes than were signed"])
    }

    static let attacks: [(name: String, sentence: String)] = [
        ("tamper", "a/b has other bytes than were signed"), ("extra", "new is not signed"),
        ("missing", "B is missing"), ("symlink", "link is a symbolic link"), ("rename", "B2 is not signed"),
    ]

    @Test("the reference and we both refuse", arguments: attacks.map(\.name))
    func attacked(attack: String) throws {
        let (bench, signer) = try signed()
        let model = "\(bench.folder)/model"
        switch attack {
        case "tamper": try bench.write("slasH", to: "model/a/b")
        case "extra": try bench.write("x", to: "model/new")
        case "missing": try FileManager.default.removeItem(atPath: "\(model)/B")
        case "rename": try FileManager.default.moveItem(atPath: "\(model)/B", toPath: "\(model)/B2")
        default: try FileManager.default.createSymbolicLink(atPath: "\(model)/link", withDestinationPath: "B")
        }
        let answer = try reference(bench)
        #expect(answer.code != 0, "\(answer.output)")
        let sentence = try #require(Self.attacks.first { $0.name == attack }).sentence
        #expect(try ours(bench, signer.key).contains(sentence))
    }

    @Test("another key is refused by both")
    func wrongKey() throws {
        let (bench, _) = try signed()
        #expect(try reference(bench, key: "other.pub").code != 0)
        #expect(throws: AttestationFailure.self) { try ours(bench, try AttestationSigner.numbered(6).key) }
    }

    @Test("we verify what the reference signed, in its own order of names")
    func foreign() throws {
        let (bench, signer) = try signed()
        try bench.write(signer.secretPEM, to: "key.pem", mode: 0o600)
        try bench.must(
            Workbench.verifiers + "/python",
            ["-m", "model_signing", "sign", "key", "model", "--signature", "model.sig", "--private_key", "key.pem"])
        #expect(try ours(bench, signer.key) == [])
        try bench.write("slasH", to: "model/a/b")
        #expect(try ours(bench, signer.key) == ["a/b has other bytes than were signed"])
    }

    @Test("names are listed by code point, and the root digest is over the raw digests in that order")
    func order() throws {
        var facts = Facts()
        facts.files = Self.files.reversed()
        let listing = ModelListing(facts.manifest())
        #expect(listing.resources.map(\.name) == ["B", "a-b", "a/b", "deep/er/model.bin", "empty", "é"])
        let raw = listing.resources.flatMap { Hex.decode($0.digest.hex) ?? [] }
        #expect(listing.rootDigest == Digest(of: raw))
        #expect(listing.differences(from: facts.manifest()) == [])
    }

    static let hostile: [(reason: String, from: String, to: String)] = [
        ("a file listed twice", #""name":"a-b""#, #""name":"B""#),
        ("a name that leaves the folder", #""name":"a-b""#, #""name":"../b""#),
        ("an absolute name", #""name":"a-b""#, #""name":"/b""#),
        ("another hash", #""algorithm":"sha256""#, #""algorithm":"md5""#),
        ("shards", #""method":"files""#, #""method":"shards""#),
        ("symlinks", #""allow_symlinks":false"#, #""allow_symlinks":true"#),
        ("another root", #""subject":[{"annotations":"#, #""subject":[{"x":"#),
        ("another kind", "model_signing/signature", "model_signing/other"),
    ]

    @Test("a listing of an enemy is refused though it is signed", arguments: hostile.map(\.reason))
    func listing(reason: String) throws {
        var facts = Facts()
        facts.files = Self.files
        let attack = try #require(Self.hostile.first { $0.reason == reason })
        let payload = try ModelListing(facts.manifest()).payload(
            named: "flight-time:8", artefacts: try facts.manifest().digest)
        var text = String(decoding: payload, as: UTF8.self)
        _ = try ModelListing(decoding: Array(text.utf8))
        if reason == "another root" {
            text = text.replacingOccurrences(
                of: ModelListing(facts.manifest()).rootDigest.hex, with: String(repeating: "0", count: 64))
        } else {
            #expect(text.contains(attack.from))
            text = text.replacingOccurrences(of: attack.from, with: attack.to)
        }
        #expect(throws: AttestationFailure.self) { try ModelListing(decoding: Array(text.utf8)) }
    }
}
