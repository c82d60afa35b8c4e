// Signatures of ssh-keygen verify here, ours verify there, and what is malformed verifies nowhere.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct SSHSignatureTests {
    static let message = Array("tree of trees\n".utf8)

    @Test("what ssh-keygen signs with a key of any kind verifies, and only unchanged", arguments: KeyRecipe.all)
    func fromKeygen(recipe: KeyRecipe) async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key", recipe.options)
        for hash in ["sha256", "sha512"] {
            let armored = try await sandbox.sign(Self.message, with: "key", namespace: "git", hash: hash)
            let signature = try SSHSignature(armored: armored)
            #expect(signature.key.line == line)
            #expect(signature.hash.rawValue == hash)
            #expect(try signature.verify(Self.message, namespace: "git") == .unknown)
            #expect(throws: SignatureFailure.self) { try signature.verify(Self.message + [10], namespace: "git") }
            #expect(throws: SignatureFailure.self) { try signature.verify([], namespace: "git") }
            #expect(throws: SignatureFailure.self) { try signature.verify(Self.message, namespace: "file") }
        }
    }

    @Test("the fingerprint is the one ssh-keygen prints", arguments: KeyRecipe.all)
    func fingerprint(recipe: KeyRecipe) async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key", recipe.options)
        let printed = try await sandbox.must("ssh-keygen", ["-l", "-f", "key.pub"])
        #expect(printed.split(separator: " ")[1] == (try SSHPublicKey(line: line).fingerprint))
    }

    @Test("a signature over one message never fits another key's")
    func otherKey() async throws {
        let sandbox = try SignatureSandbox()
        _ = try await sandbox.newKey("one")
        let other = try SSHPublicKey(line: await sandbox.newKey("two"))
        let signature = try await SSHSignature(armored: sandbox.sign(Self.message, with: "one", namespace: "git"))
        let forged = rebuilt(signature, key: other.blob)
        #expect(throws: SignatureFailure.self) {
            try SSHSignature(armored: forged).verify(Self.message, namespace: "git")
        }
    }

    @Test(
        "armor: as tolerant as ssh-keygen about lines, and stricter about what follows",
        arguments: ArmorCase.all)
    func armor(item: ArmorCase) async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key")
        let armored = String(
            decoding: try await sandbox.sign(Self.message, with: "key", namespace: "git"), as: UTF8.self)
        let changed = Array(item.change(armored).utf8)
        let accepts = try await sandbox.keygenAccepts(
            Self.message, changed, namespace: "git", signers: "alice@example.com \(line)\n")
        #expect(accepts == item.keygen)
        let verifies = (try? SSHSignature(armored: changed).verify(Self.message, namespace: "git")) != nil
        #expect(verifies == item.here)
    }

    @Test(
        "a part that is not as the format says is refused with its own sentence",
        arguments: [
            ("mark", "lacks the mark"), ("version", "only 1 is known"), ("reserved", "reserved field"),
            ("hash", "uses the hash “sha1”"), ("trailing", "1 bytes after its end"),
            ("value trailing", "1 bytes after its end"), ("empty namespace", "empty or too long"),
            ("ssh-rsa", "cannot have made"), ("short", "has not 64 bytes"),
        ])
    func malformed(part: String, sentence: String) async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key")
        let signature = try await SSHSignature(armored: sandbox.sign(Self.message, with: "key", namespace: "git"))
        let forged = rebuilt(signature, breaking: part)
        let failure = #expect(throws: SignatureFailure.self) {
            try SSHSignature(armored: forged).verify(Self.message, namespace: "git")
        }
        #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        // The reserved field is the one thing ssh-keygen looks past.
        let accepts = try await sandbox.keygenAccepts(
            Self.message, Array(forged.utf8), namespace: "git", signers: "alice@example.com \(line)\n")
        #expect(accepts == (part == "reserved"))
    }

    @Test("RSA with SHA-1, RSA below 2048 bits, DSA and certificates are refused by name")
    func weak() async throws {
        let sandbox = try SignatureSandbox()
        _ = try await sandbox.newKey("rsa", ["-t", "rsa", "-b", "2048"])
        let signature = try await SSHSignature(armored: sandbox.sign(Self.message, with: "rsa", namespace: "git"))
        let old = #expect(throws: SignatureFailure.self) {
            try SSHSignature(armored: rebuilt(signature, breaking: "ssh-rsa")).verify(Self.message, namespace: "git")
        }
        #expect(old?.message.contains("“ssh-rsa” does not count") == true)
        let small = try await sandbox.newKey("small", ["-t", "rsa", "-b", "1024"])
        let bits = #expect(throws: SignatureFailure.self) { try SSHPublicKey(line: small) }
        #expect(bits?.message.contains("1024 bits is not trusted") == true)
        let dsa = try await sandbox.newKey("dsa", ["-t", "dsa"])
        let kind = #expect(throws: SignatureFailure.self) { try SSHPublicKey(line: dsa) }
        #expect(kind?.message.contains("“ssh-dss” are not trusted") == true)
        try await sandbox.must("ssh-keygen", ["-q", "-s", "rsa", "-I", "id", "-n", "alice", "small.pub"])
        let certificate = try String(contentsOfFile: sandbox.folder + "/small-cert.pub", encoding: .utf8)
        let listed = #expect(throws: SignatureFailure.self) { try SSHPublicKey(line: certificate) }
        #expect(listed?.message.contains("is a certificate") == true)
    }

    @Test(
        "numbers of ECDSA and RSA keys have one spelling",
        arguments: [
            [0x00], [0x80], [0x00, 0x7F], [0x00, 0x00, 0x80], [],
        ] as [[UInt8]])
    func magnitudes(bytes: [UInt8]) {
        #expect(throws: SignatureFailure.self) {
            var reader = WireReader(WireWriter.build { $0.string(bytes) }, of: "the key")
            _ = try reader.magnitude("r")
        }
    }
}

/// The same signature with one part exchanged or broken.
func rebuilt(_ signature: SSHSignature, key: [UInt8]? = nil, value: [UInt8]? = nil, breaking part: String = "")
    -> String
{
    var value = value ?? signature.value
    switch part {
    case "value trailing": value.append(0)
    case "ssh-rsa":
        value = WireWriter.build {
            $0.string("ssh-rsa")
            $0.string(Array(value.suffix(256)))
        }
    case "short":
        value = WireWriter.build {
            $0.string("ssh-ed25519")
            $0.string(Array(value.suffix(63)))
        }
    default: break
    }
    return Armor.signature.close(
        WireWriter.build {
            $0.raw(Array(part == "mark" ? "SSHSIK".utf8 : "SSHSIG".utf8))
            $0.number(part == "version" ? 2 : 1)
            $0.string(key ?? signature.key.blob)
            $0.string(part == "empty namespace" ? "" : signature.namespace)
            $0.string(part == "reserved" ? "x" : "")
            $0.string(part == "hash" ? "sha1" : signature.hash.rawValue)
            $0.string(value)
            $0.raw(part == "trailing" ? [0] : [])
        })
}

/// The same armor with other line ends within.
private func broken(_ armored: String, columns: Int) -> String {
    let lines = armored.split(separator: "\n")
    let body = Array(lines.dropFirst().dropLast().joined())
    let pieces = stride(from: 0, to: body.count, by: columns).map { String(body[$0..<min($0 + columns, body.count)]) }
    return ([String(lines[0])] + pieces + [String(lines[lines.count - 1])]).joined(separator: "\n") + "\n"
}

/// A change of an armored signature, and who still reads it.
struct ArmorCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let keygen: Bool
    let here: Bool
    let change: @Sendable (String) -> String

    init(_ name: String, _ keygen: Bool, _ here: Bool, _ change: @escaping @Sendable (String) -> String) {
        (testDescription, self.keygen, self.here, self.change) = (name, keygen, here, change)
    }

    static let all = [
        ArmorCase("as it is", true, true) { $0 },
        ArmorCase("CRLF", false, false) { $0.replacing("\n", with: "\r\n") },
        ArmorCase("CRLF after the first line", true, true) {
            $0.replacing("\n", with: "\r\n").replacing("SIGNATURE-----\r\n", with: "SIGNATURE-----\n")
        },
        ArmorCase("content on the first line", false, false) { $0.replacing("-----\nU1NI", with: "-----U1NI") },
        ArmorCase("lines of 40", true, true) { broken($0, columns: 40) },
        ArmorCase("one line", true, true) { broken($0, columns: 100_000) },
        ArmorCase("blanks within", true, true) { $0.replacing("U1NI", with: "U1 N\tI") },
        ArmorCase("no last line end", true, true) { String($0.dropLast()) },
        ArmorCase("text after END", true, false) { $0 + "more\n" },
        ArmorCase("text before BEGIN", false, false) { "x\n" + $0 },
        ArmorCase("no END", false, false) { $0.replacing("-----END SSH SIGNATURE-----", with: "") },
        ArmorCase("another label", false, false) { $0.replacing("SSH SIGNATURE", with: "PGP SIGNATURE") },
        ArmorCase("a letter that is not Base64", false, false) { $0.replacing("U1NI", with: "U1N*") },
        ArmorCase("nothing", false, false) { _ in "" },
    ]
}
