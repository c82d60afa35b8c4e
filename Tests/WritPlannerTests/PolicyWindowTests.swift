// Freezes and maintenance windows: when they hold a change, and the exact moment they let it go.
import Testing
import WritVocabulary

@testable import WritPlanner

struct PolicyWindowTests {
    static func freeze(_ start: String, _ end: String, _ reason: String = "") -> Policy.Window {
        .freeze(start: time(start), end: time(end), reason: reason)
    }

    static func open(_ days: Set<Int>, _ start: Int, _ end: Int) -> Policy.Window {
        .maintenance(days: days, startMinute: start * 60, endMinute: end * 60)
    }

    static func time(_ text: String) -> Timestamp { Timestamp("\(text):00.000Z")! }

    struct Row: Sendable {
        let windows: [Policy.Window]
        let at: String
        /// nil is open.
        let closed: String?
        let opening: String?

        init(_ windows: [Policy.Window], at: String, _ closed: String?, opens opening: String?) {
            self.windows = windows
            self.at = at
            self.closed = closed
            self.opening = opening
        }
    }

    static let outside = "it is outside the maintenance windows"
    static let yearEnd = freeze("2026-12-20T00:00", "2027-01-04T00:00", "year end")
    /// Monday 2026-11-23 is day 1.
    static let rows: [Row] = [
        Row([], at: "2026-11-23T12:00", nil, opens: "2026-11-23T12:00"),
        Row([yearEnd], at: "2026-12-19T23:59", nil, opens: "2026-12-19T23:59"),
        Row(
            [yearEnd], at: "2026-12-20T00:00", "freeze until 2027-01-04T00:00:00Z because year end",
            opens: "2027-01-04T00:00"),
        Row([yearEnd], at: "2027-01-04T00:00", nil, opens: "2027-01-04T00:00"),
        Row(
            [yearEnd, freeze("2027-01-01T00:00", "2027-02-01T00:00")], at: "2026-12-24T00:00",
            "freeze until 2027-01-04T00:00:00Z because year end", opens: "2027-02-01T00:00"),
        Row([freeze("2026-12-02T00:00", "2026-12-01T00:00")], at: "2026-12-01T12:00", nil, opens: "2026-12-01T12:00"),
        Row([open([1], 9, 17)], at: "2026-11-23T16:59", nil, opens: "2026-11-23T16:59"),
        Row([open([1], 9, 17)], at: "2026-11-23T17:00", outside, opens: "2026-11-30T09:00"),
        Row([open([1], 9, 17)], at: "2026-11-23T08:59", outside, opens: "2026-11-23T09:00"),
        Row([open([7], 22, 2)], at: "2026-11-23T01:59", nil, opens: "2026-11-23T01:59"),
        Row([open([7], 22, 2)], at: "2026-11-23T02:00", outside, opens: "2026-11-29T22:00"),
        Row([open([2], 6, 6)], at: "2026-11-25T05:59", nil, opens: "2026-11-25T05:59"),
        Row([open([2], 6, 6)], at: "2026-11-25T06:00", outside, opens: "2026-12-01T06:00"),
        Row([open([1, 2, 3], 0, 24)], at: "2026-11-26T00:00", outside, opens: "2026-11-30T00:00"),
        Row([open([1], 9, 10), open([4], 1, 3)], at: "2026-11-23T11:00", outside, opens: "2026-11-26T01:00"),
        Row([open([2], 0, 1)], at: "2028-02-28T12:00", outside, opens: "2028-02-29T00:00"),
        Row([open([5], 0, 1)], at: "2026-12-31T12:00", outside, opens: "2027-01-01T00:00"),
        Row(
            [yearEnd, open([5], 9, 17)], at: "2026-12-25T10:00", "freeze until 2027-01-04T00:00:00Z because year end",
            opens: "2027-01-08T09:00"),
        Row([open([], 9, 17)], at: "2026-11-23T12:00", outside, opens: nil),
        Row([open([8], 9, 17)], at: "2026-11-23T12:00", outside, opens: nil),
        Row(
            [freeze("2026-01-01T00:00", "2028-01-01T00:00", "audit")], at: "2026-11-23T12:00",
            "freeze until 2028-01-01T00:00:00Z because audit", opens: nil),
        Row([open([4], 0, 1)], at: "1969-12-31T12:00", outside, opens: "1970-01-01T00:00"),
    ]

    @Test("a rule's windows are open or closed to the millisecond, and say when they open", arguments: rows)
    func row(_ row: Row) {
        let windows = WindowRules(row.windows)
        let now = PolicyWindowTests.time(row.at)
        #expect(windows.closed(at: now) == row.closed)
        #expect(WindowRules.opening(of: [windows], from: now) == row.opening.map(PolicyWindowTests.time))
    }

    @Test("the next opening of several rules is the first minute a search of every minute finds")
    func exact() {
        var numbers = PolicyNumbers(seed: 41)
        var (found, never) = (0, 0)
        for _ in 0..<300 {
            let rules = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in Self.windows(&numbers) }
            let start = PolicyWindowTests.monday + .minutes(30 * Int64.random(in: 0..<336, using: &numbers))
            let expected = (0..<48 * 30).lazy.map { start + .minutes(30 * Int64($0)) }
                .first { moment in rules.allSatisfy { Self.isOpen($0, moment) } }
            #expect(WindowRules.opening(of: rules.map(WindowRules.init), from: start) == expected)
            if expected == nil { never += 1 } else { found += 1 }
        }
        #expect(found > 100 && never > 10)
    }

    static let monday = time("2026-11-23T00:00")

    /// Freezes of the first two weeks; maintenance repeats weekly, so four weeks tell what a year does.
    private static func windows(_ numbers: inout PolicyNumbers) -> [Policy.Window] {
        (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
            let start = Int64.random(in: 0..<672, using: &numbers)
            if Bool.random(using: &numbers) {
                let end = start + Int64.random(in: 0...200, using: &numbers)
                return .freeze(start: monday + .minutes(30 * start), end: monday + .minutes(30 * end), reason: "")
            }
            let days = Set((1...7).filter { _ in Int.random(in: 0..<3, using: &numbers) == 0 })
            let minutes = (0..<2).map { _ in Int.random(in: 0...48, using: &numbers) * 30 }
            return .maintenance(days: days, startMinute: minutes[0], endMinute: minutes[1])
        }
    }

    /// Said another way than the code says it: by the minute of the week.
    private static func isOpen(_ windows: [Policy.Window], _ moment: Timestamp) -> Bool {
        let minute = (moment - monday).milliseconds / 60_000
        var (hasMaintenance, isWithin) = (false, false)
        for window in windows {
            switch window {
            case .freeze(let start, let end, _): if start <= moment, moment < end { return false }
            case .maintenance(let days, let start, let end):
                hasMaintenance = true
                let length = end > start ? end - start : end - start + 1440
                isWithin =
                    isWithin
                    || days.contains { day in
                        let since = (minute - Int64((day - 1) * 1440 + start)) % 10_080
                        return (since + 10_080) % 10_080 < Int64(length)
                    }
            }
        }
        return isWithin || !hasMaintenance
    }

    @Test("a freeze alone says when the change will apply, and at that moment it does")
    func until() {
        var change = PolicyCase()
        change.rule.windows = [Self.freeze("2026-11-20T00:00", "2026-12-01T00:00", "the audit")]
        let decision = change.decide()
        #expect(decision.verdict == .waiting)
        #expect(decision.until == Self.time("2026-12-01T00:00"))
        #expect(
            decision.lacks.map(\.message) == [
                "freeze until 2026-12-01T00:00:00Z because the audit: it will apply at 2026-12-01T00:00:00Z"
            ])
        #expect(decision.lacks.map(\.until) == [decision.until])
        change.now = Self.time("2026-12-01T00:00")
        #expect(change.decide().verdict == .allowed)
    }

    @Test("no moment is named while something else is missing, or where an approval will have expired by then")
    func noMoment() {
        var change = PolicyCase()
        change.rule.windows = [Self.open([2], 9, 17)]
        #expect(change.decide().until == Self.time("2026-11-24T09:00"))
        var unapproved = change
        unapproved.unit.approvals = []
        #expect(unapproved.decide().until == nil)
        change.unit.approvals[0].statement.expires = Self.time("2026-11-24T09:00")
        #expect(change.decide().until == nil)
        #expect(change.decide().verdict == .waiting)
        change.rule.windows = [Self.open([], 9, 17)]
        #expect(change.missing == ["it is outside the maintenance windows: no moment of the next year is open"])
    }

    @Test("rules that are open at different times wait for a moment that suits all")
    func together() {
        var change = PolicyCase()
        change.rule.windows = [Self.open([2, 4], 9, 12)]
        var other = Policy.Rule(name: "night", windows: [Self.open([3, 4], 11, 14)])
        change.policy.rules.append(other)
        #expect(change.decide().until == Self.time("2026-11-26T11:00"))
        other.windows = [Self.open([3], 11, 14)]
        change.policy.rules[1] = other
        #expect(change.decide().until == nil)
        #expect(change.decide().lacks.map(\.until) == [Self.time("2026-11-25T11:00"), Self.time("2026-11-24T09:00")])
    }
}
