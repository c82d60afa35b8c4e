// A policy window's rows of the schema: when changes take effect.
import WritVocabulary

extension Schema {
    private struct WindowDraft: Sendable { var window: Policy.Window? }

    static let policyWindow = Form<Policy.Window>.object(
        WindowDraft(),
        [
            .optional("freeze", freeze, "Nothing takes effect between two times.") { $0.window = $1 },
            .optional("maintenance", maintenance, "Changes take effect only on some days, at some hours.") {
                $0.window = $1
            },
        ],
        rules: [.exactlyOne(["freeze", "maintenance"])],
        finish: { _, _, draft in draft.window })

    private struct FreezeDraft: Sendable {
        var start: Timestamp?
        var end: Timestamp?
        var reason: String?
    }

    private static let freeze = Form<Policy.Window>.object(
        FreezeDraft(),
        [
            .required("from", .time, "When it begins.") { $0.start = $1 },
            .required("until", .time, "When it ends: at this time changes take effect again.") { $0.end = $1 },
            .required("reason", .text(.line), "Why. Reports show it.") { $0.reason = $1 },
        ],
        finish: { reader, node, draft in
            guard let start = draft.start, let end = draft.end else { return nil }
            checkFreeze(start, end, &reader, node)
            return draft.reason.map { .freeze(start: start, end: end, reason: $0) }
        })

    private static func checkFreeze(_ start: Timestamp, _ end: Timestamp, _ reader: inout Reader, _ node: NodeIndex) {
        guard start < end else {
            reader.contradiction("until", in: node, "it is not after `from`")
            return
        }
        guard (end - start).milliseconds > Limits.freezeDays * 86_400_000 else { return }
        reader.contradiction(
            "until", in: node, "a freeze lasts at most \(Limits.freezeDays) days",
            hint: "for a longer one, write a second window")
    }

    private enum Weekday: String, CaseIterable {
        case Mon, Tue, Wed, Thu, Fri, Sat, Sun

        /// 1 is Monday.
        var number: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) + 1 }
    }

    private struct MaintenanceDraft: Sendable {
        var days: [Weekday]?
        var start: MinuteOfDay?
        var end: MinuteOfDay?
    }

    private static let maintenance = Form<Policy.Window>.object(
        MaintenanceDraft(),
        [
            .required("days", .set(.choice(Weekday.self), count: 1...7), "The days on which it begins.") {
                $0.days = $1
            },
            .required("from", .clock, "When it begins.") { $0.start = $1 },
            .required(
                "until", .clock, "When it ends; on the next day, where that is not after `from`."
            ) { $0.end = $1 },
        ],
        finish: { _, _, draft in
            guard let days = draft.days, let start = draft.start, let end = draft.end else { return nil }
            return .maintenance(days: Set(days.map(\.number)), startMinute: start.value, endMinute: end.value)
        })
}
