// The names a policy has of its own.

extension TextRule {
    /// As approvals write it down: no spaces, so that it cannot be told apart only by them.
    static let repository = TextRule(
        words: "the repository's name, of printable ASCII without spaces, such as `example.com/ml/models`",
        bytes: 1...Limits.shortTextBytes,
        characters: .ascii(first: CharacterSet("!-~"), middle: CharacterSet("!-~"), last: CharacterSet("!-~")))

    static let account = TextRule(
        words: "an account of the forge, of letters, digits, `_`, `.` and `-`", bytes: 1...Limits.shortTextBytes,
        characters: .ascii(
            first: CharacterSet("A-Za-z0-9_"), middle: CharacterSet("A-Za-z0-9_.-"), last: CharacterSet("A-Za-z0-9_.-")
        ))

    static let fingerprint = TextRule(
        words: "an OpenPGP fingerprint: 40 or 64 upper-case hexadecimal digits without spaces", bytes: 40...64,
        characters: .digits(CharacterSet("0-9A-F"), lengths: [40, 64]))
}
