// What the controller needs of a ledger: append, the state it adds up to, and questions about the past.
import WritVocabulary

/// The record of everything Writ did. One implementation lives on disk (`Records`), one in memory (`MemoryEntryLog`).
public protocol EntryLog: AnyObject, Sendable {
    /// What all entries add up to.
    var state: RecordedState { get }

    /// The ledger's root over the entries `state` folds, in hexadecimal digits; nil for a log that has none.
    var root: String? { get }

    /// Makes a batch durable, all of it or nothing, and folds it into `state`.
    ///
    /// When it throws, the batch may still be there after a restart if the failure came from the disk.
    @discardableResult
    func append(_ drafts: [EntryDraft]) throws -> [LedgerEntry]

    /// Signs what was appended. Throws `clock-went-back` while the clock is behind the last entry.
    func sync() throws

    /// The same, knowing what the clock shows.
    func sync(now: Timestamp) throws

    /// Entries that fit a query, at most `Limits.queryEntries` of them.
    func entries(_ query: EntryQuery) throws -> [LedgerEntry]
}

/// Which entries somebody asks for.
public struct EntryQuery: Hashable, Sendable {
    public var subject: ResourceID?
    /// The stable word of the event, `Event.kind`.
    public var kind: String?
    /// Only entries with a greater sequence number.
    public var after: Int64?
    /// Only entries with a smaller sequence number: the next page when reading newest first.
    public var before: Int64?
    public var limit: Int
    public var newestFirst: Bool

    public init(
        subject: ResourceID? = nil, kind: String? = nil, after: Int64? = nil, before: Int64? = nil, limit: Int = 100,
        newestFirst: Bool = false
    ) {
        self.subject = subject
        self.kind = kind
        self.after = after
        self.before = before
        self.limit = min(max(0, limit), Limits.queryEntries)
        self.newestFirst = newestFirst
    }

    /// Whether an entry is among those asked for, the limit aside.
    public func fits(_ entry: LedgerEntry) -> Bool {
        if let subject, entry.subject != subject { return false }
        if let kind, entry.event.kind != kind { return false }
        if let after, entry.sequence <= after { return false }
        if let before, entry.sequence >= before { return false }
        return true
    }
}

extension EntryLog {
    public func sync(now: Timestamp) throws { try sync() }

    public func entries(
        subject: ResourceID? = nil, kind: String? = nil, after: Int64? = nil, limit: Int, newestFirst: Bool = false
    ) throws -> [LedgerEntry] {
        try entries(EntryQuery(subject: subject, kind: kind, after: after, limit: limit, newestFirst: newestFirst))
    }
}
