// Time that never runs backwards, made from a clock that may.
import WritVocabulary

/// Follows the clock of the machine. When that is set back, it goes on from where it was at the clock's pace, so that
/// no
/// wait becomes longer; it is the clock's time again once the clock has passed it.
struct SteadyTime {
    private var latest: Timestamp
    private var lead = TimeSpan.seconds(0)

    /// `latest` is a moment that has been: the last one recorded.
    init(notBefore latest: Timestamp) { self.latest = latest }

    mutating func reading(_ clock: Timestamp) -> Timestamp {
        if clock >= latest {
            lead = .seconds(0)
            latest = clock
        } else {
            if clock + lead < latest { lead = latest - clock }
            latest = clock + lead
        }
        return latest
    }

    /// What the clock will show at a moment of steady time, if it is not set again.
    func onClock(_ time: Timestamp) -> Timestamp { Timestamp(milliseconds: time.milliseconds - lead.milliseconds) }
}
