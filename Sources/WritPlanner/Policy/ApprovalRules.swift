// Whether enough people approved: people, not keys and accounts, and never who wrote the change.
import WritVocabulary

struct ApprovalRules {
    let match: RuleMatch
    let ballot: Ballot

    func assess(into assessment: inout RuleAssessment) {
        var sentences: [String] = []
        for demand in match.rule.approvals.sorted(by: ApprovalRules.order) where demand.count > 0 {
            let count = Count(demand, match, ballot)
            assessment.approvers.formUnion(count.counted)
            let names = count.counted.sorted().map(\.text)
            let what = "of \(PolicyWords.counted(demand.count, "approval"))\(demand.words)"
            if names.count >= demand.count {
                let remarks = PolicyWords.list(count.remarks.sorted(), "and", limit: 3)
                assessment.meet(
                    "\(names.count) \(what): \(PolicyWords.list(names, "and", limit: 20))"
                        + (remarks.isEmpty ? "" : " (\(remarks))"))
            } else {
                let by = names.isEmpty ? "" : ", by \(PolicyWords.list(names, "and", limit: 20))"
                assessment.miss(.approval, "\(names.count) \(what)\(by): \(request(demand, count))")
                sentences += count.remarks
            }
        }
        for sentence in PolicyWords.bounded(sentences, rest: { "\($0) more approvals do not count" }) {
            assessment.miss(.approval, sentence)
        }
    }

    /// Whom to ask.
    private func request(_ demand: Policy.ApprovalDemand, _ count: Count) -> String {
        let how = demand.reviews ? "writ approve, or a review on the forge" : "writ approve"
        guard let role = demand.role else {
            return "anybody with a known key who did not write it can give one: \(how)"
        }
        let able = match.people([role]).subtracting(match.authors).subtracting(count.counted)
        let wanted = demand.count - count.counted.count
        guard able.count >= wanted else {
            let others = able.isEmpty ? "nobody else has" : "only \(able.count) more have"
            return "\(others) the role \(PolicyWords.clean(role)) and did not write it; let the policy name more people"
        }
        return "\(PolicyWords.list(able.sorted().map(\.text), "or")) can give one: \(how)"
    }

    private static func order(_ a: Policy.ApprovalDemand, _ b: Policy.ApprovalDemand) -> Bool {
        (a.role ?? "", a.count, a.reviews ? 1 : 0) < (b.role ?? "", b.count, b.reviews ? 1 : 0)
    }

    /// One demand against the ballot.
    private struct Count {
        var counted: Set<Person> = []
        /// Why the others do not count.
        var remarks: Set<String> = []

        init(_ demand: Policy.ApprovalDemand, _ match: RuleMatch, _ ballot: Ballot) {
            for person in ballot.signed.keys { consider(person, "\(person)'s approval", demand, match) }
            for person in ballot.reviewed {
                if demand.reviews {
                    consider(person, "\(person)'s review", demand, match)
                } else if !counted.contains(person) {
                    remarks.insert("\(person)'s review on the forge does not count: this rule asks for writ approve")
                }
            }
            for (person, keys) in ballot.signed where keys.count > 1 && counted.contains(person) {
                remarks.insert("a second key of \(person) does not count again")
            }
            for (person, sentence) in ballot.void where person.map(counted.contains) != true {
                remarks.insert(sentence)
            }
            guard demand.reviews else { return }
            for (person, sentence) in ballot.oddReviews where person.map(counted.contains) != true {
                remarks.insert(sentence)
            }
        }

        private mutating func consider(
            _ person: Person, _ what: String, _ demand: Policy.ApprovalDemand, _ match: RuleMatch
        ) {
            if match.authors.contains(person) {
                remarks.insert("\(what) does not count: the author cannot approve")
            } else if let role = demand.role, match.policy.roles[role]?.contains(person) != true {
                remarks.insert("\(what) does not count: \(person) does not have the role \(PolicyWords.clean(role))")
            } else {
                counted.insert(person)
            }
        }
    }
}

extension Policy.ApprovalDemand {
    fileprivate var words: String { role.map { " of \(PolicyWords.clean($0))" } ?? "" }
}
