// Every input cut short anywhere and with any bit changed: nothing crashes, and nothing verifies that was not signed.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct HostileInputTests {
    static let message = Array("m".utf8)

    /// Every prefix, and every byte with one low, one high and one seeded bit changed.
    /// With `step`, only at every so many bytes.
    static func broken(_ bytes: [UInt8], step: Int = 1, seed: UInt64 = 1) -> [[UInt8]] {
        var generator = SeededGenerator(seed: seed)
        let masks = bytes.map { _ in UInt8(1) << UInt8.random(in: 1..<7, using: &generator) }
        let places = stride(from: Int(seed) % step, to: bytes.count, by: step)
        let cuts = places.map { Array(bytes[..<$0]) }
        let flips = places.flatMap { index in
            [1, 0x80, masks[index]].map { mask in
                var changed = bytes
                changed[index] ^= mask
                return changed
            }
        }
        return cuts + flips
    }

    @Test("signatures: the content of every kind, cut or changed in any byte, never verifies", arguments: KeyRecipe.all)
    func signatures(recipe: KeyRecipe) async throws {
        let sandbox = try SignatureSandbox()
        _ = try await sandbox.newKey("key", recipe.options)
        let armored = try await sandbox.sign(Self.message, with: "key", namespace: "git")
        let content = try Armor.signature.open(armored)
        for changed in Self.broken(content, step: recipe.name == "ed25519" ? 4 : 29) {
            let text = Array(Armor.signature.close(changed).utf8)
            #expect((try? SSHSignature(armored: text).verify(Self.message, namespace: "git")) == nil)
        }
    }

    @Test("signatures of security keys: no byte may change either", arguments: SecurityKeyTests.Kind.allCases)
    func securityKeys(kind: SecurityKeyTests.Kind) throws {
        let content = try Armor.signature.open(
            SecurityKeyTests.Token(kind).sign(Self.message, namespace: "git", flags: 1))
        for changed in Self.broken(content) {
            let text = Array(Armor.signature.close(changed).utf8)
            #expect((try? SSHSignature(armored: text).verify(Self.message, namespace: "git")) == nil)
        }
    }

    @Test("armor: whatever is changed, the content is the one that was signed or there is none")
    func armors() throws {
        let key = try SigningKey(seed: SigningKeyTests.seed)
        let armored = Array(try key.sign(Self.message, namespace: "git").utf8)
        let content = try Armor.signature.open(armored)
        for changed in Self.broken(armored) {
            guard let read = try? Armor.signature.open(changed) else { continue }
            let verifies = (try? SSHSignature(armored: changed).verify(Self.message, namespace: "git")) != nil
            #expect(verifies == (read == content))
        }
    }

    @Test("commits: a commit that still counts as signed says exactly what was signed")
    func commits() async throws {
        let key = try SigningKey(seed: SigningKeyTests.seed)
        let unsigned = Array(CommitObjectTests.plain.utf8)
        let raw = try CommitObject.signed(unsigned, with: key)
        let trust = try SignatureTrust("writ@example.com \(key.publicKey.line)\n")
        var counts = (signed: 0, refused: 0)
        for changed in Self.broken(raw, step: 3) {
            let id = try #require(RevisionID(CommitObject.id(of: changed)))
            let verdict = try await trust.authenticity(
                ofCommit: changed, id: id, firstSeen: time("2026-06-15T00:00:00"))
            guard verdict.person != nil else {
                counts.refused += 1
                continue
            }
            counts.signed += 1
            #expect(try CommitObject(raw: changed, id: id).signing.payload == unsigned)
        }
        // Only white space within the armor may change.
        #expect(counts.signed < 30 && counts.refused > raw.count / 2)
    }

    @Test("commits: bytes that do not fit the id are nobody's")
    func identities() async throws {
        let raw = try CommitObject.signed(
            Array(CommitObjectTests.plain.utf8), with: SigningKey(seed: SigningKeyTests.seed))
        let id = try #require(RevisionID(CommitObject.id(of: raw)))
        for changed in Self.broken(raw, step: 3) {
            #expect(throws: SignatureFailure.self) { try CommitObject(raw: changed, id: id) }
        }
    }

    @Test("allowed signers and revoked keys: read or refused, and a changed key is another key")
    func lists() throws {
        let key = try SigningKey(seed: SigningKeyTests.seed)
        let options = "namespaces=\"git,x*\",valid-after=\"20260101Z\",valid-before=\"202701010000Z\""
        let line = Array("alice@example.com \(options) \(key.publicKey.line) laptop\n".utf8)
        let signature = Array(try key.sign(Self.message, namespace: "git").utf8)
        let place = String(decoding: line, as: UTF8.self).utf8.count - key.publicKey.line.utf8.count - 8
        for (index, changed) in Self.broken(line).enumerated() where index >= line.count {
            let position = (index - line.count) / 3
            let trust = try? SignatureTrust(signers: [TrustFile(name: "signers", bytes: changed)])
            let verdict = trust?.authenticity(
                of: Self.message, signature: signature, namespace: "git", at: [time("2026-06-15T00:00:00")])
            if place..<(place + key.publicKey.line.utf8.count) ~= position { #expect(verdict?.person == nil) }
        }
        let revoked = Array("\(key.publicKey.line)\n".utf8)
        for changed in Self.broken(revoked) {
            let read = try? RevokedKeys(TrustFile(name: "revoked", bytes: changed))
            #expect((read?.blobs.count ?? 0) <= 1)
        }
    }

    @Test("private keys: cut or changed, the key is the same or none")
    func privateKeys() throws {
        let key = try SigningKey(seed: SigningKeyTests.seed)
        let content = try Armor.privateKey.open(Array(key.openSSHFile().utf8))
        for changed in Self.broken(content) {
            let text = Array(Armor.privateKey.close(changed).utf8)
            let read = try? SigningKey(openSSH: text, named: "key")
            #expect(read == nil || read?.publicKey == key.publicKey)
        }
    }

    @Test("OpenPGP: armor and packets of any bytes are one signature packet or none")
    func packets() {
        var generator = SeededGenerator(seed: 7)
        for length in 0..<300 {
            var packet = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if let first = packet.indices.first { packet[first] = [0x88, 0x89, 0x8A, 0x8B, 0xC2][length % 5] }
            let text = "\(OpenPGPArmor.begin)\n\n\(Base64.lines(packet, columns: 64))-----END PGP SIGNATURE-----\n"
            let read = try? OpenPGPArmor.open(Array(text.utf8))
            #expect(read == nil || read == packet)
            for cut in stride(from: 0, to: text.utf8.count, by: 31) {
                _ = try? OpenPGPArmor.open(Array(text.utf8.prefix(cut)))
            }
        }
    }

    @Test("OpenPGP packets: every form of length, right and one off")
    func lengths() {
        for size in [0, 3, 191, 192, 255, 256, 8383, 8384, 10_000] {
            let forms: [[UInt8]] = [
                size < 256 ? [0x88, UInt8(size)] : [],
                size < 65_536 ? [0x89, UInt8(size >> 8), UInt8(size & 255)] : [],
                [0x8A, 0, 0, UInt8(size >> 8), UInt8(size & 255)],
                size < 192 ? [0xC2, UInt8(size)] : [],
                (192..<8384).contains(size) ? [0xC2, UInt8((size - 192) >> 8) + 192, UInt8((size - 192) & 255)] : [],
                [0xC2, 255, 0, 0, UInt8(size >> 8), UInt8(size & 255)],
            ]
            for form in forms where !form.isEmpty {
                for difference in [-1, 0, 1] where size + difference >= 0 {
                    let packet = form + [UInt8](repeating: 4, count: size + difference)
                    let text =
                        "\(OpenPGPArmor.begin)\n\n\(Base64.lines(packet, columns: 64))-----END PGP SIGNATURE-----\n"
                    #expect(((try? OpenPGPArmor.open(Array(text.utf8))) != nil) == (difference == 0), "\(form)")
                }
            }
        }
    }
}

extension CommitObject.Signing {
    var payload: [UInt8]? {
        if case .signed(_, let payload) = self { payload } else { nil }
    }
}
