// When a replica's files are read again, and what is known of them. Pure.
import WritVocabulary

/// What outlives the controller of a replica's integrity: `integrity.json`.
struct IntegrityRecord: Codable, Hashable, Sendable {
    var observation: IntegrityObservation
    /// Whether the files were read since the process first answered.
    var isConfirmed: Bool
    var modes: FileModes?
}

/// A fault is final. Short of it, files are read when the process first answers, when a new controller finds the
/// replica, when something about them changed, and after every interval.
struct IntegrityWatch: Sendable {
    private(set) var record: IntegrityRecord
    private let interval: TimeSpan
    /// nil until this controller has read them all.
    private var seen: ModelFolder?
    private var nextAt: Timestamp
    var sweep: IntegritySweep?

    /// A replica as it is found: by the controller that laid it, or by one that comes after.
    init(_ record: IntegrityRecord, interval: TimeSpan, now: Timestamp) {
        self.record = record
        self.interval = interval
        nextAt = now
    }

    /// Where its bytes were never read since it answers, it does not count as ready yet.
    var mayBeReady: Bool { record.isConfirmed }

    /// What to do at a look; `answers`: whether the process has ever been ready.
    func need(_ folder: ModelFolder, answers: Bool, now: Timestamp) -> Need {
        guard record.observation.fault == nil else { return .none }
        if !record.isConfirmed { return answers ? .urgent : .none }
        guard let seen else { return .urgent }
        if folder != seen { return .urgent }
        // A clock that was set back must not put it off.
        return now >= nextAt || nextAt > now + interval ? .due : .none
    }

    enum Need: Int, Hashable, Comparable {
        case none
        case due
        case urgent
        static func < (a: Need, b: Need) -> Bool { a.rawValue < b.rawValue }
    }

    /// True when there is something new to keep.
    mutating func finished(_ outcome: IntegritySweep.Outcome, of sweep: IntegritySweep, now: Timestamp) -> Bool {
        switch outcome {
        case .unfinished:
            self.sweep = sweep
            return false
        case .intact:
            self.sweep = nil
            seen = sweep.listed
            nextAt = sweep.began + interval
            if record.modes == nil { record.modes = sweep.modes }
            record.observation.intactAt = sweep.began
            record.isConfirmed = true
            return true
        case .fault(let path, let found):
            self.sweep = nil
            record.observation.fault = .init(detectedAt: now, path: path, found: found)
            // It was looked at: what becomes of it is for others to decide.
            record.isConfirmed = true
            return true
        }
    }
}
