// Time that never runs backwards, made from a clock that may.
import WritVocabulary

/// Follows the clock of the machine. When that is set back, it goes on from where it was at half the clock's pace: no
/// wait becomes more than twice as long, and after twice the step it is the clock's time again. Going on at the full
/// pace it would stay ahead for good, and what it dates would never be old enough to be signed.
struct SteadyTime {
    /// The last reading, in steady time.
    private(set) var latest: Timestamp
    /// What the clock showed at it; nil before the first.
    private var shown: Timestamp?
    /// Milliseconds of the clock that did not make a whole one here.
    private var rest: Int64 = 0

    /// What one reading may add while it is ahead of the clock: a clock that is set forward part of the way back has
    /// not measured anything.
    static let stride = TimeSpan.minutes(1)

    /// `latest` is a moment that has been: the last one recorded.
    init(notBefore latest: Timestamp) { self.latest = latest }

    mutating func reading(_ clock: Timestamp) -> Timestamp {
        defer { shown = clock }
        let passed = shown.map { clock - $0 } ?? .seconds(0)
        let doubled = min(max(0, passed.milliseconds), Self.stride.milliseconds) + rest
        let slow = latest + TimeSpan(milliseconds: doubled / 2)
        (latest, rest) = clock >= slow ? (clock, 0) : (slow, doubled % 2)
        return latest
    }

    /// How far the clock is behind.
    var lead: TimeSpan { shown.map { max($0, latest) - $0 } ?? .seconds(0) }

    /// What the clock will show at a moment of steady time, if it is not set again.
    func onClock(_ time: Timestamp) -> Timestamp {
        let (ahead, behind) = ((time - latest).milliseconds, lead.milliseconds)
        // They meet when the clock has gone twice the lead.
        if ahead > 0, ahead >= behind { return time }
        return Timestamp(milliseconds: latest.milliseconds - behind + (ahead > 0 ? 2 * ahead : ahead))
    }
}
