// When a change may take effect: freezes and maintenance windows, in UTC, by arithmetic alone.
import WritVocabulary

/// The windows of one rule.
struct WindowRules: Hashable {
    private struct Freeze: Hashable {
        let start: Timestamp
        let end: Timestamp
        let reason: String
    }

    private struct Maintenance: Hashable {
        let days: Set<Int>
        let start: Int64
        let length: Int64

        private static let day: Int64 = 86_400_000

        func contains(_ time: Timestamp) -> Bool {
            let today = Self.dayNumber(of: time)
            // One that began yesterday may go on past midnight, and for at most a day.
            return (today - 1...today).contains { number in
                let opens = number * Self.day + start
                return isOn(number) && opens <= time.milliseconds && time.milliseconds < opens + length
            }
        }

        func next(after time: Timestamp) -> Timestamp? {
            let today = Self.dayNumber(of: time)
            let openings = (today - 1...today + 8).filter(isOn).map { $0 * Self.day + start }
            return openings.first { $0 > time.milliseconds }.map { Timestamp(milliseconds: $0) }
        }

        /// Days since 1970-01-01, which was a Thursday.
        private static func dayNumber(of time: Timestamp) -> Int64 {
            let rest = time.milliseconds % day
            return time.milliseconds / day - (rest < 0 ? 1 : 0)
        }

        private func isOn(_ number: Int64) -> Bool {
            let rest = (number + 3) % 7
            return days.contains(Int(rest < 0 ? rest + 7 : rest) + 1)
        }
    }

    private let freezes: [Freeze]
    private let maintenance: [Maintenance]

    init(_ windows: [Policy.Window]) {
        var (freezes, maintenance): ([Freeze], [Maintenance]) = ([], [])
        for window in windows {
            switch window {
            case .freeze(let start, let end, let reason):
                freezes.append(Freeze(start: start, end: end, reason: reason))
            case .maintenance(let days, let start, let end):
                let first = WindowRules.minute(start)
                let length = WindowRules.minute(end) - first
                maintenance.append(
                    Maintenance(
                        days: days, start: first, length: length > 0 ? length : length + WindowRules.day))
            }
        }
        self.freezes = freezes
        self.maintenance = maintenance
    }

    var isEmpty: Bool { freezes.isEmpty && maintenance.isEmpty }

    func assess(at now: Timestamp, into assessment: inout RuleAssessment) {
        guard !isEmpty else { return }
        guard let closed = closed(at: now) else { return assessment.meet("its windows are open") }
        guard let opening = WindowRules.opening(of: [self], from: now) else {
            return assessment.miss(.window, "\(closed): no moment of the next year is open")
        }
        assessment.miss(.window, "\(closed): it will apply at \(PolicyWords.time(opening))", until: opening)
    }

    /// Why it is closed; nil when it is open.
    func closed(at time: Timestamp) -> String? {
        let holding = freezes.filter { $0.start <= time && time < $0.end }
        if let freeze = holding.max(by: { ($0.end, $0.reason) < ($1.end, $1.reason) }) {
            let because = freeze.reason.isEmpty ? "" : " because \(PolicyWords.clean(freeze.reason))"
            return "freeze until \(PolicyWords.time(freeze.end))\(because)"
        }
        let isWithin = maintenance.isEmpty || maintenance.contains { $0.contains(time) }
        return isWithin ? nil : "it is outside the maintenance windows"
    }

    /// The first moment from `start` on at which all of them are open; nil when there is none before the horizon.
    static func opening(of all: [WindowRules], from start: Timestamp) -> Timestamp? {
        let last = start + PolicyJudge.Limits.horizon
        var time = start
        for _ in 0..<PolicyJudge.Limits.openings {
            guard let closed = all.first(where: { $0.closed(at: time) != nil }) else { return time }
            // No rule is open before its own next opening, so the search never steps over one of all.
            guard let next = closed.step(from: time), next <= last else { return nil }
            time = next
        }
        return nil
    }

    /// A later moment before which it stays closed.
    private func step(from time: Timestamp) -> Timestamp? {
        if let end = freezes.filter({ $0.start <= time && time < $0.end }).map(\.end).max() { return end }
        return maintenance.compactMap { $0.next(after: time) }.min()
    }

    private static let day: Int64 = 86_400_000

    /// Milliseconds from midnight.
    private static func minute(_ minute: Int) -> Int64 { Int64(min(max(minute, 0), 1440)) * 60_000 }
}
