// An entry before it has its place in the log.
import WritVocabulary

/// What a caller records; the log gives it a sequence number.
public struct EntryDraft: Hashable, Sendable {
    /// When it happened. A log's time never goes back: a draft older than the last entry gets that entry's time.
    public var time: Timestamp
    public var cause: Cause
    public var subject: ResourceID?
    public var event: Event

    public init(time: Timestamp, cause: Cause, subject: ResourceID?, event: Event) {
        self.time = time
        self.cause = cause
        self.subject = subject
        self.event = event
    }
}

/// An entry and its canonical encoding: the leaf's bytes.
struct EncodedEntry: Sendable {
    var entry: LedgerEntry
    var bytes: [UInt8]
    /// False for the entry the log adds of itself, that the clock went back.
    var isDrafted = true
}

/// How often a log held its time because the clock had gone back, and by how much at most.
public struct ClockCorrections: Hashable, Sendable {
    public var count = 0
    public var largest = TimeSpan(milliseconds: 0)

    public init() {}
}

/// Gives drafts their numbers and times, and checks what every log checks. Pure.
struct EntrySequencer: Sendable {
    var next: Int64
    var lastTime: Timestamp?
    var corrections = ClockCorrections()
    /// How far behind the last entry the clock was when last read, from when it was found to be behind by more than is
    /// tolerated until it has caught up.
    var behind: TimeSpan?

    init(next: Int64, lastTime: Timestamp? = nil) {
        self.next = next
        self.lastTime = lastTime
    }

    /// Takes note of what the clock shows. True when this is the first reading that is too far behind.
    @discardableResult
    mutating func read(_ now: Timestamp) -> Bool {
        guard let last = lastTime, now < last else {
            behind = nil
            return false
        }
        let wasBehind = behind != nil
        guard wasBehind || last - now > Limits.clockTolerance else { return false }
        behind = last - now
        return !wasBehind
    }

    /// Why nothing may be signed now: a head must not seem older than what it covers.
    var clockFailure: LedgerFailure? {
        behind.map { behind in
            LedgerFailure(
                code: LedgerFailure.clockCode,
                message: "the clock is \(behind) behind the ledger's last entry: entries are kept, but nothing is "
                    + "signed until it has caught up; set the machine's clock right", retry: .transient)
        }
    }

    /// Encodes a batch; throws before anything is written when an entry is too large.
    mutating func encode(_ drafts: [EntryDraft]) throws -> [EncodedEntry] {
        guard drafts.count <= Limits.batchEntries else { throw tooMany(drafts.count) }
        var after = self
        var total = 0
        let encoded = try drafts.flatMap { draft in
            let encoded = try after.encodeInTime(draft)
            total += encoded.reduce(0) { $0 + $1.bytes.count + 2 }
            guard total <= Limits.batchBytes else { throw tooMany(drafts.count) }
            return encoded
        }
        self = after
        return encoded
    }

    /// The draft's entry, and before it that the clock went back when it is the draft that shows it.
    private mutating func encodeInTime(_ draft: EntryDraft) throws -> [EncodedEntry] {
        guard read(draft.time), let behind else { return [try encode(draft)] }
        var step = try encode(
            EntryDraft(
                time: draft.time, cause: .measurement("the clock"), subject: nil,
                event: .clockWentBack(ClockStep(behind: behind))))
        step.isDrafted = false
        return [step, try encode(draft)]
    }

    private mutating func encode(_ draft: EntryDraft) throws -> EncodedEntry {
        var time = draft.time
        if let last = lastTime, time < last {
            corrections.count += 1
            corrections.largest = max(corrections.largest, last - time)
            time = last
        }
        let (entry, bytes) = try Screening.encode(
            LedgerEntry(sequence: next, time: time, cause: draft.cause, subject: draft.subject, event: draft.event))
        guard bytes.count <= LedgerEntry.maximumBytes else { throw tooLarge(entry, bytes.count) }
        next += 1
        lastTime = time
        return EncodedEntry(entry: entry, bytes: bytes)
    }

    private func tooLarge(_ entry: LedgerEntry, _ bytes: Int) -> LedgerFailure {
        let subject = entry.subject.map { " of \($0)" } ?? ""
        return LedgerFailure(
            code: "entry-too-large",
            message: "the entry \(entry.event.kind)\(subject) has \(bytes) bytes; the ledger holds at most "
                + "\(LedgerEntry.maximumBytes): keep the evidence as a blob and record its digest", retry: .terminal)
    }

    private func tooMany(_ count: Int) -> LedgerFailure {
        LedgerFailure(
            code: "batch-too-large",
            message: "\(count) entries at once are more than the ledger takes (\(Limits.batchEntries) entries, "
                + "\(Limits.batchBytes >> 20) MiB); append them in parts", retry: .terminal)
    }
}
