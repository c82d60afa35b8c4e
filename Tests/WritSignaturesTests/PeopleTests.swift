// From a key to a person: many keys are one person, and a key that could be two is nobody.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct PeopleTests {
    static let message = Array("statement".utf8)
    static let now = time("2026-06-15T00:00:00")
    static let keys: [SigningKey] = (1...3).compactMap { try? SigningKey(seed: [UInt8](repeating: $0, count: 32)) }
    static var a: String { keys[0].publicKey.line }
    static var b: String { keys[1].publicKey.line }

    static func verdict(_ signers: String, revoked: String? = nil, key: Int = 0, at times: [Timestamp] = [now]) throws
        -> Authenticity
    {
        let signature = Array(try keys[key].sign(message, namespace: "git").utf8)
        return try SignatureTrust(signers, revoked: revoked).authenticity(
            of: message, signature: signature, namespace: "git", at: times)
    }

    @Test("one person may have many keys")
    func manyKeys() throws {
        let signers =
            "alice@example.com \(Self.a)\nbob@example.com \(Self.keys[2].publicKey.line)\nalice@example.com \(Self.b)"
        #expect(try Self.verdict(signers, key: 0).person == person("alice"))
        #expect(try Self.verdict(signers, key: 1).person == person("alice"))
        #expect(try Self.verdict(signers, key: 2).person == person("bob"))
        let signed = try Self.verdict(signers, key: 1)
        #expect(signed == .signed(by: person("alice"), key: Self.keys[1].publicKey.fingerprint))
    }

    @Test(
        "a key that could be two people is nobody's, whatever the lines' order, times and namespaces",
        arguments: [
            "alice@example.com,bob@example.com KEY",
            "alice@example.com KEY\nbob@example.com KEY",
            "bob@example.com KEY\nalice@example.com KEY",
            "alice@example.com KEY\nbob@example.com namespaces=\"file\" KEY",
            "alice@example.com valid-after=\"20260101Z\" KEY\nbob@example.com valid-before=\"20251231Z\" KEY",
            "alice@example.com KEY\n*@example.com KEY", "*@example.com KEY\nalice@example.com KEY",
            "*@example.com KEY", "alice@example.com,*@example.com KEY", "* KEY",
        ])
    func ambiguous(signers: String) throws {
        let verdict = try Self.verdict(signers.replacing("KEY", with: Self.a))
        let sentences = ["which is not one person", "listed under different names"]
        #expect(sentences.contains { verdict.reason?.contains($0) == true }, "\(verdict)")
    }

    @Test("lines of the same person add up: a renewed key is valid in both its times")
    func renewed() throws {
        let signers = """
            alice@example.com valid-after="20260101Z",valid-before="20260201Z" \(Self.a)
            alice@example.com valid-after="20260601Z" \(Self.a)
            """
        let (before, within) = (time("2026-01-15T00:00:00"), Self.now)
        #expect(try Self.verdict(signers, at: [before, within]).person == person("alice"))
        let gap = try Self.verdict(signers, at: [within, time("2026-03-01T00:00:00")])
        #expect(gap.reason?.contains("was not valid at 2026-03-01T00:00:00.000Z") == true)
    }

    @Test("the key must be valid at every time asked, and the reason names the time and the key's own")
    func times() throws {
        let signers = "alice@example.com valid-after=\"20260101Z\",valid-before=\"20260701Z\" \(Self.a)"
        #expect(try Self.verdict(signers, at: [Self.now, time("2026-07-01T00:00:00")]).person != nil)
        for late in ["2026-07-01T00:00:01", "2025-12-31T23:59:59"] {
            let verdict = try Self.verdict(signers, at: [Self.now, time(late)])
            #expect(verdict.reason?.contains("was not valid at \(late).000Z") == true)
            #expect(
                verdict.reason?.contains("only from 2026-01-01T00:00:00.000Z until 2026-07-01T00:00:00.000Z") == true)
        }
        #expect(try Self.verdict(signers, at: []).reason?.contains("no time was given") == true)
        // ssh-keygen knows whole seconds only.
        let withinLast = Timestamp(milliseconds: time("2026-07-01T00:00:00").milliseconds + 999)
        #expect(try Self.verdict(signers, at: [withinLast]).person != nil)
    }

    @Test("a revoked key counts at no time, in any file, and the other keys of the person go on")
    func revoked() throws {
        let signers = "alice@example.com \(Self.a)\nalice@example.com \(Self.b)"
        let list = "# lost laptop\n\n\(Self.a) alice's\n"
        #expect(try Self.verdict(signers, revoked: list).reason?.contains("is revoked") == true)
        let ever = [Timestamp(milliseconds: 0), Self.now, time("2099-01-01T00:00:00")]
        #expect(try Self.verdict(signers, revoked: list, at: ever).reason?.contains("is revoked") == true)
        #expect(try Self.verdict(signers, revoked: list, key: 1).person == person("alice"))
    }

    @Test("an unlisted key is named by its fingerprint")
    func unlisted() throws {
        let verdict = try Self.verdict("alice@example.com \(Self.b)")
        #expect(verdict.reason?.contains(Self.keys[0].publicKey.fingerprint) == true)
        #expect(verdict.reason?.contains("not listed among the allowed signers") == true)
        #expect(try Self.verdict("").person == nil)
    }

    @Test("two spellings of one name are a fault, not two people")
    func spellings() {
        let signers = "alice@example.com \(Self.a)\nAlice@example.com \(Self.b)"
        let failure = #expect(throws: SignatureFailure.self) { try SignatureTrust(signers) }
        #expect(failure?.message.contains("“Alice@example.com” and “alice@example.com” differ only in case") == true)
        #expect(throws: SignatureFailure.self) {
            try SignatureTrust(
                signers: [TrustFile(name: "signers", bytes: Array("alice@example.com \(Self.a)".utf8))],
                openPGP: [String(repeating: "A", count: 40): Person("ALICE@example.com")!])
        }
    }

    @Test("keys of several files add up, and so do their contradictions")
    func files() throws {
        let files = [("operator", "alice@example.com \(Self.a)"), ("repository", "bob@example.com \(Self.a)")]
            .map { TrustFile(name: $0.0, bytes: Array($0.1.utf8)) }
        let signature = Array(try Self.keys[0].sign(Self.message, namespace: "git").utf8)
        func verdict(_ files: [TrustFile]) throws -> Authenticity {
            try SignatureTrust(signers: files).authenticity(
                of: Self.message, signature: signature, namespace: "git", at: [Self.now])
        }
        #expect(try verdict([files[0]]).person == person("alice"))
        #expect(try verdict(files).reason?.contains("listed under different names") == true)
    }

    @Test("a binary revocation list, and a line that is no key, are refused by name")
    func revokedForms() async throws {
        let sandbox = try SignatureSandbox()
        _ = try await sandbox.newKey("key")
        try await sandbox.must("ssh-keygen", ["-q", "-k", "-f", "list.krl", "key.pub"])
        let binary = Array(try Data(contentsOf: URL(filePath: sandbox.folder + "/list.krl")))
        let krl = #expect(throws: SignatureFailure.self) { try RevokedKeys(TrustFile(name: "revoked", bytes: binary)) }
        #expect(krl?.message.contains("revoked: it is a binary revocation list") == true)
        let text = "\(Self.a)\nSHA256:abc\nssh-rsa \(Self.a.split(separator: " ")[1])\n"
        let lines = #expect(throws: SignatureFailure.self) { try SignatureTrust("", revoked: text) }
        #expect(lines?.message.contains("revoked:2: ") == true && lines?.message.contains("revoked:3: ") == true)
        // Weak and unknown kinds may be revoked all the same.
        let small = try await sandbox.newKey("small", ["-t", "dsa"])
        #expect(try RevokedKeys(TrustFile(name: "revoked", bytes: Array("\(small)\n".utf8))).blobs.count == 1)
    }
}
