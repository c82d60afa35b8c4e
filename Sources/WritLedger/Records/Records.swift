// The disk's entry log: ledger, folded state and projection kept in step.
import GRDB
import Synchronization
import WritVocabulary

/// Everything Writ recorded, on disk. The ledger is the truth; state and projection follow from it and nothing else.
public final class Records: EntryLog {
    fileprivate struct Inner {
        let ledger: Ledger
        let path: String
        var projection: Projection?
        var projectionFailure: LedgerFailure?
        var state: RecordedState
    }

    /// The ledger's writer and what was folded from it.
    private let inner: Mutex<Inner>

    /// What opening the projection took.
    public let opening: ProjectionOpening
    /// Bytes of an unfinished append that were cut from the journal. They were never acknowledged.
    public let cutBytes: Int

    public static func ledgerPath(in data: String) -> String { "\(data)/ledger" }
    public static func projectionPath(in data: String) -> String { "\(data)/state.db" }

    /// Opens the records of a data directory for its one writer.
    public init(data: String, signer: NoteSigner) throws {
        let ledger = try Ledger(directory: Records.ledgerPath(in: data), signer: signer)
        try LedgerKey.settleRotation(in: data, ledger)
        let path = Records.projectionPath(in: data)
        let opened = try Projection.translating(path) { try Projection.open(path: path, log: try ledger.view()) }
        opening = opened.opening
        cutBytes = ledger.cutBytes
        inner = Mutex(Inner(ledger: ledger, path: path, projection: opened.projection, state: opened.state))
    }

    public var state: RecordedState { inner.withLock { $0.state } }

    public var root: String? { inner.withLock { Hex.encode($0.ledger.root.bytes) } }

    /// Entries, signed or not.
    public var size: Int { inner.withLock { $0.ledger.size } }
    /// The last signed head.
    public var checkpoint: SignedCheckpoint { inner.withLock { $0.ledger.signed } }
    /// How often the clock had gone back since this log was opened.
    public var clockCorrections: ClockCorrections { inner.withLock { $0.ledger.clockCorrections } }

    /// What of the records does not work at the moment although appends do: folding into tiles, or the projection.
    public var failure: LedgerFailure? {
        inner.withLock { $0.ledger.foldFailure ?? $0.projectionFailure }
    }

    @discardableResult
    public func append(_ drafts: [EntryDraft]) throws -> [LedgerEntry] {
        try inner.withLock { inner in
            let encoded = try inner.ledger.appendEncoded(drafts)
            inner.record(encoded)
            return encoded.filter(\.isDrafted).map(\.entry)
        }
    }

    public func sync() throws {
        try inner.withLock { try $0.ledger.sync() }
    }

    public func sync(now: Timestamp) throws {
        try inner.withLock { try $0.ledger.sync(now: now) }
    }

    /// Records that `next` takes the log over from the key that holds it now, and signs the head that follows with
    /// both. `install` puts the new key where the next start finds it; only then does it sign alone.
    func rotate(
        to next: NoteSigner, actor: String, reason: String, at now: Timestamp, install: @Sendable () throws -> Void
    ) throws -> KeyRotation {
        try inner.withLock { inner in
            let (rotation, draft) = try inner.ledger.prepareRotation(to: next, actor: actor, reason: reason, at: now)
            inner.record(try inner.ledger.appendRotation(draft, to: next))
            try inner.ledger.finishRotation(to: next, install: install)
            return rotation
        }
    }

    public func entries(_ query: EntryQuery) throws -> [LedgerEntry] {
        try inner.withLock { inner in
            inner.mend()
            if let failure = inner.projectionFailure { throw failure }
            return try Projection.translating(inner.path) { try inner.projection?.entries(query) ?? [] }
        }
    }

    /// Signs what was appended, closes the projection and gives up the lock. Nothing works after that.
    /// While the clock is behind nothing is signed: the journal keeps it for the next start.
    public func close(now: Timestamp? = nil) throws {
        try inner.withLock { inner in
            let projection = inner.projection
            inner.projection = nil
            try inner.ledger.close(now: now)
            inner.projectionFailure = inner.ledger.broken
            try Projection.translating(inner.path) { try projection?.close() }
        }
    }
}

extension Records.Inner {
    /// The entries are durable, so nothing here may fail the append: a projection that cannot follow is left behind,
    /// shown in `failure`, and brought back from the ledger as if at a start.
    mutating func record(_ encoded: [EncodedEntry]) {
        guard !encoded.isEmpty else { return }
        let changes = state.fold(encoded)
        guard let current = projection else { return mend() }
        do {
            try Projection.translating(path) {
                try current.write(encoded, changes: changes, state: state, root: ledger.root)
            }
        } catch {
            projection = nil
            projectionFailure = error as? LedgerFailure ?? LedgerFailure(FailureRecord(error))
        }
    }

    mutating func mend() {
        guard projection == nil, !ledger.isClosed else { return }
        do {
            let opened = try Projection.translating(path) { try Projection.open(path: path, log: try ledger.view()) }
            projection = opened.projection
            projectionFailure = nil
            // The same entries through the same function; taking its result rules out that the two differ.
            state = opened.state
        } catch {
            projectionFailure = error as? LedgerFailure ?? LedgerFailure(FailureRecord(error))
        }
    }
}

extension Projection {
    /// A user never sees SQLite's own words alone.
    static func translating<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw LedgerFailure(
                code: "projection-failed",
                message:
                    "the projection \(path) could not be used: \(error.message ?? "SQLite error \(error.resultCode)"). "
                    + "It can be deleted: the next start makes it again from the ledger", retry: .transient)
        }
    }
}
