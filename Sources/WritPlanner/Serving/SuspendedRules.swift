// What is done for a suspended resource: nothing, but that traffic leaves wrong bytes.
import WritVocabulary

/// A suspension stops Writ's changes. Bytes that are not those approved are no change of Writ's: what they answer is
/// evidence of nothing, so requests leave them at once. Nothing is stopped or started for it before it is resumed.
struct SuspendedRules {
    let situation: Situation
    let resource: ResourceID
    let suspension: Suspension

    func plan(into draft: inout Draft) {
        let usual = "\(suspension.actor) suspended it: \(suspension.reason)"
        guard resource.kind == .endpoint, let wrong = WrongBytes(of: resource.name, situation) else {
            return note(.suspended, usual, into: &draft)
        }
        let record = wrong.record
        let reason = Reason(.bytesDiffer, "\(wrong.sentence); traffic leaves it although it is suspended")
        if record.route != nil || record.uncertain {
            draft.wish(RouteWish(endpoint: resource.name, route: wrong.narrowed, reason: reason))
        }
        // What a gateway refused for good speaks louder than what waits: it must not hide why this matters.
        if let failure = record.routeFailure?.failure, failure.retry == .terminal, !wrong.routed.isEmpty {
            draft.remark(reason, on: resource)
        }
        if let reach = wrong.reach { return note(reach.code, "\(usual); \(reach.message)", into: &draft) }
        guard wrong.routed.isEmpty else {
            let failed = record.routeFailure.map { "; the last table failed: \($0.failure.message)" } ?? ""
            return note(.bytesDiffer, "\(usual); \(reason.message)\(failed)", into: &draft)
        }
        let rest =
            record.route?.targets.allSatisfy(\.replicas.isEmpty) == true
            ? "no replica is left, so requests are refused until it is resumed"
            : "nothing takes its place until it is resumed"
        let words = "traffic has left it although it is suspended: wrong answers are worse than none; \(rest)"
        note(.suspended, "\(usual); \(wrong.sentence); \(words)", into: &draft)
    }

    private func note(_ code: Reason.Code, _ words: String, into draft: inout Draft) {
        draft.note(Step(.waiting, code, words, until: suspension.until), for: resource)
    }
}
