// What an answer is made from: a running controller, or the data directory when none runs.
import WritVocabulary

/// Read access to what is recorded. Both implementations give the same values for the same ledger.
public protocol AnswerSource: Sendable {
    func recorded() async throws -> RecordedState

    /// Entries that match, newest first.
    func entries(_ query: EntryQuery) async throws -> [LedgerEntry]

    /// When each resource's conditions last changed. A resource without an entry is left out.
    func conditionTimes(_ resources: Set<ResourceID>) async throws -> [ResourceID: Timestamp]

    /// What the backends showed in the last pass; nil when no controller runs.
    func live() async throws -> LiveState?
}

extension AnswerSource {
    /// One query for each resource; a source with an index does better.
    public func conditionTimes(_ resources: Set<ResourceID>) async throws -> [ResourceID: Timestamp] {
        var times: [ResourceID: Timestamp] = [:]
        for resource in resources.sorted() {
            let query = EntryQuery(subject: resource, kinds: ["conditionsChanged"], limit: 1)
            times[resource] = try await entries(query).first?.time
        }
        return times
    }
}

/// Which entries are wanted.
public struct EntryQuery: Codable, Hashable, Sendable {
    /// Only those about this resource.
    public var subject: ResourceID?
    /// Only those whose `Event.kind` is listed; all when empty.
    public var kinds: Set<String>
    /// Only those with a smaller sequence number, for turning pages.
    public var before: Int64?
    /// At most so many, 1 to 1000.
    public var limit: Int

    public init(subject: ResourceID? = nil, kinds: Set<String> = [], before: Int64? = nil, limit: Int = 50) {
        self.subject = subject
        self.kinds = kinds
        self.before = before
        self.limit = min(max(limit, 1), Limits.historyEntries)
    }

    public func matches(_ entry: LedgerEntry) -> Bool {
        if let subject, entry.subject != subject { return false }
        if let before, entry.sequence >= before { return false }
        return kinds.isEmpty || kinds.contains(entry.event.kind)
    }
}
