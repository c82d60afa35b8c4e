// OpenPGP through gpgv: the full fingerprint makes the person, and nothing but one good signature counts.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct OpenPGPTests {
    @Test("a commit signed with gpg is its person's; any change of it, and any other key, is refused")
    func signed() async throws {
        try await OpenPGPKeyring.with { pgp in
            let (alice, mallory) = (try await pgp.newKey("alice"), try await pgp.newKey("mallory"))
            let unsigned = pgp.repository.unsigned()
            let commit = try await pgp.commit(pgp.sign(unsigned, as: [alice]))
            #expect(try await pgp.gitAccepts(commit.id))
            let people = [alice: person("alice")]
            #expect(try await pgp.verdict(commit, people: people) == .signed(by: person("alice"), key: alice))

            let changed = try await pgp.commit(
                pgp.sign(unsigned, as: [alice]), over: pgp.repository.unsigned("other\n"))
            #expect(try await !pgp.gitAccepts(changed.id))
            #expect(
                try await pgp.verdict(changed, people: people).reason?.contains("does not match the commit") == true)

            let forged = try await pgp.commit(pgp.sign(unsigned, as: [mallory]))
            let nobody = try await pgp.verdict(forged, people: people)
            #expect(nobody.reason?.contains("the OpenPGP key \(mallory) is not listed as anybody's") == true)
        }
    }

    @Test("what the key calls itself is no name: only the map of fingerprints is")
    func names() async throws {
        try await OpenPGPKeyring.with { pgp in
            let first = try await pgp.newKey("alice")
            try await pgp.gpg(["--quick-generate-key", "alice <alice@example.com>", "ed25519", "sign", "0"])
            let all = try await pgp.fingerprints("alice@example.com")
            let second = try #require(all.first { $0 != first })
            let commit = try await pgp.commit(pgp.sign(pgp.repository.unsigned(), as: [second]))
            #expect(try await pgp.verdict(commit, people: [first: person("alice")]).person == nil)
            #expect(try await pgp.verdict(commit, people: [second: person("bob")]).person == person("bob"))
        }
    }

    @Test("a subkey speaks for its primary key, unless they are listed as two people")
    func subkeys() async throws {
        try await OpenPGPKeyring.with { pgp in
            let alice = try await pgp.newKey("alice")
            try await pgp.gpg(["--quick-add-key", alice, "ed25519", "sign", "0"])
            let subkey = try await pgp.fingerprints("alice@example.com")[1]
            let commit = try await pgp.commit(pgp.sign(pgp.repository.unsigned(), as: [subkey + "!"]))
            let expected = Authenticity.signed(by: person("alice"), key: subkey)
            for people in [[alice], [subkey], [alice, subkey]] {
                let map = Dictionary(uniqueKeysWithValues: people.map { ($0, person("alice")) })
                #expect(try await pgp.verdict(commit, people: map) == expected)
            }
            let two = try await pgp.verdict(commit, people: [alice: person("alice"), subkey: person("bob")])
            #expect(two.reason?.contains("listed under different names") == true)
        }
    }

    @Test("an expired and a revoked key are refused by name, as git refuses them")
    func ended() async throws {
        try await OpenPGPKeyring.with { pgp in
            let expired = try await pgp.newKey("old", expire: "30d", at: "20200101T000000")
            let revoked = try await pgp.newKey("lost")
            let unsigned = pgp.repository.unsigned()
            let late = try await pgp.commit(
                pgp.sign(unsigned, as: [expired], ["--faked-system-time", "20200110T000000!"]))
            let before = try await pgp.commit(pgp.sign(unsigned, as: [revoked]))
            let people = [expired: person("alice"), revoked: person("alice")]
            #expect(try await pgp.verdict(late, people: people).reason?.contains("the key has expired") == true)
            #expect(try await !pgp.gitAccepts(late.id))
            #expect(try await pgp.verdict(before, people: people).person == person("alice"))
            try await pgp.revoke(revoked)
            #expect(try await pgp.verdict(before, people: people).reason?.contains("the key is revoked") == true)
            #expect(try await !pgp.gitAccepts(before.id))
        }
    }

    @Test("two signatures, a message, a text signature and a weak hash do not count")
    func forms() async throws {
        try await OpenPGPKeyring.with { pgp in
            let (alice, bob) = (try await pgp.newKey("alice"), try await pgp.newKey("bob"))
            let people = [alice: person("alice"), bob: person("bob")]
            let unsigned = pgp.repository.unsigned()
            func reason(_ armored: [UInt8]) async throws -> String {
                try await pgp.verdict(pgp.commit(armored), people: people).reason ?? "none"
            }
            #expect(try await reason(pgp.sign(unsigned, as: [alice, bob])).contains("exactly one OpenPGP signature"))
            #expect(try await reason(pgp.sign(unsigned, as: [alice], ["--textmode"])).contains("its class is 01"))
            let weak = try await pgp.sign(unsigned, as: [alice], ["--digest-algo", "SHA1"])
            #expect(try await reason(weak).contains("SHA-1"))
            let message = try await pgp.gpg(["--armor", "--sign", "-u", alice], input: unsigned)
            #expect(try await reason(Array(message.utf8)).contains("does not begin with"))
            let disguised = message.replacing("PGP MESSAGE", with: "PGP SIGNATURE")
            #expect(try await reason(Array(disguised.utf8)).contains("exactly one OpenPGP signature"))
        }
    }

    @Test("a key outside the keyring, and a policy without one, are told apart")
    func outside() async throws {
        try await OpenPGPKeyring.with { pgp in
            let bob = try await pgp.newKey("bob")
            let onlyBob = try await pgp.export()
            let alice = try await pgp.newKey("alice")
            let commit = try await pgp.commit(pgp.sign(pgp.repository.unsigned(), as: [alice]))
            let people = [alice: person("alice"), bob: person("bob")]
            let missing = try await pgp.verdict(commit, people: people, keyring: onlyBob)
            #expect(missing.reason?.contains("the key is not in the keyring") == true)
            let none = try await pgp.repository.verdict(commit.raw, commit.id, signers: "")
            #expect(none.reason?.contains("no policy names a keyring") == true)
        }
    }

    @Test("an OpenPGP signature is no approval")
    func approval() async throws {
        try await OpenPGPKeyring.with { pgp in
            let alice = try await pgp.newKey("alice")
            let armored = try await pgp.sign([1, 2, 3], as: [alice])
            let keyring = TrustFile(name: "keyring", bytes: try await pgp.export())
            let verdict = try SignatureTrust(keyrings: [keyring], openPGP: [alice: person("alice")]).authenticity(
                of: [1, 2, 3], signature: armored, namespace: ApprovalStatement.namespace, at: [])
            #expect(verdict.reason?.contains("does not begin with “-----BEGIN SSH SIGNATURE-----”") == true)
        }
    }

    @Test(
        "armor that gpg would not write is refused",
        arguments: [
            ("=", "=AAAA\n", "checksum of the signature is wrong"), ("=", "=A*\n", "checksum of the signature is malf"),
            ("-----BEGIN", "x\n-----BEGIN", "does not begin with"), ("-----END", "-----DNE", "is missing, or not last"),
            ("\n\n", "\n", "no empty line"), ("\n\n", "\nno header\n\n", "no empty line"),
            ("\n\n", "\n\n*", "are not Base64"), ("\n\n", "\nVersion: 1\nComment: x\n\n", ""),
        ])
    func armor(old: String, new: String, sentence: String) async throws {
        // A signature packet of the right form, by nobody.
        let packet: [UInt8] = [0x88, 3, 4, 0, 0]
        let plain = "\(OpenPGPArmor.begin)\n\n\(Base64.lines(packet, columns: 64))-----END PGP SIGNATURE-----\n"
        #expect(try OpenPGPArmor.open(Array(plain.utf8)) == packet)
        let text = old == "=" ? plain.replacing("-----END", with: new + "-----END") : plain.replacing(old, with: new)
        if sentence.isEmpty {
            #expect(try OpenPGPArmor.open(Array(text.utf8)) == packet)
        } else {
            let failure = #expect(throws: SignatureFailure.self) { try OpenPGPArmor.open(Array(text.utf8)) }
            #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        }
    }

    @Test("a keyring that is armored or none, and a short fingerprint, are faults of the policy")
    func keyrings() {
        let files = [
            TrustFile(name: "armored", bytes: Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n".utf8)),
            TrustFile(name: "empty", bytes: []), TrustFile(name: "text", bytes: Array("hello".utf8)),
        ]
        let failure = #expect(throws: SignatureFailure.self) {
            try SignatureTrust(keyrings: files, openPGP: ["FB89873B3E524B00": person("alice")])
        }
        for part in ["armored: the keyring is armored", "empty: it is no", "text: it is no", "is no full fingerprint"] {
            #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
        }
    }
}
