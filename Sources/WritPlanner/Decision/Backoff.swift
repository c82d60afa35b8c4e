// Pauses that double.
import WritVocabulary

/// The pause after so many failures in a row: doubles from the first to the longest. No jitter, so that a plan can be
/// made again from the same record.
public struct Backoff: Sendable, Hashable {
    public var first: TimeSpan
    public var longest: TimeSpan

    public init(first: TimeSpan, longest: TimeSpan) {
        self.first = first
        self.longest = longest
    }

    public func pause(afterFailures count: Int) -> TimeSpan {
        guard count > 0 else { return .seconds(0) }
        // 2^30 times any pause is past every longest one.
        let factor = Int64(1) << Int64(min(count - 1, 30))
        let (product, overflow) = first.milliseconds.multipliedReportingOverflow(by: factor)
        return overflow ? longest : min(TimeSpan(milliseconds: product), longest)
    }
}
