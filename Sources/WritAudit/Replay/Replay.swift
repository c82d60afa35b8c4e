// A decision made again from what was recorded, and how it compares with the decision on record.
import WritVocabulary

/// What came of replaying one entry.
public struct Replay: Codable, Hashable, Sendable {
    public var sequence: Int64
    /// The event's word: `changeAllowed`.
    public var kind: String
    public var time: Timestamp
    public var outcome: Outcome
    /// What it was made from.
    public var inputs: [Input]
    /// What a reader should know besides; sentences.
    public var remarks: [String] = []

    public enum Outcome: Codable, Hashable, Sendable {
        /// The same bytes; their digest.
        case same(Digest)
        case different(Difference)
        /// Something it was made from is not to be had. One sentence without a full stop.
        case incomplete(String)
        /// No decision, or one whose inputs are not recorded.
        case unsuited(String)
    }

    public struct Input: Codable, Hashable, Sendable {
        /// `review`, `manifests at the base`.
        public var name: String
        /// A digest, a revision, or a count of entries.
        public var value: String
        public var entries: [Int64]

        public init(_ name: String, _ value: String, _ entries: [Int64] = []) {
            self.name = name
            self.value = value
            self.entries = entries
        }
    }

    /// The first place where the two encodings differ.
    public struct Difference: Codable, Hashable, Sendable {
        /// `decision.rules[0].missing`.
        public var path: String
        public var recorded: String
        public var remade: String
    }

    /// Whether the decision on record is another one than its inputs give.
    public var isDifferent: Bool { if case .different = outcome { true } else { false } }
}

extension Replay.Outcome {
    enum SameCodingKeys: String, CodingKey { case _0 = "digest" }
    enum DifferentCodingKeys: String, CodingKey { case _0 = "difference" }
    enum IncompleteCodingKeys: String, CodingKey { case _0 = "missing" }
    enum UnsuitedCodingKeys: String, CodingKey { case _0 = "reason" }
}

/// Where a replay reads what the ledger only names.
public struct ReplaySources {
    /// The log's name: it is in the statements Writ signs.
    public var origin: String
    /// A blob of at most so many bytes, checked against its digest; nil where it is not to be had.
    public var blob: (Digest, _ limit: Int) throws -> [UInt8]?
    /// What the repository declares at a revision; nil where it cannot be read any more.
    public var desired: (RevisionID) throws -> DesiredState?

    public init(
        origin: String, blob: @escaping (Digest, Int) throws -> [UInt8]?,
        desired: @escaping (RevisionID) throws -> DesiredState?
    ) {
        self.origin = origin
        self.blob = blob
        self.desired = desired
    }
}

enum ReplayLimits {
    static let reviewBytes = 16 << 20
    static let envelopeBytes = 4 << 20
    /// Characters of a value that is shown because it differs.
    static let shownCharacters = 300
    /// Replays a report lists one by one.
    static let listed = 10_000
}
