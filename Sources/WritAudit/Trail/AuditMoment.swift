// A point of the ledger: by time or by number of entries.
import WritVocabulary

public enum AuditMoment: Hashable, Sendable, CustomStringConvertible {
    /// Everything recorded up to and including this time.
    case time(Timestamp)
    /// The first so many entries.
    case size(Int64)

    /// Whether an entry belongs to the past of this moment: reading may stop at the first that does not, since neither
    /// numbers nor times of entries go back.
    public func includes(_ entry: LedgerEntry) -> Bool {
        switch self {
        case .time(let time): entry.time <= time
        case .size(let size): entry.sequence < size
        }
    }

    public var description: String {
        switch self {
        case .time(let time): time.text
        case .size(let size): size == 1 ? "the first entry" : "the first \(size) entries"
        }
    }
}

extension AuditTrail {
    /// The number of entries made before a time.
    public func size(before time: Timestamp) -> Int64 {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return Int64(low)
    }

    /// The entries of the past of a moment.
    public func size(at moment: AuditMoment) -> Int64 {
        switch moment {
        case .time(let time): size(before: Timestamp(milliseconds: time.milliseconds &+ 1))
        case .size(let size): max(0, min(size, self.size))
        }
    }
}
