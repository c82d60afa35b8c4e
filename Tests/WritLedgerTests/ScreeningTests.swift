// Secrets are withheld before an entry is appended; what only looks random is left as it is.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct ScreeningTests {
    /// Put together at run time, so that no scanner of this repository takes them for real.
    private static func joined(_ parts: String...) -> String { parts.joined() }

    private static let random = "q7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0Pj2Ke9"

    static let secrets: [(text: String, secret: String, likeness: String)] = [
        (joined("key: AK", "IA", "IOSFODNN7EXAMPLE is used"), joined("AK", "IA", "IOSFODNN7EXAMPLE"), "AWS"),
        (joined("clone with gh", "p_", random), joined("gh", "p_", random), "GitHub"),
        (joined("github", "_pat_", random), joined("github", "_pat_", random), "GitHub"),
        (joined("gl", "pat-", "abcDEF123456_-xyzXYZ"), joined("gl", "pat-", "abcDEF123456_-xyzXYZ"), "GitLab"),
        (joined("xo", "xb-", "123456789012-abcdefABCDEF"), joined("xo", "xb-", "123456789012-abcdefABCDEF"), "Slack"),
        (joined("?key=AI", "za", random), joined("AI", "za", random), "Google"),
        (
            joined("sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dc"), joined("sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dc"),
            "Stripe"
        ),
        (joined("hf", "_", random), joined("hf", "_", random), "Hugging Face"),
        (
            joined("token ey", "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
            joined("ey", "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"), "JSON Web Token"
        ),
        ("Authorization: Bearer abcDEF0123456789abc", "abcDEF0123456789abc", "request"),
        ("fetch https://ci:hunter2x@git.example.com/models.git failed", "hunter2x", "address"),
        ("postgres://writ:Tr0ub4dor&3@db/x", "Tr0ub4dor", "address"),
        ("postgres://writ:Tr0ub@4dor&3@db/x", "4dor", "address"),
        (
            "fatal: unable to access 'https://\(String(repeating: "0a1b", count: 10))@git.example.com/models.git/'",
            String(repeating: "0a1b", count: 10), "address"
        ),
        ("SECRET_KEY=django-insecure-x1", "django-insecure-x1", "password"),
        ("AccountName=a;AccountKey=Zm9vYmFyMTIz;x", "Zm9vYmFyMTIz", "password"),
        ("argv: train --password=correct-horse9 --rate 3", "correct-horse9", "password"),
        (#"{"api_key": "abc123def456"}"#, "abc123def456", "password"),
        ("DB_PASSWORD='s3cret!!x'", "s3cret!!x", "password"),
        ("line one\npassword: abc123\nline three", "abc123", "password"),
        ("line one\n\(random)", random, "random"),
        ("clientSecret: 8Q~abc123", "8Q~abc123", "password"),
        ("found \(random) in the log", random, "random"),
        (
            joined(
                "-----BEGIN ", "OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjE\n-----END ",
                "OPENSSH PRIVATE KEY-----\n"),
            "b3BlbnNzaC1r", "private key"
        ),
        (joined("-----BEGIN ", "RSA PRIVATE KEY-----\nMIIEow"), "MIIEow", "private key"),
    ]

    @Test("a secret in a text is withheld and named by its kind", arguments: secrets.indices)
    func found(index: Int) {
        let (text, secret, likeness) = Self.secrets[index]
        let screened = Screening.withhold(text)
        #expect(screened != text)
        #expect(!screened.contains(secret), "\(screened)")
        #expect(screened.contains("[withheld ") && screened.contains(likeness), "\(screened)")
    }

    @Test("a random secret leaves its digest, a password leaves nothing to guess from")
    func digests() {
        let digest = Digest(of: Data(Self.random.utf8))
        #expect(Screening.withhold("a \(Self.random) b") == "a [withheld \(digest) looks like a random token] b")
        #expect(Screening.withhold("password=hunter22") == "password=[withheld looks like a password or key]")
    }

    static let innocent = [
        "sha256:\(String(repeating: "0123456789abcdef", count: 4))", String(repeating: "a1b2c3d4e5", count: 4),
        "Yws+eMafCyqn6iF+hiMz0HoiQbof4bvmPh6yrjE1dW0=", "writ.example/prod+530d903a",
        "SHA256:uNiVztksCsDhcc0u9e8BrqXVAoTMAbZ8eFgRtBqXVAo",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGq7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0Pj2Ke9abcd ops@example.com",
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEq7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIBq7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0P\nq7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0Pj2Ke9\n-----END CERTIFICATE-----\n",
        "numpy==2.1.0 --hash=sha256:\(String(repeating: "9f86d081", count: 8))",
        #""integrity": "sha512-q7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0Pj2Ke9q7Rk2Vx9Tn4Zb8Lw3Hc6Yd1Fs5Gm0Pj2Ke9==""#,
        "https://conda.anaconda.org/conda-forge/linux-64/python-3.12.7-hc5c86c4_0_cpython.conda#0515111a9cdf69f83278f7c197db9807",
        "torch-2.5.1+cu121-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "models/ResNet50V2-ImageNet1k-FineTuned-2026-11-24/checkpoint-000120000/pytorch_model-00001-of-00002.bin",
        "run-0123456789ab-1 trains on 3 datasets", "token count: 512 of 2048", "max_tokens=4096",
        "tokenizer: bert-base-uncased",
        "password: ${DB_PASSWORD}", "secret: secrets.TRAINING", "api_key=env:API_KEY", "password=********",
        "secret: required",
        "https://a-person-with-a-long-name@example.com/x", "https://example.com/a?to=0123456789abcdef0123@example.com",
        "01JD8Z5T2M7Q9XK3V6B4N1C0WF", "https://example.com/a:b@c", "ssh://git@example.com/models.git", "user:pass",
        "convolutionalNeuralNetworkV2WithAttentionHeads16", "2026-11-24T01:31:14.123Z", "bearer of the model card",
        "manifests/a.yaml:1:1 the secret “db” is not declared",
    ]

    @Test("what is not secret stays as it is", arguments: innocent)
    func left(text: String) { #expect(Screening.withhold(text) == text) }

    @Test("entries of every kind are left to the byte")
    func entries() throws {
        for seed in 1...3 {
            var story = Story(seed: UInt64(seed))
            for draft in story.drafts(500) {
                let entry = LedgerEntry(
                    sequence: 0, time: draft.time, cause: draft.cause, subject: draft.subject, event: draft.event)
                let bytes = Array(try Canonical.encode(entry))
                #expect(Screening.withhold(bytes) == nil, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    @Test("a key rotation keeps its keys and signatures")
    func rotation() throws {
        let signature = "8HznfDJJsSNiI+6zcCkOQpiDzmKZ1jCCjSIOmHUOgeRzVcB9d8xzVUNTm+eZZrul70spZ3Ex7gdXaAXwsF3oubO9DAI="
        var draft = Fixture.draft(0)
        draft.event = .keyRotated(
            KeyRotation(
                purpose: .ledger, old: "writ.example/test+f07ce77c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
                new: "writ.example/test+f07ce77d+AQOhB7zzhC4HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4x", size: 3, actor: "ops",
                reason: "yearly", signedByOld: signature, signedByNew: signature))
        var sequencer = EntrySequencer(next: 0)
        #expect(try sequencer.encode([draft])[0].entry.event == draft.event)
    }

    @Test("what is appended never holds the secret: not in the entry returned, the journal, the tiles, the projection")
    func appended() throws {
        let folder = try TemporaryFolder()
        let records = try Records(data: folder.path, signer: Fixture.signer)
        let secret = Self.random
        let entries = try records.append([
            Fixture.draft(0, "the trainer printed \(secret)"),
            EntryDraft(
                time: Timestamp(milliseconds: 1_700_000_000_001), cause: .operatorAct(actor: "ops"), subject: nil,
                event: .suspended(
                    Suspension(actor: "ops", reason: "db password=\(secret)!", until: Timestamp(milliseconds: 0)))),
        ])
        #expect(entries.count == 2)
        #expect(try records.entries(EntryQuery()) == entries)
        try records.close()
        #expect(try Fixture.reader(folder).check().isIntact)
        let walk = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let name as String in walk where try !Disk.isFolder("\(folder.path)/\(name)") {
            #expect(try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)")).range(of: Data(secret.utf8)) == nil)
        }
        #expect("\(entries[0].event)".contains("looks like a random token"))
    }

    @Test("screening any bytes ends, and leaves JSON that is JSON", arguments: 0..<4)
    func hostile(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let pieces = [
            "-----BEGIN ", "PRIVATE KEY", "://", ":", "@", "=", "password", "\\", "\"", " ", "eyJ", ".", "\n", "é",
            Self.random,
        ]
        for _ in 0..<300 {
            let text = (0..<numbers.below(12)).map { _ in pieces[numbers.below(pieces.count)] }.joined()
            let json = Array(try Canonical.encode([text]))
            if let screened = Screening.withhold(json) {
                #expect((try? Canonical.decode([String].self, from: screened)) != nil, "\(text)")
            }
        }
    }
}
