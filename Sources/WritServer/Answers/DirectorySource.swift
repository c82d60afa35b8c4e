// Answers from the data directory when no controller runs: the ledger, folded.
import WritLedger
import WritVocabulary

/// The ledger of a data directory at one moment. Needs the public key and no permission to write.
public struct DirectorySource: AnswerSource {
    private let state: RecordedState
    /// By resource; entries about none are under nil.
    private let log: MemoryIndex

    /// Reads and folds the whole ledger of `<data>`.
    public init(data: String) throws {
        let reader = LedgerReader(
            directory: Records.ledgerPath(in: data), verifier: try LedgerKey.loadVerifier(in: data))
        let view = try reader.view()
        var (state, log) = (RecordedState(), MemoryIndex())
        try view.forEachEntry(in: 0..<view.size) { entry, _ in
            state.apply(entry)
            log.add(entry)
            return true
        }
        self.state = state
        self.log = log
    }

    public func recorded() async throws -> RecordedState { state }
    public func entries(_ query: EntryQuery) async throws -> [LedgerEntry] { log.entries(query) }
    public func live() async throws -> LiveState? { nil }
}

/// Entries in order, and which of them are about what.
private struct MemoryIndex: Sendable {
    private var all: [LedgerEntry] = []
    private var bySubject: [ResourceID: [Int]] = [:]

    mutating func add(_ entry: LedgerEntry) {
        if let subject = entry.subject { bySubject[subject, default: []].append(all.count) }
        all.append(entry)
    }

    func entries(_ query: EntryQuery) -> [LedgerEntry] {
        let places = query.subject.map { bySubject[$0] ?? [] } ?? Array(all.indices)
        let ordered = query.newestFirst ? places.reversed() : places
        let fitting = ordered.lazy.map { all[$0] }.filter { entry in
            (query.kind ?? entry.event.kind) == entry.event.kind && entry.sequence > (query.after ?? -1)
                && entry.sequence < (query.before ?? .max)
        }
        return Array(fitting.prefix(query.limit))
    }
}
