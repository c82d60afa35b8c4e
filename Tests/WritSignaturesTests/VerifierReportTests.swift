// What `gpgv` says: one plain yes is a yes, and everything else is a no with its reason.
import Testing

@testable import WritSignatures

struct VerifierReportTests {
    static let key = String(repeating: "A", count: 40)
    static let primary = String(repeating: "B", count: 40)
    static let valid = "VALIDSIG \(key) 2026-06-15 1781481600 0 4 0 22 10 00 \(primary)"
    static let good = [
        "NEWSIG", "KEY_CONSIDERED \(primary) 0", "SIG_ID x 2026-06-15 1781481600", "GOODSIG AA Alice", valid,
    ]

    static func read(_ lines: [String]) throws -> VerifierReport {
        try VerifierReport(lines.map { "[GNUPG:] \($0)\n" }.joined())
    }

    @Test("the full fingerprints of the key and of its primary are read")
    func good() throws {
        let report = try Self.read(Self.good)
        #expect(report.fingerprint == Self.key && report.primary == Self.primary)
        #expect(
            try VerifierReport("gpgv: Signature made …\n" + Self.good.map { "[GNUPG:] \($0)\n" }.joined()) == report)
    }

    @Test(
        "anything besides takes it back",
        arguments: [
            ("REVKEYSIG AA Alice", "is revoked"), ("EXPKEYSIG AA Alice", "key has expired"),
            ("EXPSIG AA Alice", "signature has expired"), ("BADSIG AA Alice", "does not match"),
            ("ERRSIG AA 22 10 00 1 9 -", "cannot be checked"), ("NO_PUBKEY AA", "not in the keyring"),
            ("PLAINTEXT 62 0", "a message of its own"), ("UNEXPECTED 0", "more than a signature"),
            ("NODATA 1", "no signature"), ("FAILURE verify 1", "failed"), ("NEWSIG", "exactly one"),
            ("GOODSIG BB Bob", "exactly one"), (valid, "exactly one"),
        ])
    func takenBack(line: String, sentence: String) {
        for lines in [Self.good + [line], [line] + Self.good] {
            let failure = #expect(throws: SignatureFailure.self) { try Self.read(lines) }
            #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        }
    }

    @Test(
        "a weak hash, a class that signs other bytes, and what is no full fingerprint are refused",
        arguments: [
            ("10 00 B", "2 00 B", "SHA-1"), ("10 00 B", "1 00 B", "MD5"), ("10 00 B", "3 00 B", "RIPEMD"),
            ("10 00 B", "10 01 B", "its class is 01"), ("10 00 B", "10 10 B", "its class is 10"),
            ("VALIDSIG AA", "VALIDSIG A", "no full fingerprint"), ("VALIDSIG AA", "VALIDSIG aa", "no full fingerprint"),
            (" 00 \(primary)", " 00", "exactly one"), ("[GNUPG:] VALIDSIG", "VALIDSIG", "exactly one"),
        ])
    func refused(old: String, new: String, sentence: String) {
        let text = Self.good.map { "[GNUPG:] \($0)\n" }.joined().replacing(old, with: new)
        let failure = #expect(throws: SignatureFailure.self) { try VerifierReport(text) }
        #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
    }

    @Test("silence is no yes", arguments: ["", "\n", "[GNUPG:]\n", "[GNUPG:] \n", "[GNUPG:] GOODSIG AA Alice\n"])
    func silence(text: String) {
        #expect(throws: SignatureFailure.self) { try VerifierReport(text) }
    }
}
