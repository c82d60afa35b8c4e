// An emergency: whether somebody entitled declared one in the commit at the tip, and until when it stands.
import WritVocabulary

struct BreakGlassRules {
    /// What the tip's trailers ask for; nil when nobody declared anything.
    struct Call {
        let commit: CommitFacts
        let reason: String
        let until: String?

        init?(_ unit: ChangeUnit) {
            guard let tip = unit.commits.first(where: { $0.revision == unit.head }),
                let reason = tip.trailers[CommitFacts.breakGlassTrailer]
            else { return nil }
            commit = tip
            self.reason = PolicyWords.clean(reason, PolicyJudge.Limits.emergencyReason)
            until = tip.trailers[CommitFacts.breakGlassUntilTrailer]
        }
    }

    enum Answer {
        case stands(BreakGlass)
        /// One sentence.
        case refused(String)
    }

    let match: RuleMatch
    let now: Timestamp

    func answer(_ call: Call) -> Answer {
        guard let rule = match.rule.breakGlass else { return .refused("this rule does not allow it") }
        guard call.reason.contains(where: { !$0.isWhitespace }) else { return .refused("it gives no reason") }
        guard let person = call.commit.authenticity.person else {
            return .refused("\(PolicyWords.commit(call.commit)) is not signed by a known person")
        }
        guard match.people([rule.role]).contains(person) else {
            return .refused("\(person) does not have the role \(PolicyWords.clean(rule.role))")
        }
        // Its end counts from the commit's own time: dated ahead, it would never end.
        guard call.commit.committedAt <= now + PolicyJudge.Limits.clockSkew else {
            return .refused("the commit is dated \(PolicyWords.time(call.commit.committedAt)), which is in the future")
        }
        guard let until = end(call, rule) else {
            return .refused("“\(PolicyWords.clean(call.until ?? ""))” is no time such as 2026-12-01T12:00:00Z")
        }
        guard now < until else { return .refused("it expired at \(PolicyWords.time(until))") }
        return .stands(
            BreakGlass(person: person, reason: call.reason, revision: call.commit.revision, until: until))
    }

    private func end(_ call: Call, _ rule: Policy.BreakGlassRule) -> Timestamp? {
        let committed = call.commit.committedAt.milliseconds
        let (sum, overflows) = committed.addingReportingOverflow(rule.longest.milliseconds)
        let longest = Timestamp(milliseconds: overflows ? committed : sum)
        guard let asked = call.until else { return longest }
        return BreakGlassRules.time(asked).map { min($0, longest) }
    }

    /// RFC 3339 with or without a fraction of a second, with `Z` or an offset.
    static func time(_ text: String) -> Timestamp? {
        let text = text.filter { !$0.isWhitespace }.uppercased()
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let whole = Timestamp("\(text.prefix(19)).000Z") else { return nil }
        let rest = text.dropFirst(19).drop { $0 == "." || ("0"..."9").contains($0) }
        let fraction = text.dropFirst(19).dropLast(rest.count)
        guard
            fraction.isEmpty
                || (fraction.first == "." && (2...10).contains(fraction.count)
                    && !fraction.dropFirst().contains("."))
        else { return nil }
        guard let offset = offset(rest) else { return nil }
        return Timestamp(milliseconds: whole.milliseconds - offset)
    }

    /// Milliseconds east of UTC.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" { return 0 }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard text.first == "+" || text.first == "-", parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (text.first == "-" ? -60_000 : 60_000)
    }
}
