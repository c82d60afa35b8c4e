// The log of a simulated world: same promises, no disk, and faults where a test wants them.
import Synchronization
import WritVocabulary

/// An entry log in memory.
public final class MemoryEntryLog: EntryLog {
    /// What goes wrong at one append.
    public enum Fault: Hashable, Sendable {
        /// Nothing is kept and the append throws.
        case failBefore
        /// The batch is kept, but the append throws all the same.
        case failAfter
        /// The process ends before anything is kept.
        case crashBefore
        /// The process ends when the batch is durable.
        case crashAfter
    }

    fileprivate struct Inner {
        var entries: [LedgerEntry] = []
        var state = RecordedState()
        var sequencer = EntrySequencer(next: 0)
        var faults: [Int: Fault]
        var appends = 0
        var crashed = false
    }

    /// Entries, their fold, and the faults still to come.
    private let inner: Mutex<Inner>

    public var root: String? { nil }

    /// `faults` are keyed by the number of the append they hit; the first append is 0. Appends of nothing do not count.
    public convenience init(faults: [Int: Fault] = [:]) { self.init(entries: [], faults: faults) }

    private init(entries: [LedgerEntry], faults: [Int: Fault]) {
        var start = Inner(faults: faults)
        for entry in entries { start.keep(entry) }
        start.sequencer = EntrySequencer(next: Int64(entries.count), lastTime: entries.last?.time)
        inner = Mutex(start)
    }

    /// The log a new process finds after this one ended.
    public func restarted(faults: [Int: Fault] = [:]) -> MemoryEntryLog {
        MemoryEntryLog(entries: inner.withLock { $0.entries }, faults: faults)
    }

    public var state: RecordedState { inner.withLock { $0.state } }
    /// Every entry, in order.
    public var allEntries: [LedgerEntry] { inner.withLock { $0.entries } }
    /// Appends so far, those that failed included: where a fault can hit.
    public var appendCount: Int { inner.withLock { $0.appends } }
    /// Whether a fault ended the process that used this log.
    public var hasCrashed: Bool { inner.withLock { $0.crashed } }

    @discardableResult
    public func append(_ drafts: [EntryDraft]) throws -> [LedgerEntry] {
        try inner.withLock { try $0.append(drafts) }
    }

    public func sync() throws {
        try inner.withLock { if $0.crashed { throw MemoryEntryLog.crash } }
    }

    public func entries(_ query: EntryQuery) throws -> [LedgerEntry] {
        try inner.withLock { inner in
            if inner.crashed { throw MemoryEntryLog.crash }
            let fitting = inner.entries.lazy.filter(query.fits)
            let reversed = inner.entries.reversed().lazy.filter(query.fits)
            return query.newestFirst ? Array(reversed.prefix(query.limit)) : Array(fitting.prefix(query.limit))
        }
    }

    fileprivate static let crash = LedgerFailure(
        code: "crashed", message: "the process that used this log has ended; restart it", retry: .stalled)
    fileprivate static let injected = LedgerFailure(
        code: "injected", message: "the ledger could not be written; it will be tried again", retry: .transient)
}

extension MemoryEntryLog.Inner {
    mutating func keep(_ entry: LedgerEntry) {
        entries.append(entry)
        state.apply(entry)
    }

    mutating func append(_ drafts: [EntryDraft]) throws -> [LedgerEntry] {
        if crashed { throw MemoryEntryLog.crash }
        if drafts.isEmpty { return [] }
        var after = sequencer
        let encoded = try after.encode(drafts)
        let fault = faults[appends]
        appends += 1
        if fault == .failBefore { throw MemoryEntryLog.injected }
        crashed = fault == .crashBefore || fault == .crashAfter
        if fault == .crashBefore { throw MemoryEntryLog.crash }
        sequencer = after
        for one in encoded { keep(one.entry) }
        if fault == .crashAfter { throw MemoryEntryLog.crash }
        if fault == .failAfter { throw MemoryEntryLog.injected }
        return encoded.filter(\.isDrafted).map(\.entry)
    }
}
