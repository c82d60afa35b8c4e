// Answers from the data directory when no controller runs: the projection where it fits the ledger, the ledger beyond.
import WritLedger
import WritVocabulary

/// The records of a data directory at one moment. Needs the public key and no permission to write.
public struct DirectorySource: AnswerSource {
    private static let chunk = 1024

    private let ledger: LedgerReader
    /// What all entries add up to, and which they are.
    public let observation: ObservationRecord
    private var state: RecordedState { observation.recorded }
    private let size: Int

    public init(data: String) throws {
        let reader = RecordsReader(data: data, verifier: try LedgerKey.loadVerifier(in: data))
        ledger = reader.ledger
        observation = try reader.observation()
        size = Int(observation.recorded.next)
    }

    public func recorded() async throws -> RecordedState { state }
    public func live() async throws -> LiveState? { nil }

    public func entries(_ query: EntryQuery) async throws -> [LedgerEntry] {
        var found: [LedgerEntry] = []
        let first = query.after.map { Int(clamping: $0) + 1 } ?? 0
        let last = min(size, query.before.map { Int(clamping: $0) } ?? size)
        guard first < last, query.limit > 0 else { return [] }
        try walk(first..<last, newestFirst: query.newestFirst) { entry in
            if query.fits(entry) { found.append(entry) }
            return found.count < query.limit
        }
        return found
    }

    /// One walk backwards for all of them, instead of one for each.
    public func conditionTimes(_ resources: Set<ResourceID>) async throws -> [ResourceID: Timestamp] {
        var times: [ResourceID: Timestamp] = [:]
        try walk(0..<size, newestFirst: true) { entry in
            guard case .conditionsChanged = entry.event, let subject = entry.subject, resources.contains(subject) else {
                return true
            }
            if times[subject] == nil { times[subject] = entry.time }
            return times.count < resources.count
        }
        return times
    }

    /// Hands out entries in order, or in reverse, until `body` has seen enough.
    private func walk(_ range: Range<Int>, newestFirst: Bool, _ body: (LedgerEntry) throws -> Bool) throws {
        let view = try ledger.view()
        let starts = stride(from: range.lowerBound, to: range.upperBound, by: DirectorySource.chunk)
        for start in newestFirst ? Array(starts.reversed()) : Array(starts) {
            var entries: [LedgerEntry] = []
            try view.forEachEntry(in: start..<min(start + DirectorySource.chunk, range.upperBound)) { entry, _ in
                entries.append(entry)
                return true
            }
            for entry in newestFirst ? entries.reversed() : entries where try !body(entry) { return }
        }
    }
}
