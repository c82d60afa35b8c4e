// `allowed_signers`: what is read, what is refused and why, and that ssh-keygen decides alike.
import Foundation
import Testing
import WritVocabulary

@testable import WritSignatures

struct AllowedSignersTests {
    static let key = (try? SigningKey(seed: [UInt8](repeating: 7, count: 32)))?.publicKey.line ?? ""
    static let other = (try? SigningKey(seed: [UInt8](repeating: 8, count: 32)))?.publicKey.line ?? ""

    static func read(_ text: String) throws -> [AllowedSigners.Entry] {
        try AllowedSigners(TrustFile(name: "allowed_signers", bytes: Array(text.utf8))).entries
    }

    @Test("comments, blank lines, tabs, quotes, comments after the key and line ends of Windows are read")
    func forms() throws {
        let text = """
            # who may
            \t
            alice@example.com \(Self.key) Ada’s laptop
             \tbob@example.com\tNAMESPACES="git,writ-*",valid-after="20260101Z"\t\(Self.other)\r
            "carol@example.com" valid-before="202606010930Z",valid-after="20260101120000Z" \(Self.key)
            """
        let entries = try Self.read(text)
        #expect(entries.map(\.holder) == ["alice", "bob", "carol"].map { .person(person($0)) })
        #expect(entries[0].namespaces == nil && entries[0].validAfter == nil && entries[0].validBefore == nil)
        #expect(entries[1].namespaces == "git,writ-*")
        #expect(entries[1].validAfter == time("2026-01-01T00:00:00"))
        #expect(entries[2].validAfter == time("2026-01-01T12:00:00"))
        #expect(entries[2].validBefore == time("2026-06-01T09:30:00"))
        #expect(entries.map(\.key.line) == [Self.key, Self.other, Self.key])
        #expect(try Self.read("").isEmpty)
    }

    static let faults: [(line: String, sentence: String)] = [
        ("alice@example.com", "no key after the principals"),
        ("alice@example.com namespaces=\"git\"", "no key after the options"),
        ("alice@example.com ssh-ed25519", "not a key type followed by a key"),
        ("alice@example.com ssh-ed25519 AAAA*", "not a key type followed by a key"),
        ("alice@example.com \(key.dropLast(4))", "ends within its public key"),
        ("alice@example.com ssh-rsa \(key.split(separator: " ")[1])", "holds a key of type ssh-ed25519"),
        (
            "alice@example.com namespaces=\"git\" valid-after=\"20260101Z\" \(key)",
            "separated by commas, without spaces"
        ),
        ("alice@example.com namespaces=\"git\",,valid-after=\"20260101Z\" \(key)", "an option is empty"),
        ("alice@example.com namespaces=\"git\", \(key)", "an option is empty"),
        ("alice@example.com namespaces=git \(key)", "must stand in quotes"),
        ("alice@example.com namespaces=\"\" \(key)", "must stand in quotes"),
        ("alice@example.com namespaces \(key)", "must stand in quotes"),
        ("alice@example.com namespaces=\"git\"x \(key)", "must stand in quotes"),
        ("alice@example.com namespaces=\"git \(key)", "a quote is not closed"),
        ("alice@example.com namespaces=\"git\",namespaces=\"file\" \(key)", "given twice"),
        ("alice@example.com valid-after=\"20260101\" \(key)", "must end with Z"),
        ("alice@example.com valid-after=\"2026010Z\" \(key)", "is not YYYYMMDDZ"),
        ("alice@example.com valid-after=\"20260230Z\" \(key)", "does not exist"),
        ("alice@example.com valid-after=\"20261301Z\" \(key)", "does not exist"),
        ("alice@example.com valid-after=\"202601012460Z\" \(key)", "does not exist"),
        ("alice@example.com valid-after=\"20260201Z\",valid-before=\"20260101Z\" \(key)", "the key is never valid"),
        ("alice@example.com cert-authority \(key)", "“cert-authority” is not supported"),
        ("alice@example.com CERT-AUTHORITY,namespaces=\"git\" \(key)", "“cert-authority” is not supported"),
        ("alice@example.com no-touch-required \(key)", "the option “no-touch-required” is not known"),
        ("alice@example.com,,bob@example.com \(key)", "a principal is empty"),
        ("\"alice example\" \(key)", "is no name of a person"),
        ("al\\ice@example.com \(key)", "is no name of a person"),
        ("\"alice@example.com \(key)", "a quote is not closed"),
        ("ali\"ce@example.com \(key)", "a quote stands within the principals"),
        (key, "the line begins with a key"),
        ("alice@example.com namespaces=\"fi\"\u{301},x=\"git\" \(key)", "a quote is not closed"),
        ("alice@example.com namespaces=\"fi\u{E9}\" \(key)", "beyond ASCII"),
        ("alice@example.com \u{301}ssh-ed25519 \(key)", "beyond ASCII"),
        ("älice@example.com \(key)", "beyond ASCII"),
        ("alice\u{1B}[2J@example.com \(key)", "“alice?[2J@example.com” is no name"),
        ("ssh-ed25519 \(key)", "the line begins with a key"),
    ]

    @Test("each fault is named in a sentence", arguments: faults)
    func fault(line: String, sentence: String) {
        let failure = #expect(throws: SignatureFailure.self) { try Self.read(line + "\n") }
        #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        #expect(failure?.code == "trust-file" && failure?.retry == .terminal)
    }

    @Test("all faults of all files are told at once, with file and line; beyond twenty they are counted")
    func allAtOnce() {
        let files = [
            TrustFile(name: "allowed_signers", bytes: Array("# fine\nx\nalice@example.com \(Self.key)\ny z\n".utf8)),
            TrustFile(name: "more", bytes: [UInt8](repeating: 65, count: 17 << 10)),
            TrustFile(name: "bytes", bytes: [0xFF, 0x20, 0x41]),
        ]
        let failure = #expect(throws: SignatureFailure.self) { try SignatureTrust(signers: files) }
        for place in ["allowed_signers:2: ", "allowed_signers:4: ", "more:1: ", "bytes:1: "] {
            #expect(failure?.message.contains(place) == true, "\(failure?.message ?? "")")
        }
        #expect(failure?.message.contains("allowed_signers:3") == false)
        let places = SignatureTrust.faults(signers: files).map { "\($0.file):\($0.line ?? 0)" }
        #expect(places == ["allowed_signers:2", "allowed_signers:4", "more:1", "bytes:1"])
        #expect(SignatureTrust.faults(signers: Array(repeating: files[0], count: 65)).contains { $0.file == "policy" })
        let many = #expect(throws: SignatureFailure.self) { try Self.read(String(repeating: "x\n", count: 25)) }
        #expect(many?.message.contains("allowed_signers:20:") == true)
        #expect(many?.message.contains("and 5 more") == true)
    }

    @Test("a file beyond its limits is refused as a whole")
    func limits() {
        let lines = #expect(throws: SignatureFailure.self) { try Self.read(String(repeating: "#\n", count: 10_001)) }
        #expect(lines?.message.contains("at most 10000 are read") == true)
        let bytes = #expect(throws: SignatureFailure.self) { try Self.read(String(repeating: "#", count: 1 << 21)) }
        #expect(bytes?.message.contains("at most 1048576 are read") == true)
    }

    @Test("patterns and several names are read, and name nobody")
    func patterns() throws {
        let lines = [
            "*@example.com", "alice@example.com,bob@example.com", "alice@example.com,!bob@example.com", "a?@b",
        ]
        let entries = try Self.read(lines.map { "\($0) \(Self.key)\n" }.joined())
        #expect(entries.map(\.holder) == lines.map { .nobody(principals: $0) })
        let twice = try Self.read("alice@example.com,alice@example.com \(Self.key)")
        #expect(twice.map(\.holder) == [.person(person("alice"))])
    }

    /// Options and times for which ssh-keygen's verdict and Writ's are compared.
    static let verdicts: [(options: String, time: String, isValid: Bool)] = [
        ("", "20260615000000Z", true),
        ("namespaces=\"git\"", "20260615000000Z", true),
        ("namespaces=\"file\"", "20260615000000Z", false),
        ("namespaces=\"file,g?t\"", "20260615000000Z", true),
        ("namespaces=\"*,!git\"", "20260615000000Z", false),
        ("namespaces=\"!file\"", "20260615000000Z", false),
        ("namespaces=\"gi*t*\"", "20260615000000Z", true),
        ("valid-after=\"20260615Z\"", "20260615000000Z", true),
        ("valid-after=\"20260615Z\"", "20260614235959Z", false),
        ("valid-before=\"20260615Z\"", "20260615000000Z", true),
        ("valid-before=\"20260615Z\"", "20260615000001Z", false),
        ("valid-after=\"202606141200Z\",valid-before=\"20260614120001Z\"", "20260614120001Z", true),
        ("Valid-After=\"20260101Z\",NAMESPACES=\"git\"", "20260615000000Z", true),
    ]

    @Test("namespaces and times are judged as ssh-keygen judges them", arguments: verdicts)
    func agreement(options: String, time text: String, isValid: Bool) async throws {
        let sandbox = try SignatureSandbox()
        let line = try await sandbox.newKey("key")
        let message = Array("m".utf8)
        let signature = try await sandbox.sign(message, with: "key", namespace: "git")
        let signers = "alice@example.com \(options.isEmpty ? "" : options + " ")\(line)\n"
        let theirs = try await sandbox.keygenAccepts(
            message, signature, namespace: "git", signers: signers, time: text)
        let digits = Array(text)
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        let day = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        let at = time("\(day)T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))")
        let ours = try SignatureTrust(signers).authenticity(
            of: message, signature: signature, namespace: "git", at: [at])
        #expect(theirs == isValid)
        #expect((ours.person == person("alice")) == isValid, "\(ours)")
    }
}
