// What lets a reader check the entries an answer cites: their bytes, their proofs, the checkpoint and the key.

/// One entry as the log has it.
public struct EntryProof: Codable, Hashable, Sendable {
    /// The entry's canonical bytes, which are UTF-8.
    public var entry: String
    /// The whole `.tlog-proof` file.
    public var proof: String

    public init(entry: String, proof: String) {
        self.entry = entry
        self.proof = proof
    }
}

/// Handed over by whoever can read the log. Without it an answer still cites, and proves nothing.
public struct ReportProofs: Hashable, Sendable {
    public var entries: [Int64: EntryProof]
    /// The signed checkpoint the proofs lead to, verbatim.
    public var checkpoint: String?
    /// The key to check it with, as a vkey.
    public var vkey: String?

    public init(entries: [Int64: EntryProof] = [:], checkpoint: String? = nil, vkey: String? = nil) {
        self.entries = entries
        self.checkpoint = checkpoint
        self.vkey = vkey
    }

    public static let none = ReportProofs()
}
