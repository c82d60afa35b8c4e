// What an export does next: read, deliver, remember, wait. A state machine without time or I/O of its own.
import WritVocabulary

/// One receiver. Entries go out in order, each at least once, none is left out: the cursor moves only when a batch was
/// acknowledged, and a batch that was refused is offered again until it is taken.
public struct ExportMachine: Hashable, Sendable {
    /// What the shell is to do; then it hands the result to ``handle(_:at:)``.
    public enum Effect: Hashable, Sendable {
        /// Read at most so many entries from this one.
        case read(from: Int64, limit: Int)
        /// Deliver these entries, in this order.
        case deliver(Range<Int64>)
        /// Make the cursor durable.
        case save(ExportCursor)
        /// Do nothing before this time.
        case wait(until: Timestamp)
    }

    public enum Happening: Hashable, Sendable {
        /// The sizes in bytes of what the entries from the wanted one on are sent as.
        case read([Int])
        case readFailed(String)
        case answered(ExportAnswer)
        case saved
        case saveFailed(String)
        /// The wait is over.
        case woken
    }

    private enum Step: Hashable, Sendable {
        case reading
        case delivering(Range<Int64>)
        case saving(ExportCursor)
        case waiting(then: Then)

        enum Then: Hashable, Sendable {
            case read
            case deliver(Range<Int64>)
            case save(ExportCursor)
        }
    }

    public private(set) var cursor: ExportCursor
    /// Failures since something last went well.
    public private(set) var failures = 0
    /// Why nothing is delivered at the moment; nil while all is well.
    public private(set) var trouble: String?
    private var step = Step.reading
    private var most = ExportLimits.batchEntries
    private let idle: TimeSpan

    /// `idle` is how long to wait for new entries when all are delivered.
    public init(_ cursor: ExportCursor, idle: TimeSpan = .seconds(5)) {
        self.cursor = cursor
        self.idle = idle
    }

    public var first: Effect { .read(from: cursor.next, limit: most) }

    public mutating func handle(_ happening: Happening, at now: Timestamp) -> Effect {
        switch (step, happening) {
        case (.reading, .read(let sizes)): return gathered(sizes, at: now)
        case (.reading, .readFailed(let words)): return pause(words, then: .read, at: now)
        case (.delivering(let range), .answered(let answer)): return answered(answer, range, at: now)
        case (.saving(let next), .saved):
            cursor = next
            return read()
        // What is not remembered will be delivered again after a restart; it is not lost.
        case (.saving(let next), .saveFailed(let words)): return pause(words, then: .save(next), at: now)
        case (.waiting(.read), .woken): return read()
        case (.waiting(.deliver(let range)), .woken):
            step = .delivering(range)
            return .deliver(range)
        case (.waiting(.save(let next)), .woken):
            step = .saving(next)
            return .save(next)
        // The shell did something else than it was told: from the cursor on, nothing is lost.
        default: return read()
        }
    }

    private mutating func read() -> Effect {
        step = .reading
        return .read(from: cursor.next, limit: most)
    }

    private mutating func gathered(_ sizes: [Int], at now: Timestamp) -> Effect {
        guard !sizes.isEmpty else {
            trouble = nil
            step = .waiting(then: .read)
            return .wait(until: now + idle)
        }
        var (count, bytes) = (0, 0)
        for size in sizes.prefix(most) {
            // One entry goes out however long it is.
            guard count == 0 || bytes + size <= ExportLimits.batchBytes else { break }
            count += 1
            bytes += size
        }
        let range = cursor.next..<cursor.next + Int64(count)
        step = .delivering(range)
        return .deliver(range)
    }

    private mutating func answered(_ answer: ExportAnswer, _ range: Range<Int64>, at now: Timestamp) -> Effect {
        switch answer {
        case .accepted:
            failures = 0
            trouble = nil
            most = min(ExportLimits.batchEntries, most * 2)
            let next = ExportCursor(sink: cursor.sink, origin: cursor.origin, next: range.upperBound)
            step = .saving(next)
            return .save(next)
        case .tooLarge where range.count > 1:
            most = max(1, range.count / 2)
            return read()
        case .tooLarge:
            let words = "entry \(range.lowerBound) is larger than the receiver takes: raise its limit"
            return pause(words, then: .deliver(range), at: now, atLeast: ExportLimits.longestPause)
        case .later(let words, let after):
            return pause(words, then: .deliver(range), at: now, atLeast: after)
        case .refused(let words):
            return pause(words, then: .deliver(range), at: now, atLeast: ExportLimits.longestPause)
        }
    }

    /// 1 s, 2 s, 4 s and so on; never longer than the longest pause, whatever a receiver asks for.
    private mutating func pause(
        _ words: String, then: Step.Then, at now: Timestamp, atLeast: TimeSpan? = nil
    ) -> Effect {
        trouble = words
        failures += 1
        let grown = ExportLimits.firstPause.milliseconds << Int64(min(failures - 1, 20))
        let asked = max(grown, atLeast?.milliseconds ?? 0)
        step = .waiting(then: then)
        return .wait(
            until: now + TimeSpan(milliseconds: min(asked, ExportLimits.longestPause.milliseconds)))
    }
}

/// What a receiver made of a delivery.
public enum ExportAnswer: Hashable, Sendable {
    /// It has them all, for good.
    case accepted
    /// It may take them later; perhaps not before so long.
    case later(String, after: TimeSpan? = nil)
    /// It would take fewer at once.
    case tooLarge
    /// It will not take them until a person changes something.
    case refused(String)

    /// What an HTTP status means (RFC 9110 §15). `retryAfter` is the header's number of seconds; its other form, a
    /// date, is not looked at. Redirects are not followed: the entries would go to somebody nobody chose.
    public init(status: Int, retryAfter: String? = nil) {
        let seconds = retryAfter.flatMap { Int64($0) }.flatMap { (0...86_400).contains($0) ? $0 : nil }
        switch status {
        case 200...299: self = .accepted
        case 413: self = .tooLarge
        case 408, 425, 429, 500...599:
            self = .later("the receiver answered \(status)", after: seconds.map(TimeSpan.seconds))
        case 300...399: self = .refused("the receiver answered \(status), a redirect: set the address it leads to")
        case 401, 403: self = .refused("the receiver answered \(status): look at the credentials it was given")
        case let other: self = .refused("the receiver answered \(other): look at its address and what it expects")
        }
    }
}
