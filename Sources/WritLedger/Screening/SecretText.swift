// What characters and words make of a piece of text: a token, a reference, a name of secrets, chance.

enum SecretText {
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func isBase64(_ byte: UInt8) -> Bool {
        isToken(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
    }

    /// What a password may consist of before something else begins.
    static func isValue(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "&"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"), 0x80...:
            false
        default: true
        }
    }

    static func isUserinfo(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "?"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), 0x80...:
            false
        default: true
        }
    }

    /// Quotes may be escaped, for the text stands in JSON.
    static func isQuoteOrSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: " ")
            || byte == UInt8(ascii: "\\")
    }

    /// What stands before Base64 that is no secret.
    static let explanations: [StaticString] = [
        "sha1-", "sha256-", "sha384-", "sha512-", "SHA256:", "SHA512:", "h1:", "ssh-ed25519 ", "ssh-rsa ",
        "AAAAB3NzaC1",
        "AAAAC3NzaC1", "AAAAE2VjZHNh", "AAAAGnNr", "U1NIU0lH", "ecdsa-sha2-nistp256 ", "PUBLIC KEY-----\\n",
        "CERTIFICATE-----\\n", "SSH SIGNATURE-----\\n",
    ]

    private static let names: [StaticString] = [
        "password", "passwd", "passphrase", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key",
        "access-key", "private_key", "privatekey", "auth_token", "access_token", "refresh_token", "authtoken", "token",
        "client_secret", "pwd", "secret_key", "secretkey", "secret-key", "account_key", "accountkey", "account-key",
        "encryption_key", "encryption-key", "signing_key", "signing-key", "credentials",
    ]

    /// Whether a word ends in a name for secrets: `DB_PASSWORD`, `--api-key`.
    static func namesSecret(_ json: UnsafeRawBufferPointer, _ word: Range<Int>) -> Bool {
        names.contains { name in
            let count = name.utf8CodeUnitCount
            guard word.count >= count else { return false }
            let start = word.upperBound - count
            guard equal(json, start..<word.upperBound, name) else { return false }
            // `broken: …` and `tokenizer` are words of their own.
            return start == word.lowerBound || !isLower(json[start - 1]) || isUpper(json[start])
        }
    }

    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isUpper(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// Letter by letter, upper case or lower.
    static func equal(_ json: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            let byte = json[range.lowerBound + offset]
            guard (isUpper(byte) ? byte | 0x20 : byte) == text.utf8Start[offset] else { return false }
        }
        return true
    }

    /// A place where a secret is, rather than one: `${TOKEN}`, `env:TOKEN`, `***`, `sha256:…`, a path, a plain word.
    static func isReference(_ json: UnsafeRawBufferPointer, _ value: Range<Int>) -> Bool {
        let first = json[value.lowerBound]
        if [UInt8(ascii: "$"), UInt8(ascii: "<"), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "/")].contains(
            first)
        {
            return true
        }
        if value.allSatisfy({ json[$0] == first }) { return true }
        for prefix: StaticString in ["sha256:", "env:", "file:", "secret:", "secrets.", "vault:", "./"] {
            let count = prefix.utf8CodeUnitCount
            let head = value.lowerBound..<min(value.lowerBound + count, value.upperBound)
            if equal(json, head, prefix) { return true }
        }
        return value.allSatisfy { isLower(json[$0]) || json[$0] == UInt8(ascii: ".") }
    }

    static func hasDigitOrCase(_ json: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        range.contains { isDigit(json[$0]) || isUpper(json[$0]) }
    }

    /// Whether letters and digits follow each other as by chance.
    ///
    /// Of two neighbours drawn from 62 characters 62 in 100 are of different kinds (lower, upper, digit); in names
    /// people make up it is under 35. Hexadecimal digits and everything without all three kinds are not taken for
    /// random.
    static func isRandom(_ json: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard range.count > Limits.digestedSecretBytes else { return false }
        var (changes, last, kinds, count) = (0, 0, 0, 0)
        for index in range {
            let byte = json[index]
            let kind = isLower(byte) ? 1 : isUpper(byte) ? 2 : isDigit(byte) ? 4 : 0
            kinds |= kind
            // What joins the words of a name is no change.
            if last != 0, kind != 0, kind != last { changes += 1 }
            if kind != 0 { count += 1 }
            last = kind
        }
        return kinds == 7 && changes * 100 >= count * 45
    }
}
