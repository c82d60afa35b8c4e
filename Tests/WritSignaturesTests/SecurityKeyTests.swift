// Security keys (FIDO): signatures made here as an authenticator makes them; ssh-keygen is the judge.
import Crypto
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct SecurityKeyTests {
    static let message = Array("approve\n".utf8)

    enum Kind: String, CaseIterable, Sendable { case ed25519, ecdsa }

    /// An authenticator in software.
    struct Token {
        let kind: Kind
        let application: String
        private let edwards = Curve25519.Signing.PrivateKey()
        private let nist = P256.Signing.PrivateKey()

        init(_ kind: Kind, application: String = "ssh:") {
            self.kind = kind
            self.application = application
        }

        var type: String {
            kind == .ed25519 ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com"
        }

        var blob: [UInt8] {
            WireWriter.build {
                $0.string(type)
                if kind == .ecdsa { $0.string("nistp256") }
                $0.string(kind == .ed25519 ? edwards.publicKey.rawRepresentation : nist.publicKey.x963Representation)
                $0.string(application)
            }
        }

        var line: String { "\(type) \(Base64.encode(blob))" }

        /// OpenSSH's PROTOCOL.u2f; `claimed` differs from `flags` only when somebody lies.
        func sign(_ message: [UInt8], namespace: String, flags: UInt8, claimed: UInt8? = nil, type: String? = nil)
            throws
            -> [UInt8]
        {
            let signed = SSHSignature.signed(message, namespace: namespace, hash: .sha512)
            let record =
                Array(SHA256.hash(data: Array(application.utf8))) + [flags, 0, 0, 0, 9] + SHA256.hash(data: signed)
            let value: [UInt8]
            if kind == .ed25519 {
                value = Array(try edwards.signature(for: record))
            } else {
                let pair = Array(try nist.signature(for: record).rawRepresentation)
                value = WireWriter.build {
                    $0.string(SecurityKeyTests.positive(pair[..<32]))
                    $0.string(SecurityKeyTests.positive(pair[32...]))
                }
            }
            return Array(
                Armor.signature.close(
                    WireWriter.build {
                        $0.raw(SSHSignature.magic)
                        $0.number(1)
                        $0.string(blob)
                        $0.string(namespace)
                        $0.string("")
                        $0.string("sha512")
                        $0.string(
                            WireWriter.build {
                                $0.string(type ?? self.type)
                                $0.string(value)
                                $0.raw([claimed ?? flags])
                                $0.number(9)
                            })
                    }
                ).utf8)
        }
    }

    static func positive(_ number: ArraySlice<UInt8>) -> [UInt8] {
        let short = Array(number.drop { $0 == 0 })
        return short[0] < 0x80 ? short : [0] + short
    }

    @Test("a touched key signs, here as for ssh-keygen", arguments: Kind.allCases)
    func touched(kind: Kind) async throws {
        let sandbox = try SignatureSandbox()
        for application in ["ssh:", "ssh:work"] {
            let token = Token(kind, application: application)
            let signers = "alice@example.com \(token.line)\n"
            for flags: UInt8 in [1, 5] {
                let signature = try token.sign(Self.message, namespace: "writ-approval", flags: flags)
                #expect(
                    try await sandbox.keygenAccepts(
                        Self.message, signature, namespace: "writ-approval", signers: signers))
                let verdict = try SignatureTrust(signers).authenticity(
                    of: Self.message, signature: signature, namespace: "writ-approval",
                    at: [time("2026-06-15T00:00:00")])
                #expect(verdict.person == person("alice"), "\(verdict)")
            }
        }
    }

    @Test("an untouched key signs commits, as for git, and never approvals", arguments: Kind.allCases)
    func untouched(kind: Kind) async throws {
        let sandbox = try SignatureSandbox()
        let repository = try await CommitRepository(sandbox)
        let token = Token(kind)
        let signers = "alice@example.com \(token.line)\n"
        let unsigned = repository.unsigned()
        let armored = try token.sign(unsigned, namespace: "git", flags: 0)
        #expect(try SSHSignature(armored: armored).verify(unsigned, namespace: "git") == .untouched)
        let raw = inserting(header(armored), into: unsigned)
        let id = try await repository.store(raw)
        #expect(try await repository.gitAccepts(id, signers: signers))
        #expect(try await repository.verdict(raw, id, signers: signers).person == person("alice"))
        let approval = try token.sign(Self.message, namespace: "writ-approval", flags: 0)
        let verdict = try SignatureTrust(signers).authenticity(
            of: Self.message, signature: approval, namespace: "writ-approval", at: [time("2026-06-15T00:00:00")])
        #expect(verdict.reason?.contains("was not touched") == true)
    }

    @Test("flags are signed: a touch that did not happen cannot be claimed", arguments: Kind.allCases)
    func lies(kind: Kind) async throws {
        let sandbox = try SignatureSandbox()
        let token = Token(kind)
        let signature = try token.sign(Self.message, namespace: "git", flags: 0, claimed: 1)
        let failure = #expect(throws: SignatureFailure.self) {
            try SSHSignature(armored: signature).verify(Self.message, namespace: "git")
        }
        #expect(failure?.message.contains("does not match") == true)
        #expect(
            try await !sandbox.keygenAccepts(
                Self.message, signature, namespace: "git", signers: "alice@example.com \(token.line)\n"))
    }

    @Test("a signature for one application is none for another, nor one of a browser")
    func otherKinds() throws {
        let token = Token(.ecdsa)
        let signature = try SSHSignature(armored: token.sign(Self.message, namespace: "git", flags: 1))
        let moved = replacing("ssh:", with: "web:", in: signature.key.blob)
        #expect(throws: SignatureFailure.self) {
            try SSHSignature(armored: rebuilt(signature, key: moved)).verify(Self.message, namespace: "git")
        }
        let browser = try SSHSignature(
            armored: token.sign(
                Self.message, namespace: "git", flags: 1, type: "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"))
        let failure = #expect(throws: SignatureFailure.self) { try browser.verify(Self.message, namespace: "git") }
        #expect(failure?.message.contains("cannot have made a signature of type “webauthn") == true)
    }
}
