// Every limit of the documents made from records.

enum DocumentLimits {
    /// A requirements file with all its hashes.
    static let requirementsBytes = 4 << 20
    static let packages = 10_000
    /// Files of one version that a bill of materials lists.
    static let files = 100_000
    /// Entries one line cites; the first and the last are always among them.
    static let citations = 20
    /// Names listed in one sentence; the rest is a number.
    static let listed = 10
    /// Rows of one table; what is left out is said below it.
    static let rows = 1_000
    /// Characters of one cell of a Markdown table.
    static let cellCharacters = 2_000
}
