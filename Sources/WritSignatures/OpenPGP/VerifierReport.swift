// What `gpgv` says on its status descriptor (GnuPG's doc/DETAILS), read so that only one plain yes is a yes.

/// The verdict on one signature.
struct VerifierReport: Hashable {
    /// The full fingerprint of the key that signed; perhaps a subkey's.
    let fingerprint: String
    /// Of the key it belongs to.
    let primary: String

    /// Anything that takes back or adds to a good signature, and what it means.
    private static let refusals: [String: String] = [
        "BADSIG": "the signature does not match the commit",
        "ERRSIG": "the signature cannot be checked: its key is not in the keyring, or its algorithm is not known",
        "NO_PUBKEY": "the key is not in the keyring",
        "EXPSIG": "the signature has expired",
        "EXPKEYSIG": "the key has expired",
        "REVKEYSIG": "the key is revoked",
        "NODATA": "it holds no signature",
        "PLAINTEXT": "it holds a message of its own",
        "UNEXPECTED": "it holds more than a signature",
        "FAILURE": "the verifier failed",
        "ERROR": "the verifier met an error",
    ]

    init(_ output: String) throws(SignatureFailure) {
        let lines = output.split(separator: "\n").compactMap { line -> [Substring]? in
            let words = line.split(separator: " ")
            return words.count > 1 && words[0] == "[GNUPG:]" ? Array(words.dropFirst()) : nil
        }
        // In the order of the table's meaning, not of the output: the most telling one is what people read.
        for name in ["REVKEYSIG", "EXPKEYSIG", "EXPSIG", "BADSIG", "NO_PUBKEY"]
        where lines.contains(where: { $0[0] == name }) {
            throw .signature(VerifierReport.refusals[name, default: name])
        }
        if let line = lines.first(where: { VerifierReport.refusals[String($0[0])] != nil }) {
            throw .signature(VerifierReport.refusals[String(line[0]), default: String(line[0])])
        }
        let (valid, good) = (lines.filter { $0[0] == "VALIDSIG" }, lines.filter { $0[0] == "GOODSIG" })
        guard let words = valid.first, words.count == 11, valid.count == 1, good.count == 1,
            lines.count(where: { $0[0] == "NEWSIG" }) <= 1
        else { throw .signature("the verifier did not find exactly one good signature") }
        try VerifierReport.check(hash: words[8], signatureClass: words[9])
        guard let fingerprint = OpenPGPTrust.fingerprint(words[1]), let primary = OpenPGPTrust.fingerprint(words[10])
        else { throw .signature("the verifier named no full fingerprint") }
        self.fingerprint = fingerprint
        self.primary = primary
    }

    /// MD5, SHA-1 and RIPEMD-160 can be made to collide; any class but 0 signs something else than these bytes.
    private static func check(hash: Substring, signatureClass: Substring) throws(SignatureFailure) {
        guard !["1", "2", "3"].contains(hash) else {
            throw .signature("the signature uses MD5, SHA-1 or RIPEMD-160; sign with SHA-256 or SHA-512")
        }
        guard signatureClass == "00" else {
            throw .signature("it is not a signature over the exact bytes (its class is \(signatureClass.prefix(8)))")
        }
    }
}
