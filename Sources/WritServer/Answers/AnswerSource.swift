// What an answer is made from: a running controller, or the data directory when none runs.
import WritLedger
import WritVocabulary

/// Read access to what is recorded. Both implementations give the same values for the same ledger.
public protocol AnswerSource: Sendable {
    func recorded() async throws -> RecordedState

    /// Entries that fit, in the order the query asks for.
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
            let query = EntryQuery(subject: resource, kind: "conditionsChanged", limit: 1, newestFirst: true)
            times[resource] = try await entries(query).first?.time
        }
        return times
    }
}
