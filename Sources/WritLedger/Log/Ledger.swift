// The append-only log: durable through its journal at once, signed as tlog-tiles a little later.
import CLinux
import Foundation
import WritVocabulary

/// The one writer of a log (C2SP tlog-tiles in `<data>/ledger`).
///
/// An append is durable when it returns: one frame, one fdatasync. `sync` folds what was appended into tiles and signs
/// a checkpoint; so does an append that finds the journal grown long. Not for use from two threads at once.
public final class Ledger {
    public let directory: String
    var signer: LedgerSigner
    /// nil outside of tests.
    let gate: (any DiskGate)?
    /// Folders whose names this process knows to be durable up to the log's own.
    var settledFolders: Set<String> = []
    private var lock: Descriptor?
    var journal: Journal
    var builder: TreeBuilder
    /// Entries of the bundle that is not full yet, as far as they are signed.
    var bundle: [UInt8]
    /// Appended since the last checkpoint.
    var pending: [[UInt8]]
    /// Tiles filled since the last checkpoint.
    var full: [TreeBuilder.FullTile] = []
    var sequencer: EntrySequencer

    /// The last head that was signed.
    public internal(set) var signed: SignedCheckpoint
    /// Why the last folding failed. It is tried again by the next append and by `sync`.
    public internal(set) var foldFailure: LedgerFailure?
    /// Bytes of an unfinished append that were cut when the log was opened. They were never acknowledged.
    public let cutBytes: Int
    /// Set when it is unknown what the disk holds; from then on nothing is appended.
    var broken: LedgerFailure?

    /// Entries, signed or not.
    public var size: Int { builder.size }
    /// The root over all entries, signed or not.
    public var root: TreeHash { builder.root }
    public var clockCorrections: ClockCorrections { sequencer.corrections }
    public var reader: LedgerReader { LedgerReader(directory: directory, verifier: signer.verifier) }

    /// Opens a log for writing, makes an empty one where there is none, and recovers what a crash left.
    public convenience init(directory: String, signer: NoteSigner) throws {
        try self.init(directory: directory, signer: signer, gate: nil)
    }

    init(directory: String, signer: NoteSigner, gate: (any DiskGate)?) throws {
        self.directory = directory
        self.signer = LedgerSigner(current: signer)
        self.gate = gate
        try Disk.makeFolder("\(directory)/tmp", gate: gate)
        lock = try Ledger.takeLock(in: directory)
        for name in try Disk.names(in: "\(directory)/tmp") {
            try Disk.remove("\(directory)/tmp/\(name)", gate: gate)
        }
        try Ledger.settle(directory, gate: gate)
        try Ledger.createIfAbsent(in: directory, signer, gate: gate)

        let reader = LedgerReader(directory: directory, verifier: signer.verifier)
        let view = try reader.view()
        try Ledger.checkHeld(view.signed, by: signer)
        let content = try Journal.content(in: directory)
        signed = view.signed
        pending = view.unsigned
        cutBytes = content?.tornBytes ?? 0
        if let content, content.base + content.entries.count >= view.signedSize {
            journal = try Journal.resume(in: directory, content, gate: gate)
        } else {
            journal = try Journal.begin(in: directory, base: view.signedSize, gate: gate)
        }
        builder = view.tiles.builder
        for entry in pending { builder.append(.leaf(entry)) }
        bundle = try Ledger.openBundle(view)
        sequencer = try Ledger.sequencer(after: view)
    }

    /// Appends entries that belong together; durable on return, all of them or none. Returns the drafts' entries; where
    /// the clock went back there is one more in the log that says so.
    public func append(_ drafts: [EntryDraft]) throws -> [LedgerEntry] {
        try appendEncoded(drafts).filter(\.isDrafted).map(\.entry)
    }

    func appendEncoded(_ drafts: [EntryDraft]) throws -> [EncodedEntry] {
        if let broken { throw broken }
        if drafts.isEmpty { return [] }
        var after = sequencer
        let encoded = try after.encode(drafts)
        var payload: [UInt8] = []
        for one in encoded { TileFile.append(one.bytes, to: &payload) }
        try makeRoom(for: payload.count)
        try write(JournalFrame.encode(first: size, count: encoded.count, payload: payload))
        sequencer = after
        for one in encoded {
            pending.append(one.bytes)
            builder.append(.leaf(one.bytes))
        }
        foldWhenLong()
        return encoded
    }

    /// Folds everything appended into tiles and signs a checkpoint over it. Costs nothing when there is nothing new.
    ///
    /// `now` is what the clock shows; without it, what it showed at the last append. A clock that went back keeps
    /// anything from being signed: `clock-went-back`.
    public func sync(now: Timestamp? = nil) throws {
        if let broken { throw broken }
        do {
            try foldInTime(now)
            foldFailure = nil
        } catch {
            foldFailure = error as? LedgerFailure ?? LedgerFailure(FailureRecord(error))
            throw error
        }
    }

    /// Signs what was appended and gives up the lock. Nothing can be appended after that. When the clock went back,
    /// what was appended stays unsigned in the journal, as durable as before.
    public func close(now: Timestamp? = nil) throws {
        if isClosed { return }
        defer {
            lock = nil
            broken = LedgerFailure(
                code: "ledger-closed", message: "the ledger in \(directory) is closed; open it again", retry: .stalled)
        }
        do {
            try sync(now: now)
        } catch let failure as LedgerFailure where failure.code == LedgerFailure.clockCode {
            return
        }
    }

    private func foldInTime(_ now: Timestamp?) throws {
        if let now { sequencer.read(now) }
        if !pending.isEmpty, let failure = sequencer.clockFailure { throw failure }
        try fold()
    }

    public var isClosed: Bool { lock == nil }

    /// The log as it is now, for reading.
    public func view() throws -> LedgerView {
        let tiles = try TileReader(
            folder: TileFolder(directory: directory), size: signed.checkpoint.size, root: signed.checkpoint.root)
        return LedgerView(signed: signed, tiles: tiles, tail: pending)
    }

    private func write(_ frame: [UInt8]) throws {
        do {
            try journal.append(frame)
        } catch {
            do {
                try journal.cut()
            } catch let cause {
                broken = Ledger.unknownEnd(directory, "\(cause)")
                throw broken ?? cause
            }
            throw error
        }
    }

    /// A fold that fails does not undo an append: the entries are durable, and the failure is kept to be shown.
    private func foldWhenLong() {
        guard pending.count >= Limits.foldAfterEntries || journal.length >= Limits.foldAfterBytes else { return }
        do {
            try foldInTime(nil)
            foldFailure = nil
        } catch {
            foldFailure = error as? LedgerFailure ?? LedgerFailure(FailureRecord(error))
        }
    }

    private func makeRoom(for bytes: Int) throws {
        guard journal.length + bytes > Limits.journalBytes else { return }
        do {
            try sync()
        } catch let failure as LedgerFailure where failure.code == LedgerFailure.clockCode {
            throw failure
        } catch {
            throw LedgerFailure(
                code: "journal-full",
                message: "the ledger's journal is full and cannot be folded: \(error)", retry: .stalled)
        }
    }
}

extension LedgerFailure {
    init(_ record: FailureRecord) {
        self.init(code: record.code, message: record.message, retry: record.retry)
    }
}
