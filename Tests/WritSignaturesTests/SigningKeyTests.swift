// Writ's own key: what it signs and writes, ssh-keygen verifies and reads; a file that is not safe is not read.
import Crypto
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct SigningKeyTests {
    static let seed: [UInt8] = (0..<32).map { $0 }

    @Test("ssh-keygen -Y verify accepts what the key signs, for that namespace and message alone")
    func signs() async throws {
        let sandbox = try SignatureSandbox()
        let key = try SigningKey(seed: Self.seed)
        let message = Array("a plan\n".utf8)
        let signature = Array(try key.sign(message, namespace: "writ-approval").utf8)
        let signers = key.allowedSignersLine(principal: "writ@example.com", namespaces: ["git", "writ-approval"])
        func accepts(_ message: [UInt8], _ namespace: String) async throws -> Bool {
            try await sandbox.keygenAccepts(
                message, signature, namespace: namespace, signers: signers + "\n", principal: "writ@example.com")
        }
        #expect(try await accepts(message, "writ-approval"))
        #expect(try await !accepts(message, "git"))
        #expect(try await !accepts(message + [0], "writ-approval"))
        #expect(try SSHSignature(armored: signature).verify(message, namespace: "writ-approval") == .unknown)
    }

    @Test("ssh-keygen reads the file written for a key, and the key is read back from it")
    func writes() async throws {
        let sandbox = try SignatureSandbox()
        for length in 0..<9 {
            let key = try SigningKey(seed: Self.seed)
            let comment = String(repeating: "c", count: length)
            let path = try sandbox.write(key.openSSHFile(comment: comment), to: "key-\(length)")
            let printed = try await sandbox.must("ssh-keygen", ["-y", "-f", path])
            #expect(printed.trimmingCharacters(in: .newlines).hasPrefix(key.publicKey.line))
            #expect(try SigningKey(file: path).seed == Self.seed)
        }
    }

    @Test("a key ssh-keygen made is read; it signs as ssh-keygen does, byte for byte")
    func reads() async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key")
        let key = try SigningKey(file: sandbox.folder + "/key")
        #expect(key.publicKey.line == line)
        let message = Array("x".utf8)
        let theirs = try await sandbox.sign(message, with: "key", namespace: "git")
        #expect(try Array(key.sign(message, namespace: "git").utf8) == theirs)
    }

    @Test(
        "a file open to others is not read, and the message says what to run",
        arguments: [0o640, 0o604, 0o660, 0o666, 0o610, 0o601])
    func permissions(mode: Int) throws {
        let sandbox = try SignatureSandbox()
        let text = try SigningKey(seed: Self.seed).openSSHFile()
        let path = try sandbox.write(Array(text.utf8), to: "key", mode: mode)
        let failure = #expect(throws: SignatureFailure.self) { try SigningKey(file: path) }
        #expect(failure?.message.contains("chmod 600 \(path)") == true)
        #expect(failure?.message.contains(text.split(separator: "\n")[1]) == false)
    }

    @Test("what is no plain Ed25519 key is refused with its own sentence, and the secret is not shown")
    func refused() async throws {
        let sandbox = try SignatureSandbox()
        _ = try await sandbox.newKey("encrypted", ["-t", "ed25519", "-N", "sesame"])
        _ = try await sandbox.newKey("rsa", ["-t", "rsa", "-b", "2048"])
        _ = try await sandbox.newKey("ecdsa", ["-t", "ecdsa"])
        try await sandbox.must("ssh-keygen", ["-q", "-N", "", "-m", "PEM", "-t", "rsa", "-f", "pem"])
        try sandbox.write("", to: "empty")
        try sandbox.write([UInt8](repeating: 65, count: 70_000), to: "large")
        try FileManager.default.createDirectory(atPath: sandbox.folder + "/folder", withIntermediateDirectories: true)
        let cases = [
            ("encrypted", "protected by a passphrase"), ("rsa", "signs with ssh-ed25519 only"),
            ("ecdsa", "signs with ssh-ed25519 only"), ("pem", "does not begin with"), ("empty", "does not begin with"),
            ("large", "larger than 65536 bytes"), ("folder", "is not a file"), ("absent", "No such file"),
        ]
        for (name, sentence) in cases {
            let failure = #expect(throws: SignatureFailure.self) { try SigningKey(file: sandbox.folder + "/" + name) }
            #expect(failure?.message.contains(sentence) == true, "\(name): \(failure?.message ?? "")")
        }
        #expect(throws: SignatureFailure.self) { try SigningKey(seed: [UInt8](repeating: 1, count: 31)) }
    }

    @Test("a key whose public half is another's is refused")
    func mismatched() throws {
        let (one, two) = (try SigningKey(seed: Self.seed), try SigningKey(seed: Self.seed.reversed()))
        let content = try Armor.privateKey.open(Array(one.openSSHFile().utf8))
        guard case .ed25519(let theirs) = two.publicKey.material, case .ed25519(let ours) = one.publicKey.material
        else {
            Issue.record("not Ed25519")
            return
        }
        for occurrence in 0..<3 {
            var changed = content
            let places = content.indices.filter { content[$0...].starts(with: ours) }
            #expect(places.count == 3)
            changed.replaceSubrange(places[occurrence]..<(places[occurrence] + 32), with: theirs)
            let text = Array(Armor.privateKey.close(changed).utf8)
            #expect(throws: SignatureFailure.self) { try SigningKey(openSSH: text, named: "key") }
        }
    }
}
